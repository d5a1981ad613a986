import type { Card, ErrorBody } from "@action-collective/protocol";
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

/** Plain objects that answer every route: enough for what the API itself does. */
export function sampleHandlers(changed: Partial<ApiHandlers> = {}): ApiHandlers {
  const counts = { runs: 3, succeeded: 2, useful: 1, useless: 0 };
  return {
    health: () => ({ ready: true, version: "0.1.0" }),
    stop: () => undefined,
    identity: async () => ({
      peerId: "12D3KooWexample",
      network: "main",
      addresses: ["/ip4/127.0.0.1/tcp/4010"],
    }),
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
      reachability: { state: "direct", relays: [] },
      actions: { known: 12, passed: 11, failed: 0, pending: 1, unknown: 0 },
      records: 24,
      seeding: { bytes: 1_572_864, quotaBytes: 2_147_483_648, actions: 9, scarce: 2, own: 3 },
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
      standing: "passed" as const,
      reason: "",
      score: {
        value: 0.5,
        verdicts: { pass: 1, fail: 0 },
        feedback: { peers: 1, ...counts },
      },
      publishers: ["12D3KooWother"],
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
    }),
    verify: async () => VERIFICATION,
    feedback: async () => ({ id: ID, ...counts }),
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
