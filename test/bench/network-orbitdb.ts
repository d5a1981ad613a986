import { join } from "node:path";
import type { BenchRow } from "../helpers/bench-table.ts";
import { NetNamespace } from "../helpers/net-namespace.ts";
import { OurProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { makeRecords } from "./network-records.ts";

const PEER = join(import.meta.dirname, "network-orbitdb-peer.ts");
const WRITING_MS = 900_000;
/** What an entry holds beside its text: signature, clock, identity and pointers to earlier ones are OrbitDB's own. */
const SAMPLE = 200;

/**
 * OrbitDB 4: a reader with nothing joins a writer that holds as many entries as our late joiner gets records, each with
 * as much text as a record has bytes; two processes in a network namespace, as ours are.
 * @param limit seconds after which the reader is stopped; how far it came is reported then
 */
export async function orbitdb(
  entries: number,
  limit: number,
  say: (text: string) => void,
): Promise<BenchRow[]> {
  const sample = [...makeRecords(SAMPLE)];
  const size = Math.round(sample.reduce((sum, { bytes }) => sum + bytes.length, 0) / sample.length);
  await using folder = await temporaryFolder();
  await using space = await NetNamespace.make();
  const start = (...args: string[]) =>
    new OurProcess(PEER, args, { NODE_OPTIONS: "--conditions=source" }, space.launcher);
  say(`OrbitDB: writing ${entries} entries of ${size} bytes`);
  await using writer = start("write", String(entries), String(size), join(folder.path, "writer"));
  const [, address = "", database = ""] = await writer.printed(
    /"address":"([^"]+)","database":"([^"]+)"/,
    WRITING_MS,
  );
  say(`OrbitDB: a late joiner reads ${entries} entries, at most ${limit} s`);
  const before = await space.bytesSent();
  const startedAt = performance.now();
  await using reader = start("read", address, database, String(entries), join(folder.path, "reader"));
  const done = () => reader.stdout.includes('"done":true');
  await until(() => done() || !reader.running, { what: "OrbitDB", timeoutMs: limit * 1_000 }).catch(
    () => false,
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const bytes = (await space.bytesSent()) - before;
  if (!reader.running && !done())
    throw new Error(`OrbitDB's reader ended:\n${reader.stdout}${reader.stderr}`);
  const fetched = Number([...reader.stdout.matchAll(/"fetched":(\d+)/g)].at(-1)?.[1] ?? 0);
  const of = `OrbitDB 4.0.0, late joiner, ${entries} entries of ${size} B`;
  const payload = entries * size;
  const rows: BenchRow[] = done()
    ? [
        { metric: `${of}: from its start until it holds all`, value: seconds, unit: "s" },
        { metric: `${of}: records a second`, value: entries / seconds, unit: "1/s" },
      ]
    : [
        { metric: `${of}: not done when stopped after`, value: seconds, unit: "s" },
        { metric: `${of}: entries fetched by then`, value: fetched, unit: "entries" },
      ];
  return [
    ...rows,
    { metric: `${of}: bytes on the wire`, value: bytes, unit: "B", baseline: payload },
    ...(done()
      ? [{ metric: `${of}: bytes on the wire per byte of entries`, value: bytes / payload, unit: "×" }]
      : []),
  ];
}
