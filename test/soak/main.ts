import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { addingAction } from "../helpers/adding-action.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { BootstrapProcess, PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import type { Reading } from "./probe.ts";
import { slopeOf } from "./slope.ts";

/** `npm run soak -- --minutes N [--peers N] [--json FILE]`: steady traffic, and what each daemon holds meanwhile. */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    peers: { type: "string", default: "3" },
    json: { type: "string" },
  },
});
const minutes = Number(values.minutes);
const peers = Number(values.peers);

const SAMPLE_MS = 10_000;
/** Code is compiled, pools and caches are filled and neighbours are found in the beginning: that is no leak. */
const WARM_UP_SHARE = 0.2;
const MS_PER_HOUR = 3_600_000;
const MB = 1024 * 1024;
/** Publishing proves an action, which costs most; the others are as often as an agent that works without a break. */
const PUBLISH_EVERY_MS = 5_000;
const SEARCH_EVERY_MS = 500;
const RUN_EVERY_MS = 1_000;

const say = (text: string) => void process.stderr.write(`${text} …\n`);
const probe = `--import=${new URL("./probe.ts", import.meta.url).href}`;

await using folder = await temporaryFolder();
await using running = new AsyncDisposableStack();
const node = running.use(await BootstrapProcess.start());
const daemons: { readonly peer: PeerProcess; readonly file: string }[] = [];
for (let at = 0; at < peers; at++) {
  const file = join(folder.path, `readings-${at}.jsonl`);
  const env = { NODE_OPTIONS: probe, SOAK_FILE: file };
  daemons.push({ peer: running.use(await PeerProcess.start({ bootstrap: [node.address], env })), file });
}

const over = new AbortController();
const done = { published: 0, searched: 0, ran: 0, failed: 0 };
const published: string[] = [];
let number = 0;

/** Asks one daemon after the other, until the time is over; what fails is counted and goes on. */
async function steadily(everyMs: number, work: (peer: PeerProcess) => Promise<void>): Promise<void> {
  for (let turn = 0; !over.signal.aborted; turn++) {
    const daemon = daemons[turn % daemons.length];
    if (daemon !== undefined)
      await work(daemon.peer).catch((error: unknown) => {
        if (over.signal.aborted) return;
        done.failed++;
        say(`failed: ${String(error)}`);
      });
    await pause(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
  }
}

const traffic = [
  steadily(PUBLISH_EVERY_MS, async ({ client }) => {
    const { id } = await client.publish(addingAction(number++), over);
    published.push(id);
    done.published++;
  }),
  steadily(SEARCH_EVERY_MS, async ({ client }) => {
    await client.search(`add ${number % 50} to a number`, over);
    done.searched++;
  }),
  steadily(RUN_EVERY_MS, async ({ client }) => {
    // One that has had the time to reach every daemon.
    const id = published[Math.max(0, published.length - 5)];
    if (id === undefined || published.length < 5) return;
    await client.run(id, { x: 1 }, over);
    done.ran++;
  }),
];

const startedAt = performance.now();
say(`${peers} daemons for ${minutes} minutes`);
while (performance.now() - startedAt < minutes * 60_000) {
  await pause(SAMPLE_MS);
  for (const { peer } of daemons) {
    if (!peer.running) throw new Error(`A daemon ended with ${peer.child.exitCode}:\n${peer.stderr}`);
    peer.child.kill("SIGUSR2");
  }
  say(`${Math.round((performance.now() - startedAt) / 1000)} s: ${JSON.stringify(done)}`);
}
over.abort();
await Promise.all(traffic);
// The last reading is written when its signal has been seen to.
await pause(1_000);

const rows: BenchRow[] = [
  { metric: "publications", value: done.published, unit: "" },
  { metric: "searches", value: done.searched, unit: "" },
  { metric: "runs", value: done.ran, unit: "" },
  { metric: "calls that failed", value: done.failed, unit: "" },
];
const measures = [
  { of: "heap after collection", unit: "MB", value: ({ heap }: Reading) => heap / MB },
  { of: "resident memory", unit: "MB", value: ({ rss }: Reading) => rss / MB },
  { of: "handles", unit: "", value: ({ handles }: Reading) => handles },
  { of: "event loop lag, p99", unit: "ms", value: ({ lagP99 }: Reading) => lagP99 },
];
for (const [at, { file }] of daemons.entries()) {
  const readings = (await readFile(file, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Reading);
  const from = Math.ceil(readings.length * WARM_UP_SHARE);
  for (const { of, unit, value } of measures) {
    const samples = readings
      .slice(from)
      .map((reading) => ({ hours: reading.at / MS_PER_HOUR, value: value(reading) }));
    const slope = slopeOf(samples);
    const metric = `daemon ${at + 1}, ${of}`;
    rows.push({ metric: `${metric}: last`, value: samples.at(-1)?.value ?? Number.NaN, unit });
    if (slope === undefined) continue;
    const sure = slope.distinguishable ? "differs from 0" : "not distinguishable from 0";
    rows.push({
      metric: `${metric}: slope, ± ${slope.uncertainty.toPrecision(3)} (95 %), ${sure}`,
      value: slope.perHour,
      unit: `${unit}/h`,
    });
  }
}
await reportBench(`soak, ${minutes} minutes, ${peers} daemons`, rows, values.json);
