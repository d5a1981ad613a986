import { randomUUID } from "node:crypto";
import {
  type ActionDefinitionInput,
  type ActionId,
  type Bundle,
  buildBundle,
  type PeerEvent,
  type Policy,
} from "@action-collective/protocol";
import type { SourceFinding } from "../../../node/src/analysis/types.ts";
import { UnknownActionError } from "../../../node/src/catalogue/errors.ts";
import type { Objection } from "../../../node/src/policy/gate.ts";
import type { GrantParts } from "../../../node/src/policy/grants.ts";
import { Audit } from "../../../node/src/runs/audit.ts";
import { FeedbackDesk } from "../../../node/src/runs/feedback.ts";
import { Gatekeeper } from "../../../node/src/runs/gatekeeper.ts";
import { Runner } from "../../../node/src/runs/runner.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";
import type { Grants } from "../../../node/src/sandbox/types.ts";
import { WorkerSchemaChecker } from "../../../node/src/schemas/schema-checker.ts";
import type { Report } from "../../../node/src/verification/report.ts";
import { type SpeakingPeer, speakingPeer } from "../publishing/speaking-peer.ts";

/** Does what its input says, well or badly; what a test wants of its permissions is given with it. */
const MOODY = `export default async ({ mood }, { secrets } = {}) => {
  if (mood.startsWith("throw")) throw new Error("I am in a bad mood: " + mood);
  if (mood.startsWith("lie")) return 42;
  if (mood.startsWith("eat")) { const all = []; for (;;) all.push({ all: [all.length] }); }
  if (mood.startsWith("knock")) return await knock(mood.slice(6));
  return mood;
};
async function knock(url) {
  try {
    await fetch(url);
    return "answered";
  } catch (error) {
    return error.name;
  }
}
`;

export function moodyDefinition(overrides: Partial<ActionDefinitionInput> = {}): ActionDefinitionInput {
  return {
    name: "moody",
    description: "Does what its input says, well or badly.",
    language: "javascript",
    code: MOODY,
    input: {
      type: "object",
      properties: { mood: { type: "string" } },
      required: ["mood"],
      additionalProperties: false,
    },
    output: { type: "string" },
    cases: ["good", "calm", ""].map((mood) => ({ input: { mood }, output: mood })),
    licence: "MIT",
    ...overrides,
  };
}

export function moodyBundle(overrides: Partial<ActionDefinitionInput> = {}): Bundle {
  return buildBundle(moodyDefinition(overrides));
}

/** A peer that runs actions in the real sandbox; what its parts would find out, tests say. */
export interface RunningPeer extends AsyncDisposable {
  readonly peer: SpeakingPeer;
  readonly sandbox: Sandbox;
  readonly runner: Runner;
  readonly feedback: FeedbackDesk;
  readonly policy: { current: Policy };
  readonly objections: Objection[];
  readonly scores: Map<ActionId, number>;
  readonly withdrawn: Set<ActionId>;
  /** What verification says when it is asked, and of which actions it was. */
  readonly verification: { says: "pass" | "fail" | "unknown"; readonly asked: ActionId[] };
  /** What was fetched to be run. */
  readonly loaded: ActionId[];
  /** What each run was granted. */
  readonly granted: (Grants | undefined)[];
  /** What whoever looks on was told. */
  readonly told: PeerEvent[];
  /** Publishes it, and unless told otherwise its test has passed here. */
  publish(
    bundle: Bundle,
    standing?: "passed" | "failed" | "pending",
    findings?: readonly SourceFinding[],
  ): ActionId;
  run(id: ActionId, mood: string, yes?: "once" | "always"): ReturnType<Runner["run"]>;
}

export interface RunningPeerOptions {
  readonly grants?: Partial<GrantParts>;
  readonly publish?: boolean;
  readonly sandbox?: Pick<Sandbox, "runOnce">;
}

export async function runningPeer(options: RunningPeerOptions = {}): Promise<RunningPeer> {
  const peer = speakingPeer(1);
  const { catalogue, announcer, own, time } = peer;
  const sandbox = await Sandbox.open({ processes: 2 });
  const schemas = new WorkerSchemaChecker();
  const bundles = new Map<ActionId, Bundle>();
  const loaded: ActionId[] = [];
  const granted: (Grants | undefined)[] = [];
  const scores = new Map<ActionId, number>();
  const withdrawn = new Set<ActionId>();
  const objections: Objection[] = [];
  const told: PeerEvent[] = [];
  const policy = { current: {} as Policy };
  const verification: RunningPeer["verification"] = { says: "pass", asked: [] };
  const settle = (
    id: ActionId,
    standing: "passed" | "failed" | "pending",
    findings: readonly SourceFinding[],
  ) =>
    catalogue.actions.change(id, {
      standing,
      reason: standing,
      report: JSON.parse(JSON.stringify({ findings })),
      attempts: 0,
      due: 0,
    });
  const feedback = new FeedbackDesk(
    { catalogue, announcer, changed: () => undefined, random: () => 0.5, log: () => undefined },
    { publish: options.publish ?? true, intervalMs: 3_600_000 },
  );
  const runner = new Runner({
    sandbox: {
      limits: sandbox.limits,
      reserve: sandbox.reserve.bind(sandbox),
      runOnce: (source, input, settings) => {
        granted.push(settings?.grants);
        return (options.sandbox ?? sandbox).runOnce(source, input, settings);
      },
      startAction: (source, settings) => {
        granted.push(settings?.grants);
        return sandbox.startAction(source, settings);
      },
    },
    schemas,
    verification: {
      verify: async (id) => {
        verification.asked.push(id);
        if (verification.says === "pass") settle(id, "passed", []);
        return { outcome: verification.says, reason: "so it was said" } as Report;
      },
    },
    bundles: {
      load: async ({ id }) => {
        loaded.push(id);
        const bundle = bundles.get(id);
        if (bundle === undefined) throw new UnknownActionError(id);
        return bundle;
      },
    },
    catalogue,
    gatekeeper: new Gatekeeper({
      actions: catalogue.actions,
      reputation: {
        ofAction: (id) => ({ value: scores.get(id) ?? 0 }),
        withdrawn: (id) => withdrawn.has(id),
      },
      policy: {
        get current() {
          return policy.current;
        },
        objections: () => objections,
        approve: async (id) => {
          policy.current = { ...policy.current, approved: [...(policy.current.approved ?? []), id] };
        },
      },
      grants: {
        allowNet: [],
        secrets: async () => ({}),
        resolve: async () => ["93.184.215.14"],
        ...options.grants,
      },
      own,
      refuseFindings: ["eval"],
      wallMs: sandbox.limits.wallMs,
    }),
    memoryMb: 256,
    clock: () => time.now,
    runId: randomUUID,
    audit: new Audit({
      catalogue,
      audience: feedback.audience,
      counted: () => feedback.soon(),
      told: (event) => told.push(event),
      warn: (message) => {
        throw new Error(message);
      },
    }),
  });
  return {
    ...{
      peer,
      sandbox,
      runner,
      feedback,
      policy,
      objections,
      scores,
      withdrawn,
      verification,
      loaded,
      granted,
      told,
    },
    publish: (bundle, standing = "passed", findings = []) => {
      bundles.set(bundle.id, bundle);
      // A stranger's: what a peer publishes itself needs no score.
      catalogue.actions.add(bundle, "network", 1);
      settle(bundle.id, standing, findings);
      return bundle.id;
    },
    run: (id, mood, yes) =>
      runner.run(id, { mood }, { signal: AbortSignal.timeout(60_000), caller: "user", yes }),
    async [Symbol.asyncDispose]() {
      await feedback.stop();
      await sandbox.stop();
      await schemas.stop();
      peer[Symbol.dispose]();
    },
  };
}
