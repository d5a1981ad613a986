import { setTimeout as pause } from "node:timers/promises";
import { addingAction } from "../helpers/adding-action.ts";
import type { BenchRow } from "../helpers/bench-table.ts";
import { BridgedNamespaces, netemMissing } from "../helpers/net-namespace.ts";
import { BootstrapProcess, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

/** Aims for a network on one machine, in seconds. */
const AIM_MEDIAN = 0.5;
const AIM_P99 = 2;
const PATIENCE_MS = 120_000;
/**
 * How often a peer that has not heard of an action yet is asked again; its answer costs about a millisecond on either side, so
 * that nineteen of them asked four times as often keep a core busy. Half of it is in each figure.
 */
const LOOK_MS = 100;
const NETEM = ["delay", "50ms", "10ms", "loss", "1%"];
const NAMESPACED_PEERS = 5;

/** Seconds, one for each publication and each other peer. */
interface Delays {
  readonly sinceAcknowledged: number[];
  readonly sinceCalled: number[];
}

/**
 * Daemons on loopback, which met through one bootstrap node and do not verify what arrives (twenty of them doing so on a
 * few cores would measure the cores). Publishing itself proves the action in its sandbox; the gossip goes out just before
 * it is acknowledged.
 */
export async function publishToAll(
  peers: number,
  publications: number,
  say: (text: string) => void,
): Promise<BenchRow[]> {
  await using running = new AsyncDisposableStack();
  const node = running.use(await BootstrapProcess.start());
  const daemons: PeerProcess[] = [];
  for (let at = 0; at < peers; at++) {
    say(`starting daemon ${at + 1} of ${peers}`);
    const env = { COLLECTIVE_VERIFY: "false", COLLECTIVE_PRESTARTED: "0", COLLECTIVE_WORKERS: "1" };
    daemons.push(running.use(await PeerProcess.start({ bootstrap: [node.address], env })));
  }
  const delays = await publishAndWait(daemons, publications, say);
  return rowsOf(`${peers} daemons on loopback, ${publications} publications`, delays, true);
}

/** The same among machines that are 50 ms apart and lose every hundredth packet. */
export async function publishFarApart(
  publications: number,
  say: (text: string) => void,
): Promise<BenchRow[]> {
  const what = `${NAMESPACED_PEERS} daemons in network namespaces, ${NETEM.join(" ")}`;
  const missing = await netemMissing();
  if (missing !== undefined) {
    say(`skipped: ${what}: ${missing}`);
    return [{ metric: `${what}: skipped, ${missing}`, value: Number.NaN, unit: "" }];
  }
  await using network = await BridgedNamespaces.make(NAMESPACED_PEERS + 1, NETEM);
  return rowsOf(what, await inNamespaces(network, publications, say), false);
}

/** A bootstrap node in the first namespace, a daemon in each of the others. */
export async function inNamespaces(
  { spaces }: BridgedNamespaces,
  publications: number,
  say: (text: string) => void,
): Promise<Delays> {
  const [first, ...others] = spaces;
  if (first === undefined) throw new Error("no namespaces were made");
  await using running = new AsyncDisposableStack();
  const args = ["--port", "4001", "--reach", "lan", "--host", first.address];
  const node = running.use(await BootstrapProcess.start({ args, launcher: first.space.launcher }));
  const daemons: PeerProcess[] = [];
  for (const { space, address } of others) {
    const env = { COLLECTIVE_REACH: "lan", COLLECTIVE_HOST: address, COLLECTIVE_VERIFY: "false" };
    const options = { bootstrap: [node.address], env, launcher: space.launcher };
    daemons.push(running.use(await PeerProcess.start(options)));
  }
  return await publishAndWait(daemons, publications, say);
}

async function publishAndWait(
  daemons: readonly PeerProcess[],
  publications: number,
  say: (text: string) => void,
): Promise<Delays> {
  say("waiting until all have neighbours that gossip");
  const wanted = Math.min(daemons.length - 1, 4);
  for (const { client } of daemons)
    await until(async () => (await client.peers()).filter((peer) => peer.gossip).length >= wanted, {
      ...{ what: "neighbours that gossip", timeoutMs: PATIENCE_MS },
    });
  const delays: Delays = { sinceAcknowledged: [], sinceCalled: [] };
  for (let number = 0; number < publications; number++) {
    // A stride that meets every daemon; which comes when makes no difference.
    const publisher = daemons[(number * 7) % daemons.length];
    if (publisher === undefined) throw new Error("no daemons");
    const action = addingAction(1_000 + number);
    const calledAt = performance.now();
    const { id } = await publisher.client.publish(action);
    const acknowledgedAt = performance.now();
    const others = daemons.filter((daemon) => daemon !== publisher);
    const foundAt = await Promise.all(others.map((daemon) => findBy(daemon, id, action.name)));
    for (const at of foundAt) {
      delays.sinceAcknowledged.push((at - acknowledgedAt) / 1000);
      delays.sinceCalled.push((at - calledAt) / 1000);
    }
    if (number % 10 === 9) say(`${number + 1} of ${publications} publications are everywhere`);
  }
  return delays;
}

/** @returns when the daemon's search answered with the action. It is not searched for before the daemon knows it. */
async function findBy({ client }: PeerProcess, id: string, name: string): Promise<number> {
  for (const giveUpAt = performance.now() + PATIENCE_MS; performance.now() < giveUpAt; await pause(LOOK_MS)) {
    const known = await client.show(id).catch(() => undefined);
    if (known === undefined) continue;
    if ((await client.search(name, { limit: 50 })).some((card) => card.id === id)) return performance.now();
  }
  throw new Error(`${name} was not found after ${PATIENCE_MS} ms`);
}

function rowsOf(what: string, { sinceAcknowledged, sinceCalled }: Delays, aimed: boolean): BenchRow[] {
  const row = (name: string, value: number, aim: number): BenchRow => ({
    ...{ metric: `${what}: acknowledged → found by another's search, ${name}`, value, unit: "s" },
    ...(aimed ? { aim: `≤ ${aim}`, met: value <= aim } : {}),
  });
  return [
    row("p50", percentile(sinceAcknowledged, 0.5), AIM_MEDIAN),
    row("p99", percentile(sinceAcknowledged, 0.99), AIM_P99),
    {
      ...{ metric: `${what}: the same, the slowest`, value: Math.max(...sinceAcknowledged), unit: "s" },
    },
    {
      metric: `${what}: publish called (with proving it) → found, p50`,
      value: percentile(sinceCalled, 0.5),
      unit: "s",
    },
  ];
}

/** Nearest rank. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
