import { once } from "node:events";
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from "node:net";
import type { Connection } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { expect, test } from "vitest";
import { connect, isConnected, TestPeers, until } from "../node/network/fixture.ts";
import { HostilePeer } from "./hostile-peer.ts";

/** Loopback addresses are counted like public ones, so that one machine can play many. */
const COUNTED = { tuning: { degree: 0, guardLocal: true } };

/** Whether the other side goes on with a handshake that is begun. */
async function isAnswered(port: number, sockets: Socket[]): Promise<boolean> {
  const socket = connectSocket({ host: "127.0.0.1", port, localAddress: "127.0.0.2" });
  socket.on("error", () => {});
  sockets.push(socket);
  socket.write("\x13/multistream/1.0.0\n");
  return await Promise.race([once(socket, "data").then(() => true), once(socket, "close").then(() => false)]);
}

test("idle connections from one address neither fill the handshakes nor keep anybody out", async () => {
  await using peers = new TestPeers();
  const [victim, honest] = [await peers.start(COUNTED), await peers.start({ tuning: { degree: 0 } })];
  const [address = ""] = victim.network.addresses();
  const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1]);
  const sockets: Socket[] = [];
  try {
    for (let index = 0; index < 200; index++) {
      const socket = connectSocket({ host: "127.0.0.1", port, localAddress: "127.0.0.2" });
      socket.on("error", () => {});
      sockets.push(socket);
    }
    await until("most were refused", () => victim.network.stats().refused.inbound >= 190);
    // At once, long before an idle handshake is given up (10 s).
    await until("and closed", () => sockets.filter(({ destroyed }) => !destroyed).length <= 10, 7_000);
    await connect(honest, victim);
    expect(isConnected(victim, honest)).toBe(true);
    // Once they are gone there is room again for whoever comes from there and means it.
    for (const socket of sockets) socket.destroy();
    await until("one is answered", async () => await isAnswered(port, sockets));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

test("one peer id has a few connections, however many it opens", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const [victim, honest] = [await peers.start(COUNTED), await peers.start({ tuning: { degree: 0 } })];
  await connect(honest, victim);
  const connections: Connection[] = [];
  for (let index = 0; index < 12; index++) {
    const connection = await hostile.connect(victim, { force: true }).catch(() => undefined);
    if (connection) connections.push(connection);
  }
  await until(
    "at most four are left",
    () => connections.filter(({ status }) => status === "open").length <= 4,
  );
  expect(victim.network.stats().refused.inbound).toBeGreaterThan(0);
  expect(isConnected(victim, honest)).toBe(true);
});

test("liars who announce a victim's address make us dial it a few times, not again and again", async () => {
  await using peers = new TestPeers();
  let visits = 0;
  const target = createServer((socket) => {
    visits++;
    socket.on("error", () => {});
    socket.destroy();
  }).listen(0, "127.0.0.3");
  await once(target, "listening");
  try {
    const { port } = target.address() as AddressInfo;
    const victim = await peers.start({ tuning: { degree: 12, guardLocal: true } });
    for (let liar = 0; liar < 12; liar++) {
      await using hostile = await HostilePeer.start({ announce: [`/ip4/127.0.0.3/tcp/${port}`] });
      await hostile.connect(victim);
      await until("the lie was heard", () => victim.network.stats().knownPeers > liar);
    }
    await until("dials are held back", () => victim.network.stats().refused.dials >= 10, 20_000);
    // Three at once, then three a minute, for as long as this test ran.
    expect(visits).toBeGreaterThanOrEqual(1);
    expect(visits).toBeLessThanOrEqual(5);
    const honest = await peers.start({ tuning: { degree: 0 } });
    await victim.network.dial(honest.network.addresses()[0] ?? "", AbortSignal.timeout(15_000));
    expect(isConnected(victim, honest)).toBe(true);
  } finally {
    target.close();
  }
});

test("an address that was dialled in vain too often is dialled at once when the user names it", async () => {
  await using peers = new TestPeers();
  const victim = await peers.start(COUNTED);
  const later = await peers.start({ tuning: { degree: 0 } });
  const [address = ""] = later.network.addresses();
  await later.network.stop();
  for (let attempt = 0; attempt < 6; attempt++)
    await expect(victim.network.dial(address, AbortSignal.timeout(15_000))).rejects.toThrow();
  const listen = [multiaddr(address).decapsulate("/p2p").toString()];
  const back = await peers.start({ ...later.options, listen });
  await victim.network.dial(address, AbortSignal.timeout(15_000));
  expect(isConnected(victim, back)).toBe(true);
});
