import type {
  Card,
  ErrorBody,
  PeerView,
  PolicyView,
  ScoreExplanation,
  TrustView,
} from "@action-collective/protocol";
import type { ApiHandlers } from "../../../node/src/api/handlers.ts";
import { ApiServer, type ApiServerOptions } from "../../../node/src/api/server.ts";

export const TOKEN = "0123456789abcdef0123456789abcdef";
export const ID = "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

const RUNNER = { runner: "deno", deno: "2.9.6", layers: ["process"] };
export const VERIFICATION = {
  id: ID,
  outcome: "pass" as const,
  code: "passed",
  reason: "passed",
  runner: RUNNER,
  cases: [{ index: 0, status: "passed" as const, durationMs: 2 }],
  tests: [],
  calls: 1,
  assertions: 0,
  durationMs: 12,
  logs: [],
  limits: [],
  permissionsObserved: [],
};

export const RUN_VIEW = {
  ...{ run: "run-1", id: ID, name: "echo", started: 1_700_000_000_000, durationMs: 4.2, status: "ok" },
  ...{ permitted: "approved-once" as const, granted: { net: ["api.example.org"] } },
};
export const MARK = { kind: "net" as const, line: 3, column: 8, length: 5, message: "asks the network" };
export const POLICY_PREVIEW = {
  ...{ hiddenNow: 3, hiddenThen: 5, shows: 0, shown: [] },
  hides: [{ why: "of its tags", actions: 2 }],
  hidden: [{ id: ID, name: "echo", why: "it has none of the tags that your policy asks for (math)" }],
};

/** Ids as keys have them; nobody holds these keys. */
export const OTHER = "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo";
export const FRIEND = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

export const SCORE: ScoreExplanation = {
  id: ID,
  name: "echo",
  score: {
    value: 0.5,
    verdicts: { pass: 2, fail: 1 },
    feedback: { peers: 1, runs: 3, succeeded: 2, useful: 1, useless: 0 },
  },
  standing: "passed",
  withdrawn: false,
  passes: 3.4,
  failures: 0.25,
  own: { passes: 2, failures: 0, strength: 0.83 },
  authors: [{ peer: OTHER, score: 0.4, passes: 0.2, actions: 3 }],
  raters: [
    {
      peer: OTHER,
      outcome: "pass",
      weight: 0.3,
      reliability: 0.8,
      trust: 0.1,
      agreements: 3,
      disagreements: 0,
      path: [FRIEND, OTHER],
      ageDays: 12,
    },
  ],
  feedback: [
    { peer: OTHER, own: false, runs: 3, succeeded: 2, useful: 1, useless: 0, passes: 0.2, failures: 0.05 },
  ],
  unshown: { raters: 4, feedback: 0 },
  branches: [{ via: FRIEND, weight: 1.2, counted: 0.6 }],
  changes: [{ what: "one more peer you trust reports a pass", value: 0.56 }],
  gate: { decision: "runs", why: "its unit test passed here, and it asks for nothing but its input" },
};

export const PEER_VIEW: PeerView = {
  peer: OTHER,
  connected: true,
  reliability: 0.8,
  agreements: 3,
  disagreements: 1,
  trust: 0.125,
  paths: [[FRIEND, OTHER]],
  statement: null,
  suggestedByNetwork: false,
  author: { score: 0.4, actions: 3, good: 2, bad: 0 },
  discredited: null,
  successor: null,
  dealings: { givenBytes: 2048, takenBytes: 1_572_864, right: 3, wrong: 1, useful: 5, share: 1.5, putOff: 2 },
};

export const TRUST: TrustView = {
  statements: [{ peer: FRIEND, level: 1, reason: "we met", since: 1_700_000_000_000, published: false }],
  suggestedByNetwork: [FRIEND],
  suggestions: [{ peer: OTHER, agreements: 3, disagreements: 1, useful: 5, why: "3 of 4 verdicts agreed" }],
};

export const POLICY_VIEW: PolicyView = {
  policy: { permissions: [], minScore: 0.2, blockedPeers: [OTHER] },
  lists: [
    {
      source: "/etc/blocked.json",
      name: "ours",
      state: "in-force",
      note: "",
      peers: 2,
      actions: 0,
      readAt: 1_700_000_000_000,
    },
  ],
  hidden: [{ why: "published by somebody you block", actions: 3 }],
};

/** Of a capability. */
const BLOCK_ID = "AAAAAAAAAAAAAAAAAAAAAA";

/** Plain objects that answer every route: enough for what the API itself does. */
export function sampleHandlers(changed: Partial<ApiHandlers> = {}): ApiHandlers {
  const counts = { runs: 3, succeeded: 2, useful: 1, useless: 0 };
  return {
    health: () => ({ ready: true, version: "0.1.0" }),
    stop: () => undefined,
    mintCapability: async () => ({ id: BLOCK_ID, token: "acc1.sample" }),
    capabilities: async () => ({ capabilities: [] }),
    spend: async () => ({ left: {} }),
    revoke: async () => ({ id: BLOCK_ID }),
    openDesk: async () => ({ desk: "desk", peer: "12D3KooWexample" }),
    frames: async () => ({ frames: [] }),
    closeDesk: async () => ({ closed: true as const }),
    tools: async () => ({ tools: [] }),
    setTools: async () => ({ tools: [] }),
    identity: async () => ({
      peerId: "12D3KooWexample",
      network: "main",
      addresses: ["/ip4/127.0.0.1/tcp/4010"],
    }),
    browse: async () => ({ cards: [], next: `0.5~${ID}` }),
    runs: async ({ body }) => ({ runs: body.failed === true ? [] : [RUN_VIEW] }),
    report: async () => ({ report: VERIFICATION }),
    marks: async () => ({ id: ID, marks: [MARK] }),
    graph: async () => ({ nodes: [], edges: [], unshown: { nodes: 3, edges: 4 } }),
    previewPolicy: async () => POLICY_PREVIEW,
    versions: async () => ({ id: ID, name: "echo", withdrawn: false, versions: [] }),
    keep: async ({ body }) => ({ id: ID, keptFor: body.keep ? [body.for] : [] }),
    keepings: async () => ({ lockFiles: [{ file: "/a/collective.lock", actions: [ID] }] }),
    openDashboard: async () => ({ url: "http://127.0.0.1:4012/#login=once", expiresAt: 1_700_000_060_000 }),
    status: async () => ({
      version: "0.1.0",
      peerId: "12D3KooWexample",
      network: "main",
      home: "/home/someone/.action-collective",
      startedAt: 1_700_000_000_000,
      addresses: ["/ip4/127.0.0.1/tcp/4010"],
      api: ["http://127.0.0.1:4011"],
      peers: 1,
      joining: { how: "given", nodes: 1, note: "1 address of your own" },
      warnings: [],
      verificationWaitsFor: "load" as const,
      reachability: { state: "direct", relays: [] },
      actions: { known: 12, passed: 11, failed: 0, pending: 1, unknown: 0 },
      records: 24,
      seeding: { bytes: 1_572_864, quotaBytes: 2_147_483_648, actions: 9, scarce: 2, own: 3 },
      giveAndTake: {
        givenBytes: 3_145_728,
        takenBytes: 1_572_864,
        putOff: 1,
        contended: false,
        peers: [{ peer: OTHER, givenBytes: 2048, takenBytes: 0, share: 1 }],
      },
      policy: { rules: 2, lists: 1, hidden: 3 },
      search: { engine: "hnsw", embedder: "hash", vectors: 12, backlog: 0, rebuilding: null },
      sandbox: RUNNER,
      traffic: {
        gossip: { published: 1, accepted: 2, ignored: 0, rejected: 0 },
        sync: { sessions: 1, received: 2, new: 2 },
        asking: { questions: 0, new: 0, served: 0, putOff: 0 },
        blocks: { fetched: 3, failed: 0 },
      },
    }),
    peers: async () => ({
      peers: [
        {
          id: "12D3KooWother",
          address: "/ip4/127.0.0.1/tcp/5",
          direction: "inbound" as const,
          connectedAt: 1,
          gossip: true,
          score: 0.5,
          agreements: 1,
          disagreements: 0,
          givenBytes: 2048,
          takenBytes: 0,
          share: 1,
        },
      ],
    }),
    search: async ({ body }) => ({
      cards: [
        {
          id: ID,
          name: "echo",
          summary: `found for ${body.query}, at most ${body.limit}`,
          standing: "passed" as const,
          score: 0.5,
          permissions: {},
          match: 0.9,
          similar: 0,
        },
      ],
      asked: null,
      weak: false,
    }),
    publish: async ({ body }) => ({
      id: ID,
      name: body.name,
      fresh: true,
      recipients: 2,
      verification: VERIFICATION,
      similar: [],
      advice: [],
    }),
    prove: async ({ body: { definition } }) => ({
      id: ID,
      name: definition.name,
      verification: VERIFICATION,
      kept: false,
      similar: [],
      advice: [],
    }),
    describe: async () => ({ useWhen: [], tags: [], cases: [], problems: [] }),
    show: async ({ ref }) => ({
      id: ID,
      name: ref,
      description: "Gives back what it was given.",
      useWhen: [],
      language: "typescript" as const,
      tags: [],
      licence: "MIT",
      permissions: {},
      input: {},
      output: {},
      cases: [{ input: 1, output: 1 }],
      hasTest: false,
      uses: [],
      standing: "passed" as const,
      reason: "",
      score: {
        value: 0.5,
        verdicts: { pass: 1, fail: 0 },
        feedback: { peers: 1, ...counts },
      },
      publishers: ["12D3KooWother"],
      withdrawn: false,
      verdicts: [],
      firstSeen: 1,
      similar: [],
    }),
    source: async () => ({
      id: ID,
      language: "typescript" as const,
      code: "export default (x: unknown) => x;\n",
    }),
    run: async ({ ref, body }) => ({
      run: "r1",
      id: ID,
      name: ref,
      output: body.input,
      durationMs: 4,
      logs: [],
      granted: {},
    }),
    verify: async () => VERIFICATION,
    feedback: async () => ({ id: ID, ...counts }),
    score: async ({ ref }) => ({ ...SCORE, name: ref }),
    withdraw: async ({ ref }) => ({ id: ID, name: ref, recipients: 2 }),
    peer: async ({ ref }) => ({ ...PEER_VIEW, peer: ref }),
    trust: async () => TRUST,
    setTrust: async ({ body }) => {
      const { publish, ...said } = body;
      return { ...said, since: 1_700_000_000_000, published: publish };
    },
    policy: async () => POLICY_VIEW,
    succession: async ({ body: { successor } }) => ({
      ...{ peer: "12D3KooWexample", successor, compromisedSince: null, recipients: 1 },
    }),
    compromise: async ({ body: { since } }) => ({
      ...{ peer: "12D3KooWexample", successor: null, compromisedSince: since, recipients: 1 },
    }),
    setPolicy: async () => POLICY_VIEW,
    ...changed,
  };
}

/** A real server on real sockets; ends with its scope. */
export async function listen(
  options: Partial<Omit<ApiServerOptions, "handlers">> & { handlers?: Partial<ApiHandlers> } = {},
): Promise<ApiServer & AsyncDisposable> {
  const { handlers, ...rest } = options;
  const server = await ApiServer.listen({
    handlers: sampleHandlers(handlers),
    port: 0,
    token: TOKEN,
    log: () => undefined,
    ...rest,
  });
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
}

/** One request, authorised unless its headers say otherwise. */
export function call(server: ApiServer, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    ...(init.headers as Record<string, string> | undefined),
  };
  return fetch(server.url + path, { ...init, headers });
}

export function post(
  server: ApiServer,
  path: string,
  body: unknown,
  init: RequestInit = {},
): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    ...(init.headers as Record<string, string> | undefined),
  };
  return call(server, path, { ...init, method: "POST", body: JSON.stringify(body), headers });
}

/** An answer's JSON, with the fields that tests look at. */
export async function bodyOf(response: Response) {
  return (await response.json()) as ErrorBody & { cards: [Card]; name: string };
}
