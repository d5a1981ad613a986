import { expect, test } from "vitest";
import {
  NetworkAddressError,
  NetworkListenError,
  NetworkNotRunningError,
  NetworkStoreError,
} from "../../../node/src/network/errors.ts";
import { connect, TestPeers, until } from "./fixture.ts";

function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCP")).length;
}

test("a running peer listens under its own id, and stopping leaves nothing open", async () => {
  const before = sockets();
  await using peers = new TestPeers();
  const [a, b] = [await peers.start(), await peers.start()];
  expect(a.network.addresses()).toEqual([
    expect.stringMatching(new RegExp(`^/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/${a.network.peerId}$`)),
  ]);
  await connect(a, b);
  expect(sockets()).toBeGreaterThan(before);
  const begun = performance.now();
  await Promise.all([a.network.stop(), a.network.stop(), b.network.stop()]);
  expect(performance.now() - begun).toBeLessThan(3_000);
  await until("all sockets are closed", () => sockets() <= before);
  await expect(a.network.publish(Buffer.from("x"))).rejects.toThrow(NetworkNotRunningError);
  await expect(a.network.dial("/ip4/127.0.0.1/tcp/1", AbortSignal.timeout(100))).rejects.toThrow(
    NetworkNotRunningError,
  );
});

test("stopping ends what is under way", async () => {
  await using peers = new TestPeers();
  const [a, b] = [await peers.start({ tuning: { degree: 0 } }), await peers.start({ tuning: { degree: 0 } })];
  await connect(b, a);
  const { CID } = await import("multiformats/cid");
  const cid = CID.parse("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy");
  const fetching = b.network.blocks
    .fetch(cid, { providers: [a.network.peerId], maxBytes: 100, signal: AbortSignal.timeout(20_000) })
    .catch((error) => error.code);
  b.network.provide(cid);
  await b.network.stop();
  expect(await fetching).toBe("block-unavailable");
});

test("the same home cannot be opened twice at once, but again after closing", async () => {
  await using peers = new TestPeers();
  const first = await peers.open();
  const dataDir = first.options.dataDir;
  await expect(peers.open({ dataDir })).rejects.toThrow(NetworkStoreError);
  await first.network.stop();
  await peers.open({ dataDir });
});

test("a taken port is said, and the home is released", async () => {
  await using peers = new TestPeers();
  const first = await peers.start();
  const taken = first.network.addresses().map((address) => address.replace(/\/p2p\/.*/, ""));
  const second = await peers.open({ listen: taken });
  const failure = await second.network.start().catch((error) => error);
  expect(failure).toBeInstanceOf(NetworkListenError);
  expect(failure.message).toBe(`Cannot listen on ${taken[0]}: the port is already in use`);
  expect(failure.remedy).toContain("--port");
  await peers.start({ dataDir: second.options.dataDir });
});

test("settings that cannot work are refused before anything is opened", async () => {
  await using peers = new TestPeers();
  await expect(peers.open({ network: "Not/A Name" })).rejects.toMatchObject({ code: "malformed" });
  await expect(peers.open({ listen: ["localhost:4001"] })).rejects.toThrow(NetworkAddressError);
  await expect(peers.open({ bootstrap: ["/ip4/127.0.0.1/tcp/4001"] })).rejects.toThrow(NetworkAddressError);
});
