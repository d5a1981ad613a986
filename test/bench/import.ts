import { realpathSync } from "node:fs";
import { parseArgs } from "node:util";
import type { ImportReport } from "../../node/src/cli/import/import-text.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { collective, PeerProcess } from "../helpers/processes.ts";

/**
 * `node test/bench/import.ts --package FOLDER [--json FILE] [--test-command COMMAND]`: imports a real
 * package, with its own tests and a real peer: how many of its functions became proved actions, how long each part took,
 * and why the others did not.
 */
const { values } = parseArgs({
  options: { package: { type: "string" }, json: { type: "string" }, "test-command": { type: "string" } },
});
if (values.package === undefined) throw new TypeError("--package FOLDER: the package to import");

const folder = realpathSync(values.package);
const command = values["test-command"];
await using peer = await PeerProcess.start({ env: { COLLECTIVE_VERIFY: "false" } });
const began = performance.now();
const { code, stdout, stderr } = await collective([
  ...["--home", peer.home, "--json", "import", folder, "--yes"],
  ...(command === undefined ? [] : ["--test-command", command]),
]);
if (code !== 0) throw new Error(`collective import ended with ${code}: ${stderr}`);
const report = JSON.parse(stdout) as ImportReport;
const seconds = (ms: number) => Math.round(ms / 100) / 10;
const { functions, proved, reasons, tests, durationMs } = report;
const rows: BenchRow[] = [
  { metric: "exported functions", value: functions, unit: "functions" },
  { metric: "proved actions", value: proved.length, unit: "actions" },
  { metric: "share", value: Math.round((proved.length / functions) * 1000) / 10, unit: "%" },
  {
    metric: "cases of an action, mean",
    value: proved.reduce((sum, { cases }) => sum + cases, 0) / proved.length,
    unit: "cases",
  },
  {
    metric: "with something much like it",
    value: proved.filter(({ similar }) => similar.length > 0).length,
    unit: "actions",
  },
  { metric: "the package's own tests", value: seconds(tests?.durationMs ?? 0), unit: "s" },
  { metric: "describing and bundling", value: seconds(durationMs.make), unit: "s" },
  { metric: "proving", value: seconds(durationMs.prove), unit: "s" },
  { metric: "everything", value: seconds(performance.now() - began), unit: "s" },
  ...reasons.map(({ text, count }) => ({ metric: `not: ${text}`, value: count, unit: "functions" })),
];
await reportBench(`import ${report.package}`, rows, values.json);
