import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { addingAction } from "../helpers/adding-action.ts";
import { BootstrapProcess, PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

export interface ChaosOptions {
  readonly kills: number;
  readonly peers: number;
  /** The same seed chooses the same victims and pauses; what the processes make of them is theirs. */
  readonly seed: number;
  readonly say: (text: string) => void;
}

export interface ChaosReport {
  readonly kills: number;
  /** How many of them hit the bootstrap node. */
  readonly bootstrapKills: number;
  /** Publications that were answered, and calls that met a killed peer, which are made again at once. */
  readonly acknowledged: number;
  readonly interrupted: number;
  /** From the last restart until everybody held everything, in milliseconds. */
  readonly healedMs: number;
  /** Acknowledged publications that their own publisher does not hold with its verdict; that any other peer lacks. */
  readonly lostByPublisher: readonly string[];
  readonly lostByOthers: readonly string[];
  /** What `PRAGMA integrity_check` says of each catalogue afterwards, the bootstrap node's last. */
  readonly integrity: readonly string[];
  /** Records in each catalogue. */
  readonly records: readonly number[];
  readonly stopMs: number;
}

/** Between two kills, in milliseconds: as good as at once, and long enough for neighbours to have noticed. */
const PAUSE_MS = { least: 50, most: 1_500 };
const PATIENCE_MS = 180_000;
/** Those who ask for what is missing go easy on what is healing. */
const LOOK_MS = 250;

interface Slot {
  readonly home: string;
  process: PeerProcess;
  /** Ids that were acknowledged to a caller. */
  readonly acknowledged: string[];
}

/**
 * Real daemons that publish without a break while one after the other, now and then the bootstrap node too, is killed
 * with SIGKILL and started again on its home.
 */
export async function chaos({ kills, peers, seed, say }: ChaosOptions): Promise<ChaosReport> {
  const random = seeded(seed);
  await using folder = await temporaryFolder();
  await using running = new AsyncDisposableStack();
  const nodeHome = join(folder.path, "bootstrap");
  let node = await BootstrapProcess.start({ home: nodeHome });
  const { address } = node;
  const port = address.split("/")[4] ?? "";
  running.defer(() => node.kill());
  const env = { COLLECTIVE_VERIFY: "false", COLLECTIVE_WORKERS: "1", COLLECTIVE_PRESTARTED: "0" };
  const start = (home: string) => PeerProcess.start({ home, bootstrap: [address], env });
  const slots: Slot[] = [];
  for (let at = 0; at < peers; at++) {
    const home = join(folder.path, `peer-${at}`);
    const slot: Slot = { home, process: await start(home), acknowledged: [] };
    running.defer(() => slot.process.kill());
    slots.push(slot);
  }
  const total = () => slots.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);

  let publishing = true;
  let number = 0;
  let interrupted = 0;
  const publishers = slots.map(async (slot) => {
    while (publishing) {
      const published = await slot.process.client.publish(addingAction(number++)).catch(() => undefined);
      if (published !== undefined) slot.acknowledged.push(published.id);
      else {
        interrupted++;
        await pause(PAUSE_MS.least);
      }
    }
  });

  let bootstrapKills = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const before = total();
    await until(() => total() > before, { what: "a publication between two kills", timeoutMs: PATIENCE_MS });
    await pause(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
    const victim = slots[Math.floor(random() * (peers + 1))];
    if (victim === undefined) {
      await node.kill();
      await pause(random() * PAUSE_MS.most);
      node = await BootstrapProcess.start({ home: nodeHome, args: ["--port", port, "--reach", "loopback"] });
      bootstrapKills++;
    } else {
      await victim.process.kill();
      await pause(random() * PAUSE_MS.most);
      victim.process = await start(victim.home);
    }
    if (kill % 5 === 0 || kill === kills)
      say(`${kill} of ${kills} kills, ${total()} publications acknowledged`);
  }
  publishing = false;
  await Promise.all(publishers);

  const healingAt = performance.now();
  const lostByOthers = await missing(slots, lacksAtOthers);
  const lostByPublisher = await missing(slots, lacksAtPublisher);
  const healedMs = performance.now() - healingAt;
  const stoppingAt = performance.now();
  await Promise.all([node.stop(), ...slots.map(({ process }) => process.stop())]);
  const stopMs = performance.now() - stoppingAt;
  const catalogues = [...slots.map(({ home }) => home), nodeHome].map(inspect);
  return {
    ...{ kills, bootstrapKills, acknowledged: total(), interrupted, healedMs, stopMs },
    ...{ lostByOthers, lostByPublisher },
    integrity: catalogues.map(({ integrity }) => integrity),
    records: catalogues.map(({ records }) => records),
  };
}

/** Looks until nothing is missing any more, or patience ends. @returns what is missing then */
async function missing(
  slots: readonly Slot[],
  lacks: (slots: readonly Slot[], owner: Slot, id: string) => Promise<boolean>,
): Promise<string[]> {
  let left = slots.flatMap((owner) => owner.acknowledged.map((id) => ({ owner, id })));
  const look = async () => {
    const still = [];
    for (const one of left) if (await lacks(slots, one.owner, one.id)) still.push(one);
    left = still;
    return left.length === 0;
  };
  await until(look, { what: "healing", timeoutMs: PATIENCE_MS, everyMs: LOOK_MS }).catch(() => false);
  return left.map(({ id }) => id);
}

async function lacksAtOthers(slots: readonly Slot[], owner: Slot, id: string): Promise<boolean> {
  const views = slots.filter((slot) => slot !== owner).map(({ process }) => process.client.show(id));
  const held = await Promise.all(views.map((view) => view.catch(() => undefined)));
  return !held.every((view) => view?.publishers.includes(owner.process.started.peerId));
}

async function lacksAtPublisher(_: readonly Slot[], { process }: Slot, id: string): Promise<boolean> {
  const view = await process.client.show(id).catch(() => undefined);
  const own = view?.verdicts.some((verdict) => verdict.own && verdict.outcome === "pass");
  return view?.standing !== "passed" || own !== true || !view.publishers.includes(process.started.peerId);
}

/** Reads a stopped peer's catalogue as SQLite itself sees it. */
function inspect(home: string): { integrity: string; records: number } {
  const database = new DatabaseSync(join(home, "catalogue.sqlite"), { readOnly: true });
  try {
    const integrity = String(database.prepare("PRAGMA integrity_check").get()?.integrity_check);
    return { integrity, records: Number(database.prepare("SELECT count(*) AS n FROM records").get()?.n) };
  } finally {
    database.close();
  }
}

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
