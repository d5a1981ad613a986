import type { ActionView } from "action-collective";
import { expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { BootstrapProcess, collective, PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

/** Accepts no connections, as behind a NAT. */
const HIDDEN = { COLLECTIVE_INBOUND: "no", COLLECTIVE_PRESTARTED: "0", COLLECTIVE_QUIET_LOAD: "1000" };

test("peers that nobody can dial publish, hear of it, verify and serve through a hub that learns of it by catching up", {
  timeout: 180_000,
}, async () => {
  await using home = await temporaryFolder();
  const id = await publishAlone(home.path);

  await using hub = await BootstrapProcess.start();
  const join = { bootstrap: [hub.address], env: HIDDEN };
  await using publisher = await PeerProcess.start({ ...join, home: home.path });
  await until(async () => (await reachability(publisher)).state === "relayed", {
    what: "the publisher's place at the hub",
    timeoutMs: 30_000,
  });

  await using reader = await PeerProcess.start(join);
  await until(() => passed(reader, id), { what: "the reader's own verdict", timeoutMs: 60_000 });
  // Gossip carried none of it: the publisher said nothing since it met the hub.
  expect((await publisher.client.status()).traffic.gossip.published).toBe(0);
  const { traffic } = await reader.client.status();
  expect(traffic.sync.new).toBeGreaterThan(0);
  expect(traffic.blocks.fetched).toBeGreaterThan(0);
  expect(await addressOf(reader, publisher)).toContain(`${hub.address}/p2p-circuit/`.split("/p2p/")[1]);
  expect((await reader.client.run(id, { x: 1 })).output).toBe(8);

  const told = await collective(["status"], { COLLECTIVE_HOME: reader.home });
  expect(told.stdout).toMatch(
    /reached +through a relay: \/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/\w+\/p2p-circuit/,
  );

  expect(await publisher.stop()).toBe(0);
  await using late = await PeerProcess.start(join);
  await until(() => passed(late, id), { what: "the late one's verdict", timeoutMs: 60_000 });
  expect(await addressOf(late, reader)).toContain("/p2p-circuit/");
});

/** Publishes on a peer that knows nobody, and stops it. */
async function publishAlone(home: string): Promise<string> {
  await using peer = await PeerProcess.start({ home, env: HIDDEN });
  const published = await peer.client.publish(addingAction(7));
  expect(await reachability(peer)).toEqual({ state: "outbound-only", relays: [] });
  expect(await peer.stop()).toBe(0);
  return published.id;
}

async function reachability(peer: PeerProcess) {
  return (await peer.client.status()).reachability;
}

async function passed(peer: PeerProcess, id: string): Promise<ActionView | undefined> {
  const view = await peer.client.show(id);
  return view.standing === "passed" ? view : undefined;
}

async function addressOf(peer: PeerProcess, other: PeerProcess): Promise<string | undefined> {
  const peers = await peer.client.peers();
  return peers.find(({ id }) => id === other.started.peerId)?.address;
}
