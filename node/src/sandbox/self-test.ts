import type { Sandbox } from "./sandbox.ts";
import { type Canaries, layCanaries } from "./self-test-canaries.ts";
import { PROBES, type Probe } from "./self-test-probes.ts";
import type { CallOutcome } from "./types.ts";

export interface ProbeResult {
  readonly tries: string;
  readonly stopped: boolean;
  /** e.g. "threw: NotCapable", "limit: cpu" */
  readonly ending: string;
}

export interface SelfTest {
  /** Why an honest action did not run; undefined when it did. A sandbox that runs nothing stops everything. */
  readonly honest?: string;
  readonly probes: readonly ProbeResult[];
  /** What came to harm all the same, one line each. */
  readonly harm: readonly string[];
}

/** Bombs end soon; nothing here is honest. */
const LIMITS = { cpuSeconds: 1, wallMs: 20_000, memoryMb: 128, heapMb: 64 };

/**
 * Runs hostile code in the real sandbox and looks whether each try was stopped and nothing came to harm.
 * @param sandbox one that is opened without a scan, which would refuse most of this before the sandbox sees it
 */
export async function runSelfTest(sandbox: Pick<Sandbox, "runOnce">): Promise<SelfTest> {
  const canaries = await layCanaries();
  try {
    const [honest, ...probes] = await Promise.all([
      tryHonest(sandbox),
      ...PROBES.map((probe) => tryProbe(sandbox, probe, canaries)),
    ]);
    const harm = await canaries.harm(probes.map(({ outcome }) => outcome));
    return {
      ...(honest === undefined ? {} : { honest }),
      probes: probes.map(({ result }) => result),
      harm,
    };
  } finally {
    await canaries.close();
  }
}

async function tryHonest(sandbox: Pick<Sandbox, "runOnce">): Promise<string | undefined> {
  const source = { code: "export default ({ a, b }) => a + b;", language: "javascript" } as const;
  const outcome = await sandbox.runOnce(source, { a: 1, b: 2 }, { limits: LIMITS });
  return outcome.status === "returned" && outcome.output === 3 ? undefined : endingOf(outcome);
}

async function tryProbe(sandbox: Pick<Sandbox, "runOnce">, probe: Probe, canaries: Canaries) {
  const source = { code: probe.code(canaries), language: "javascript" } as const;
  const outcome = await sandbox.runOnce(source, {}, { limits: { ...LIMITS, ...probe.limits } });
  const stopped = probe.stoppedBy.includes(outcome.status);
  return { outcome, result: { tries: probe.tries, stopped, ending: endingOf(outcome) } };
}

function endingOf(outcome: CallOutcome): string {
  switch (outcome.status) {
    case "returned":
      return "returned a value";
    case "threw":
    case "not-loaded":
      return `${outcome.status}: ${outcome.name}`;
    case "limit":
      return `limit: ${outcome.limit}`;
    default:
      return `${outcome.status}: ${outcome.message}`;
  }
}
