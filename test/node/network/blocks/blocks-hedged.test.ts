import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { networkNames } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { PROVIDER_DIAL_AND_STALL_MS, PROVIDER_STALL_MS } from "../../../../node/src/network/limits.ts";
import { connect, type TestPeer, TestPeers, until } from "../fixture.ts";
import { stranger } from "../stranger.ts";

/** Accepts connections and never says a word, as a machine does whose peer is gone but whose port is not. */
class SilentListener implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
    });
  }

  static async on(port: number): Promise<SilentListener> {
    const server = createServer();
    const listener = new SilentListener(server);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

const QUIET = { tuning: { degree: 0 } };

/** Stops a peer and puts a listener in its place that hangs whoever dials. */
async function silence(peer: TestPeer): Promise<SilentListener> {
  const port = Number(/\/tcp\/(\d+)\//.exec(peer.network.addresses()[0] ?? "")?.[1]);
  await peer.network.stop();
  return await SilentListener.on(port);
}

test("providers that are gone and whose addresses hang do not hold up the one that lives", async () => {
  await using peers = new TestPeers();
  const [asker, before] = [await peers.start(QUIET), await peers.start(QUIET)];
  const gone = [await peers.start(QUIET), await peers.start(QUIET)];
  for (const peer of [...gone, before]) await connect(asker, peer);
  await using listeners = new AsyncDisposableStack();
  for (const peer of gone) listeners.use(await silence(peer));

  // Known and alive, but not connected: it went and came back.
  const listen = before.network.addresses().map((address) => address.replace(/\/p2p\/.*/, ""));
  await before.network.stop();
  const holder = await peers.start({ ...before.options, listen });
  await until("all are missed", () => asker.network.peers().length === 0);

  const cid = await holder.network.blocks.put(randomBytes(4_000), "raw");
  const providers = [...gone, holder].map((peer) => peer.network.peerId);
  const begun = performance.now();
  const bytes = await asker.network.blocks.fetch(cid, {
    providers,
    maxBytes: 5_000,
    signal: AbortSignal.timeout(20_000),
  });
  expect(bytes).toHaveLength(4_000);
  // One after another, the dead alone took twice this.
  expect(performance.now() - begun).toBeLessThan(PROVIDER_DIAL_AND_STALL_MS);
});

test("a connected provider that takes the question and never answers does not hold up the next", async () => {
  await using peers = new TestPeers();
  const [asker, holder] = [await peers.start(QUIET), await peers.start(QUIET)];
  let asked = 0;
  await using staller = await stranger({
    "/ipfs/bitswap/1.2.0": () => {
      asked++;
    },
    // A member of the network, as far as anybody can tell.
    [`${networkNames("test").prefix}/silence`]: () => undefined,
  });
  await connect(asker, holder);
  await asker.network.dial(String(staller.getMultiaddrs()[0]), AbortSignal.timeout(15_000));

  const cid = await holder.network.blocks.put(randomBytes(4_000), "raw");
  const providers = [staller.peerId.toString(), holder.network.peerId];
  const begun = performance.now();
  const options = { providers, maxBytes: 5_000, signal: AbortSignal.timeout(20_000) };
  expect(await asker.network.blocks.fetch(cid, options)).toHaveLength(4_000);
  expect(performance.now() - begun).toBeLessThan(PROVIDER_STALL_MS);
  expect(asked).toBeGreaterThan(0);
});
