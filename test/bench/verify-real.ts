/**
 * Verifies recorded real actions on all cores: `node test/bench/verify-real.ts --data FILE [--count N] [--json FILE]`.
 * One sandbox and one judge in this process, no network: what is counted is verification alone.
 */
import { parseArgs } from "node:util";
import { type Bundle, buildBundle, CollectiveError } from "@action-collective/protocol";
import { Sandbox } from "../../node/src/sandbox/sandbox.ts";
import { WorkerSchemaChecker } from "../../node/src/schemas/schema-checker.ts";
import { createJudge } from "../../node/src/verification/judge.ts";
import type { TestableBundle } from "../../node/src/verification/report.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { readRealActions } from "../import/real-actions.ts";
import { cores } from "./measure.ts";

const { values } = parseArgs({
  options: { data: { type: "string" }, count: { type: "string" }, json: { type: "string" } },
});
if (values.data === undefined) {
  process.stderr.write("Say where the actions are: --data FILE (one JSON object a line)\n");
  process.exit(2);
}
const most = Number(values.count ?? Number.POSITIVE_INFINITY);

const outcomes = { pass: 0, fail: 0, unknown: 0 };
const notBuilt: string[] = [];
const bundles: Bundle[] = [];
let cases = 0;
for await (const definition of readRealActions(values.data)) {
  if (bundles.length + notBuilt.length >= most) break;
  try {
    bundles.push(buildBundle(definition));
  } catch (error) {
    if (!(error instanceof CollectiveError)) throw error;
    notBuilt.push(`${definition.name}: ${error.message.replaceAll("\n", " ")}`);
  }
}

const sandbox = await Sandbox.open({ processes: 2 * cores });
const schemas = new WorkerSchemaChecker();
const judge = createJudge({ sandbox, schemas, clock: () => performance.now() });
const { signal } = new AbortController();
const startedAt = performance.now();
try {
  const rest = bundles.values();
  await Promise.all(Array.from({ length: cores }, () => verifyFrom(rest)));
} finally {
  await Promise.all([sandbox.stop(), schemas.stop()]);
}
const seconds = (performance.now() - startedAt) / 1000;

for (const why of notBuilt) process.stdout.write(`no bundle: ${why}\n`);
const read = bundles.length + notBuilt.length;
const rows: BenchRow[] = [
  { metric: "actions read", value: read, unit: "actions" },
  { metric: "refused before verification", value: notBuilt.length, unit: "actions" },
  { metric: "pass", value: outcomes.pass, unit: "actions", aim: "all", met: outcomes.pass === read },
  { metric: "fail", value: outcomes.fail, unit: "actions" },
  { metric: "unknown", value: outcomes.unknown, unit: "actions", aim: "0", met: outcomes.unknown === 0 },
  { metric: "cases run", value: cases, unit: "cases" },
  { metric: "time", value: seconds, unit: "s" },
  { metric: `verifications on ${cores} cores`, value: bundles.length / seconds, unit: "per s" },
];
await reportBench("verify-real", rows, values.json);

async function verifyFrom(rest: Iterable<Bundle>): Promise<void> {
  for (const { manifest, code, test } of rest) {
    const { name, language, input, output } = manifest;
    const bundle = { source: { code, language }, input, output, cases: manifest.cases };
    const testable: TestableBundle = test === undefined ? bundle : { ...bundle, test };
    const report = await judge.judge(testable, { signal });
    outcomes[report.outcome]++;
    cases += report.cases.filter((one) => one.status !== "skipped").length;
    if (report.outcome !== "pass") process.stdout.write(`${report.outcome}: ${name}: ${report.reason}\n`);
  }
}
