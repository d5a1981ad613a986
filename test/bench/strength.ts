import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Bundle, buildBundle } from "@action-collective/protocol";
import { readActionFolder } from "action-collective";
import { createSourceAnalysis } from "../../node/src/analysis/source-analysis.ts";
import { Sandbox } from "../../node/src/sandbox/sandbox.ts";
import { WorkerSchemaChecker } from "../../node/src/schemas/schema-checker.ts";
import { createJudge } from "../../node/src/verification/judge.ts";
import type { Report, TestableBundle } from "../../node/src/verification/report.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { readRealActions } from "../import/real-actions.ts";

/**
 * `npm run bench:strength -- [NAME…] [--survivors] [--mutants N] [--data FILE] [--record] [--json FILE]`: how many small changes
 * to each action of the starter library, or of a file of recorded ones, their unit tests notice, and what it costs to
 * find out. `--record` writes what was measured into library/strengths.json, where a test looks it up.
 */
const { values, positionals } = parseArgs({
  options: {
    data: { type: "string" },
    json: { type: "string" },
    mutants: { type: "string" },
    record: { type: "boolean" },
    survivors: { type: "boolean" },
  },
  allowPositionals: true,
});

/** What every starter action should reach. */
const AIM = 0.8;

const library = new URL("../../library/", import.meta.url);
const KINDS = ["actions", "net-actions"];

async function* definitions() {
  if (values.data !== undefined) yield* readRealActions(values.data);
  else
    for (const kind of KINDS)
      for (const folder of (await readdir(new URL(kind, library))).sort())
        yield await readActionFolder(fileURLToPath(new URL(`${kind}/${folder}/`, library)));
}

function testable({ manifest, code, test }: Bundle): TestableBundle {
  const { language, input, output, cases } = manifest;
  return { source: { code, language }, input, output, cases, ...(test === undefined ? {} : { test }) };
}

const sandbox = await Sandbox.open();
const schemas = new WorkerSchemaChecker();
const analysis = createSourceAnalysis();
/** All mutants instead of the sample: more processes may be used up by them. */
const strength =
  values.mutants === undefined ? {} : { mutants: Number(values.mutants), processes: Number(values.mutants) };
const clock = () => performance.now();
const judges = {
  quick: createJudge({ sandbox, schemas, clock }),
  thorough: createJudge({ sandbox, schemas, clock, analysis, strength }),
};
const { signal } = new AbortController();

interface Measured {
  readonly name: string;
  readonly id: string;
  readonly quickMs: number;
  readonly thoroughMs: number;
  readonly report: Report;
}

const measured: Measured[] = [];
const refused: string[] = [];
try {
  for await (const definition of definitions()) {
    if (positionals.length > 0 && !positionals.includes(definition.name)) continue;
    let bundle: TestableBundle;
    let id: string;
    try {
      const built = buildBundle(definition);
      ({ id } = built);
      bundle = testable(built);
    } catch (error) {
      refused.push(`${definition.name}: ${(error as Error).message.split("\n")[0]}`);
      continue;
    }
    // The first one starts what all need.
    if (measured.length === 0) await judges.thorough.judge(bundle, { signal });
    const quick = await judges.quick.judge(bundle, { signal });
    const report = await judges.thorough.judge(bundle, { signal });
    measured.push({
      name: definition.name,
      id,
      quickMs: quick.durationMs,
      thoroughMs: report.durationMs,
      report,
    });
    show(measured.at(-1));
  }
} finally {
  await Promise.all([sandbox.stop(), schemas.stop(), analysis.stop()]);
}

function show(one: Measured | undefined): void {
  if (one === undefined) return;
  const { name, report, quickMs, thoroughMs } = one;
  const { strength } = report;
  const figures =
    strength === undefined
      ? (report.strengthUnknown ?? report.reason)
      : `${strength.killed} of ${strength.mutants} killed`.padEnd(20) +
        (strength.killed / strength.mutants).toFixed(2);
  const times = `${quickMs} → ${thoroughMs} ms`;
  process.stdout.write(`${name.padEnd(32).slice(0, 32)} ${figures.padEnd(28)} ${times}\n`);
  if (!values.survivors) return;
  for (const { line, operator, original, replacement } of strength?.survived ?? [])
    process.stdout.write(`    line ${line}, ${operator}: ${original}\n      →  ${replacement}\n`);
}

const known = measured.flatMap(({ report: { strength } }) =>
  strength === undefined ? [] : [strength.killed / strength.mutants],
);
const sorted = known.toSorted((a, b) => a - b);
const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
const times = measured
  .filter(({ report }) => report.outcome === "pass")
  .map(({ quickMs, thoroughMs }) => thoroughMs - quickMs)
  .toSorted((a, b) => a - b);
const time = (share: number) => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
const count = (outcome: string) => measured.filter(({ report }) => report.outcome === outcome).length;

const each = (one: Measured): BenchRow[] => {
  const { strength } = one.report;
  if (strength === undefined) return [];
  const value = strength.killed / strength.mutants;
  const row = { metric: `strength of ${one.name}`, value, unit: "killed / mutants" };
  return [{ ...row, aim: `≥ ${AIM}`, met: value >= AIM }];
};
const rows: BenchRow[] = [
  ...(values.data === undefined ? measured.flatMap(each) : []),
  { metric: "actions", value: measured.length, unit: "actions" },
  { metric: "passed", value: count("pass"), unit: "actions" },
  { metric: "failed", value: count("fail"), unit: "actions" },
  { metric: "unknown", value: count("unknown"), unit: "actions" },
  {
    metric: "flaky",
    value: measured.filter(({ report }) => report.code === "flaky").length,
    unit: "actions",
  },
  { metric: "with a strength", value: known.length, unit: "actions" },
  { metric: "strength, least", value: quantile(0), unit: "killed / mutants" },
  { metric: "strength, lower quartile", value: quantile(0.25), unit: "killed / mutants" },
  { metric: "strength, median", value: quantile(0.5), unit: "killed / mutants" },
  { metric: "strength, upper quartile", value: quantile(0.75), unit: "killed / mutants" },
  { metric: "second run and strength, median", value: time(0.5), unit: "ms" },
  { metric: "second run and strength, p95", value: time(0.95), unit: "ms" },
];
for (const line of refused) process.stdout.write(`refused  ${line}\n`);
await reportBench("strength", rows, values.json);
if (values.record === true) await record();

/** Adds what was measured to what is recorded, and drops what the library has no more. */
async function record(): Promise<void> {
  const file = new URL("strengths.json", library);
  const known = new Map<string, { id: string; mutants: number; killed: number }>();
  try {
    const read = JSON.parse(await readFile(file, "utf8")) as Record<
      string,
      { id: string; mutants: number; killed: number }
    >;
    for (const [name, one] of Object.entries(read)) known.set(name, one);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  for (const { name, id, report } of measured) {
    const { strength } = report;
    if (strength !== undefined) known.set(name, { id, mutants: strength.mutants, killed: strength.killed });
  }
  const names = new Set<string>();
  for await (const { name } of definitions()) names.add(name);
  const kept = [...known].filter(([name]) => names.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(file, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}
