import { rm } from "node:fs/promises";
import type { BenchRow } from "../helpers/bench-table.ts";
import { NetNamespace } from "../helpers/net-namespace.ts";
import { BootstrapProcess, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";
import { makeRecords, NETWORK, type PreparedHome, prepareHomes } from "./network-records.ts";

/** What catching up may cost. */
const AIM_SECONDS = 10;
const AIM_RATIO = 1.5;
/** The aim is for so many records; with others the time is reported without one. */
const AIM_RECORDS = 10_000;
const PATIENCE_MS = 600_000;
/** Connections have settled when nothing but keep-alive passed for so long. */
const QUIET_MS = 1_500;
/** Keep-alive and gossip's heartbeat stay below this in the time between two looks. */
const QUIET_BYTES = 2_048;
const LOOK_MS = 50;

export interface Pass {
  /** From the new process being started until it holds all records, in milliseconds. */
  readonly ms: number;
  /** Bytes on the wire until then: both directions, all protocols, with the headers of TCP and IP. */
  readonly bytes: number;
}

/** A process with an empty home, which neither verifies nor publishes, joins through one that holds everything. */
export async function lateJoiner(records: number, say: (text: string) => void): Promise<BenchRow[]> {
  say(`making ${records} signed records`);
  const [home] = await prepareHomes(makeRecords(records), [() => true]);
  if (home === undefined) throw new Error("no home was made");
  try {
    say(`a late joiner reads ${records} records`);
    const { ms, bytes } = await meet(home, undefined, records);
    const of = `late joiner, ${records} records`;
    const seconds = ms / 1000;
    const ratio = bytes / home.bytes;
    const aimed = records === AIM_RECORDS;
    return [
      {
        ...{ metric: `${of}: from its start until it holds all`, value: seconds, unit: "s" },
        ...(aimed ? { aim: `≤ ${AIM_SECONDS}`, met: seconds <= AIM_SECONDS } : {}),
      },
      { metric: `${of}: bytes on the wire`, value: bytes, unit: "B", baseline: home.bytes },
      {
        ...{ metric: `${of}: bytes on the wire per byte of records`, value: ratio, unit: "×" },
        ...{ aim: `≤ ${AIM_RATIO}`, met: ratio <= AIM_RATIO },
      },
      { metric: `${of}: records a second`, value: records / seconds, unit: "1/s" },
    ];
  } finally {
    await rm(home.path, { recursive: true, force: true });
  }
}

/** Two peers that share nearly everything meet: what finding the difference costs. `baseline`: two that hold nothing. */
export async function differences(records: number, say: (text: string) => void): Promise<BenchRow[]> {
  const cases = [
    { what: "1 % different, scattered", lacks: (at: number) => at % 100 === 37 },
    { what: "newest 1 % missing", lacks: (at: number) => at >= records * 0.99 },
    { what: "equal", lacks: () => false },
  ];
  say(`making ${records} signed records, with ${cases.length} homes that hold most of them`);
  const filters = [
    () => true,
    ...cases.map(
      ({ lacks }) =>
        (at: number) =>
          !lacks(at),
    ),
    () => false,
    () => false,
  ];
  const homes = await prepareHomes(makeRecords(records), filters);
  const [full, ...others] = homes;
  try {
    const emptyJoiner = others.pop();
    const emptyHolder = others.pop();
    if (full === undefined || emptyHolder === undefined) throw new Error("no homes were made");
    say("two empty peers meet");
    const nothing = await meet(emptyHolder, emptyJoiner, 0);
    const rows: BenchRow[] = [];
    for (const [index, { what }] of cases.entries()) {
      const home = others[index];
      if (home === undefined) throw new Error("no home was made");
      say(`${records} records, ${what}`);
      const missing = full.bytes - home.bytes;
      const { ms, bytes } = await meet(full, home, records);
      const metric = `${records} records, ${what}`;
      rows.push(
        { metric: `${metric}: bytes on the wire`, value: bytes, unit: "B", baseline: nothing.bytes },
        { metric: `${metric}: bytes of the records missing`, value: missing, unit: "B" },
        { metric: `${metric}: from start until settled`, value: ms, unit: "ms", baseline: nothing.ms },
      );
    }
    return rows;
  } finally {
    await Promise.all(homes.map(({ path }) => rm(path, { recursive: true, force: true })));
  }
}

/**
 * A bootstrap node on `holder` and a peer on `joiner` (or an empty home), in a network namespace of their own, whose
 * loopback device counts what passes between them; the bench itself asks over the peer's unix socket.
 */
async function meet(holder: PreparedHome, joiner: PreparedHome | undefined, records: number): Promise<Pass> {
  await using space = await NetNamespace.make();
  const { launcher } = space;
  const args = ["--port", "0", "--reach", "loopback", "--network", NETWORK];
  await using node = await BootstrapProcess.start({ home: holder.path, args, launcher });
  const startedAt = performance.now();
  await using peer = await PeerProcess.start({
    bootstrap: [node.address],
    launcher,
    ...(joiner === undefined ? {} : { home: joiner.path }),
    env: { COLLECTIVE_NETWORK: NETWORK, COLLECTIVE_VERIFY: "false", COLLECTIVE_SYNC_INTERVAL_MS: "30000" },
  });
  const { client } = peer;
  const held = async () => (await client.status()).records;
  if (joiner === undefined) {
    await until(async () => (await held()) >= records, {
      ...{ what: `${records} records at the late joiner`, timeoutMs: PATIENCE_MS, everyMs: LOOK_MS },
    });
    return { ms: performance.now() - startedAt, bytes: await space.bytesSent() };
  }
  await until(async () => (await client.status()).peers > 0, { what: "a connection" });
  const settled = await quiet(space);
  const now = await held();
  if (now !== records) throw new Error(`The two settled, but one holds ${now} of ${records} records`);
  return { ms: settled.at - startedAt, bytes: settled.bytes };
}

/** Waits until a network falls quiet. @returns when, and after how many bytes */
async function quiet(space: NetNamespace): Promise<{ at: number; bytes: number }> {
  let at = performance.now();
  let bytes = await space.bytesSent();
  await until(
    async () => {
      const sent = await space.bytesSent();
      const now = performance.now();
      if (sent - bytes > QUIET_BYTES) {
        at = now;
        bytes = sent;
      }
      return now - at > QUIET_MS;
    },
    { what: "a quiet network", timeoutMs: PATIENCE_MS, everyMs: LOOK_MS },
  );
  return { at, bytes };
}
