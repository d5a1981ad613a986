import { parseArgs } from "node:util";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { namespacesMissing } from "../helpers/net-namespace.ts";
import { differences, lateJoiner } from "./network-catch-up.ts";
import { orbitdb } from "./network-orbitdb.ts";
import { oneProcess } from "./network-process.ts";
import { publishFarApart, publishToAll } from "./network-publish.ts";

/** `npm run bench:network -- [--only PART]… [--peers N] [--publications N] [--records N] [--large N] [--limit SECONDS] [--json FILE]` */
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    peers: { type: "string", default: "20" },
    publications: { type: "string", default: "40" },
    records: { type: "string", default: "10000" },
    large: { type: "string", default: "100000" },
    limit: { type: "string", default: "120" },
    json: { type: "string" },
  },
});
const [peers, publications, records, large, limit] = [
  values.peers,
  values.publications,
  values.records,
  values.large,
  values.limit,
].map(Number) as [number, number, number, number, number];

const say = (text: string) => void process.stderr.write(`${text} …\n`);
const parts: Record<string, () => Promise<BenchRow[]>> = {
  process: () => oneProcess(say),
  publish: () => publishToAll(peers, publications, say),
  "far-apart": () => publishFarApart(publications, say),
  "catch-up": () => lateJoiner(records, say),
  orbitdb: () => orbitdb(records, limit, say),
  large: () => lateJoiner(large, say),
  differences: () => differences(large, say),
};

/** Parts that count bytes on a loopback device of their own. */
const COUNTED: ReadonlySet<string> = new Set(["catch-up", "orbitdb", "large", "differences"]);

const unknown = values.only.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(`No such part: ${unknown.join(", ")}. Parts: ${Object.keys(parts).join(", ")}\n`);
  process.exit(2);
}
const noNamespaces = await namespacesMissing();
const rows: BenchRow[] = [];
for (const [name, run] of Object.entries(parts)) {
  if (values.only.length > 0 && !values.only.includes(name)) continue;
  const measured = await rowsOf(name, run);
  for (const { metric, value, unit } of measured) say(`  ${metric}: ${value} ${unit}`);
  rows.push(...measured);
}
await reportBench("network", rows, values.json);

/** What cannot be measured here, or failed, is a row that says why; the other parts go on. */
async function rowsOf(name: string, run: () => Promise<BenchRow[]>): Promise<BenchRow[]> {
  const without = (why: string) => [{ metric: `${name}: ${why}`, value: Number.NaN, unit: "" }];
  if (COUNTED.has(name) && noNamespaces !== undefined) return without(`skipped, ${noNamespaces}`);
  try {
    return await run();
  } catch (error) {
    process.exitCode = 1;
    return without(`FAILED, ${error instanceof Error ? error.message : String(error)}`);
  }
}
