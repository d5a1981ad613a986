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
import { createJudge } from "../../node/src/verification/judge.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
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
const THROUGHPUT_ROUNDS = 3;
const THROUGHPUT_COUNT = 100;

const TEST = testModule(`
test("adds", async () => { assertEquals(await action({ a: 1, b: 2 }), 3); });
test("takes signs", async () => { assertEquals(await action({ a: -1, b: 1 }), 0); });`);
const SOURCE = { code: ADD, language: "typescript" } as const;
const INPUT = { a: 1, b: 2 };

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

  const turns = { rounds: ROUNDS, batch: BATCH };
  const single = await inTurns(
    {
      floor: () => floor.run(),
      cases: () => verify(counted),
      test: () => verify(counted, TEST),
      run: () => run(counted),
    },
    turns,
  );
  const walled = await inTurns(
    {
      floor: () => floor.run(),
      cases: () => verify(sandbox),
      test: () => verify(sandbox, TEST),
      run: () => run(sandbox),
    },
    turns,
  );
  const fromPool = await latencyFromPool();
  const rates = await throughput({
    floor: () => floor.run(),
    cases: () => verify(sandbox),
    test: () => verify(sandbox, TEST),
  });
  const memory = await memoryOfIdle();
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
      { metric: "floor, an empty deno run: latency", value: walled.floor.latencyMs, unit: "ms" },
      ...ratioRows("verification, cases only: latency", walled.cases.latencyMs, walled.floor.latencyMs),
      ...ratioRows("verification, test module: latency", walled.test.latencyMs, walled.floor.latencyMs),
      ...ratioRows("run, cold: latency", walled.run.latencyMs, walled.floor.latencyMs),
      ...ratioRows("run, from the pool: latency", fromPool.pooled, fromPool.floor, 0.6),
      { metric: `process starts on ${cores} cores`, value: rates.floor, unit: "per s" },
      ...rateRows("verifications, cases only", rates.cases, rates.floor, 85),
      ...rateRows("verifications, test module", rates.test, rates.floor, 40),
      { metric: "memory of an idle process (private)", value: memory, unit: "MB" },
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

/** The best of a few turns: what else the machine does can only slow it down. */
async function throughput<Name extends string>(work: Record<Name, () => Promise<unknown>>) {
  const best = {} as Record<Name, number>;
  for (let round = 0; round < THROUGHPUT_ROUNDS; round++)
    for (const name of Object.keys(work) as Name[])
      best[name] = Math.max(best[name] ?? 0, await perSecond(work[name], THROUGHPUT_COUNT, cores));
  return best;
}

async function memoryOfIdle(): Promise<number> {
  const action = await counted.startAction(SOURCE);
  try {
    await action.call(INPUT);
    return privateMb(process.pid);
  } finally {
    await action.close();
  }
}

function ratioRows(metric: string, value: number, baseline: number, aim?: number): BenchRow[] {
  const ratio = value / baseline;
  const judged = aim === undefined ? {} : { aim: `≤ ${aim}`, met: ratio <= aim };
  return [
    { metric, value, unit: "ms", baseline },
    { metric: `${metric} / floor`, value: ratio, unit: "×", ...judged },
  ];
}

/** The aims are for a quiet machine that starts 115 empty processes a second; elsewhere they scale with the floor. */
function rateRows(metric: string, value: number, floor: number, aim: number): BenchRow[] {
  const QUIET_STARTS = 115;
  const scaled = (aim / QUIET_STARTS) * floor;
  return [
    {
      metric,
      value,
      unit: "per s",
      baseline: floor,
      aim: `≥ ${aim} where the floor is ${QUIET_STARTS}`,
      met: value >= scaled,
    },
  ];
}
