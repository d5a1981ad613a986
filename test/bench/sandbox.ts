/**
 * What verification and runs cost: `node test/bench/sandbox.ts [--rounds 12] [--json FILE]`.
 *
 * Everything is measured in turns with the floor, an empty `deno run` with the sandbox's own flags, so that a busy
 * machine slows both. CPU time is that of this process and of all it started, behind the walls without bubblewrap;
 * the other figures are from behind all walls that stand here. Of each, the median of the rounds.
 */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Sandbox } from "../../node/src/sandbox/sandbox.ts";
import { WorkerSchemaChecker } from "../../node/src/schemas/schema-checker.ts";
import { runUsing } from "../../node/src/uses/run-using.ts";
import { createJudge } from "../../node/src/verification/judge.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { sandboxedProcesses } from "../node/sandbox/sandboxed-processes.ts";
import { DOUBLE, usesOf, using } from "../node/uses/using.ts";
import { ADD, bundle, testModule } from "../node/verification/judge-fixtures.ts";
import { cores, inTurns, median, perSecond, privateMb } from "./measure.ts";
import { openFloor } from "./sandbox-floor.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "12" }, json: { type: "string" } },
});
const ROUNDS = Number(values.rounds);
/** Children's CPU time is counted in ticks of 10 ms: enough at a time for an error of 1 ms each. */
const BATCH = 10;
const POOLED_RUNS = 60;
/** A process has long started by then, also on a busy machine. */
const SETTLED_MS = 100;
/** Short turns and many of them: on a busy machine only what ran side by side can be compared. */
const RATE_ROUNDS = 8;
const RATE_COUNT = 30;

/** The aims are for a quiet machine that starts this many empty processes a second; elsewhere they scale. */
const QUIET_STARTS = 115;

const TEST = testModule(`
test("adds", async () => { assertEquals(await action({ a: 1, b: 2 }), 3); });
test("takes signs", async () => { assertEquals(await action({ a: -1, b: 1 }), 0); });`);
const SOURCE = { code: ADD, language: "typescript" } as const;
const INPUT = { a: 1, b: 2 };
/** Calls another action once, and many times. */
const ONCE = using("once", `export default (x, { call }) => call("${DOUBLE.id}", x);`, { uses: [DOUBLE.id] });
const MANY_CALLS = 500;
const OFTEN = using(
  "often",
  `export default async (x, { call }) => { let sum = 0; while (sum < ${2 * MANY_CALLS}) sum += await call("${DOUBLE.id}", x); return sum; };`,
  { uses: [DOUBLE.id] },
);

const load = loadavg()[0] ?? 0;
await using floor = await openFloor();
const schemas = new WorkerSchemaChecker();
const processes = 2 * cores;
const sandbox = await Sandbox.open({ processes });
// What bubblewrap starts is no child of ours, and its CPU time is not told to us when it is killed.
const counted = await Sandbox.open({ processes, bubblewrap: null });
const pooled = await Sandbox.open({ pool: { size: 2 } });
try {
  const verify = async (where: Sandbox, test?: string) => {
    const judge = createJudge({ sandbox: where, schemas, clock: () => performance.now() });
    const one = bundle(test === undefined ? {} : { cases: [], test });
    const { reason } = await judge.judge(one, { signal: new AbortController().signal });
    if (reason !== "passed") throw new Error(`the benchmark's own action did not pass: ${reason}`);
  };
  const run = async (where: Sandbox) => {
    const outcome = await where.runOnce(SOURCE, INPUT);
    if (outcome.status !== "returned") throw new Error(`the benchmark's own run ended: ${outcome.status}`);
  };

  const call = async (where: Sandbox, caller: typeof ONCE) => {
    const source = { code: caller.code, language: caller.manifest.language };
    const options = { grants: { net: [], secrets: {} } };
    const uses = usesOf(caller, [DOUBLE]);
    const outcome = await runUsing({ sandbox: where, schemas }, { source, input: 1, uses, options });
    if (outcome.status !== "returned") throw new Error(`the benchmark's own run ended: ${outcome.status}`);
  };

  const turns = { rounds: ROUNDS, batch: BATCH };
  const single = await inTurns(
    {
      floor: () => floor.run(),
      cases: () => verify(counted),
      test: () => verify(counted, TEST),
      run: () => run(counted),
      call: () => call(counted, ONCE),
    },
    turns,
  );
  const walled = await inTurns(
    {
      floor: () => floor.run(),
      cases: () => verify(sandbox),
      test: () => verify(sandbox, TEST),
      run: () => run(sandbox),
      call: () => call(sandbox, ONCE),
    },
    turns,
  );
  const fromPool = await latencyFromPool();
  const callsStartedAt = performance.now();
  await call(sandbox, OFTEN);
  const callsPerSecond = (1000 * MANY_CALLS) / (performance.now() - callsStartedAt);
  const rates = await throughput({
    floor: () => floor.run(),
    cases: () => verify(counted),
    test: () => verify(counted, TEST),
    walledCases: () => verify(sandbox),
    walledTest: () => verify(sandbox, TEST),
  });
  while (pooled.prestarted < 2) await sleep(1);
  await sleep(SETTLED_MS);
  const memory = median(sandboxedProcesses(process.pid).map(privateMb));
  await reportBench(
    "sandbox",
    [
      { metric: "load average at the start", value: load, unit: "processes" },
      {
        metric: "walls that stand",
        value: sandbox.description.layers.length,
        unit: sandbox.description.layers.join("+"),
      },
      { metric: "floor, an empty deno run: CPU", value: single.floor.cpuMs, unit: "ms" },
      ...ratioRows("verification, cases only: CPU", single.cases.cpuMs, single.floor.cpuMs, 1.4),
      ...ratioRows("verification, test module: CPU", single.test.cpuMs, single.floor.cpuMs, 2.6),
      ...ratioRows("run, cold: CPU", single.run.cpuMs, single.floor.cpuMs),
      ...ratioRows("run with a call of another action, cold: CPU", single.call.cpuMs, single.floor.cpuMs),
      { metric: "floor, an empty deno run: latency", value: walled.floor.latencyMs, unit: "ms" },
      ...ratioRows("verification, cases only: latency", walled.cases.latencyMs, walled.floor.latencyMs),
      ...ratioRows("verification, test module: latency", walled.test.latencyMs, walled.floor.latencyMs),
      ...ratioRows("run, cold: latency", walled.run.latencyMs, walled.floor.latencyMs),
      ...ratioRows(
        "run with a call of another action, cold: latency",
        walled.call.latencyMs,
        walled.floor.latencyMs,
      ),
      { metric: "calls of another action in one run", value: callsPerSecond, unit: "per s" },
      ...ratioRows("run, from the pool: latency", fromPool.pooled, fromPool.floor, 0.6),
      { metric: `process starts on ${cores} cores`, value: rates.floor.best, unit: "per s" },
      ...rateRows("verifications, cases only", rates.cases, 85),
      ...rateRows("verifications, test module", rates.test, 40),
      ...rateRows("verifications behind all walls, cases only", rates.walledCases),
      ...rateRows("verifications behind all walls, test module", rates.walledTest),
      { metric: "memory of a process that waits in the pool (private)", value: memory, unit: "MB" },
    ],
    values.json,
  );

  /** One run at a time, each once the pool is full again; the floor in between. */
  async function latencyFromPool() {
    const latencies = { pooled: [] as number[], floor: [] as number[] };
    for (let i = 0; i < POOLED_RUNS; i++) {
      while (pooled.prestarted < 2) await sleep(1);
      await sleep(SETTLED_MS);
      const startedAt = performance.now();
      await run(pooled);
      latencies.pooled.push(performance.now() - startedAt);
      await sleep(SETTLED_MS);
      latencies.floor.push(await floor.run());
    }
    return { pooled: median(latencies.pooled), floor: median(latencies.floor) };
  }
} finally {
  await Promise.all([sandbox.stop(), counted.stop(), pooled.stop(), schemas.stop()]);
}

interface Rate {
  /** A second, in the best round: what else the machine does can only slow it down. */
  readonly best: number;
  /** To the floor of the same round, the median. */
  readonly ratio: number;
}

async function throughput<Name extends string>(
  work: Record<Name | "floor", () => Promise<unknown>>,
): Promise<Record<Name | "floor", Rate>> {
  const names = Object.keys(work) as (Name | "floor")[];
  const rounds: Record<string, number>[] = [];
  for (let round = 0; round < RATE_ROUNDS; round++) {
    const rates: Record<string, number> = {};
    for (const name of names) rates[name] = await perSecond(work[name], RATE_COUNT, cores);
    rounds.push(rates);
  }
  const rateOf = (name: string): Rate => ({
    best: Math.max(...rounds.map((rates) => rates[name] ?? 0)),
    ratio: median(rounds.map((rates) => (rates[name] ?? 0) / (rates.floor ?? 1))),
  });
  return Object.fromEntries(names.map((name) => [name, rateOf(name)])) as Record<Name | "floor", Rate>;
}

function ratioRows(metric: string, value: number, baseline: number, aim?: number): BenchRow[] {
  const ratio = value / baseline;
  const judged = aim === undefined ? {} : { aim: `≤ ${aim}`, met: ratio <= aim };
  return [
    { metric, value, unit: "ms", baseline },
    { metric: `${metric} / floor`, value: ratio, unit: "×", ...judged },
  ];
}

function rateRows(metric: string, { best, ratio }: Rate, aim?: number): BenchRow[] {
  const judged =
    aim === undefined
      ? {}
      : { aim: `≥ ${(aim / QUIET_STARTS).toFixed(2)} (${aim} a second)`, met: ratio >= aim / QUIET_STARTS };
  return [
    { metric, value: best, unit: "per s" },
    { metric: `${metric} / process starts`, value: ratio, unit: "×", ...judged },
  ];
}
