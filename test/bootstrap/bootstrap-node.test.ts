import { randomBytes } from "node:crypto";
import { libp2pMeasures } from "@action-collective/node";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { BootstrapNode, type BootstrapOptions } from "../../bootstrap/src/bootstrap-node.ts";
import { addMeasures } from "../../bootstrap/src/measures.ts";
import { healthOf, pagesOf } from "../../bootstrap/src/pages.ts";
import { bundleOf, NETWORK, publicationOf } from "../helpers/records.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

async function started(options: Partial<BootstrapOptions> = {}) {
  const home = await temporaryFolder();
  const node = await BootstrapNode.open({
    home: home.path,
    seed: randomBytes(32),
    network: NETWORK,
    host: "127.0.0.1",
    port: 0,
    reach: "loopback",
    bootstrap: [],
    clock: Date.now,
    log: () => undefined,
    ...options,
  });
  await node.start();
  return {
    node,
    address: node.network.addresses()[0] ?? "",
    async [Symbol.asyncDispose]() {
      await node.stop();
      await home[Symbol.asyncDispose]();
    },
  };
}

test("health and metrics say what happens, and name nobody", { timeout: 60_000 }, async () => {
  const registry = new Registry();
  await using watched = await started({ metrics: libp2pMeasures(registry, "/") });
  const { node } = watched;
  addMeasures(registry, node);
  let now = Date.now();
  const pages = pagesOf(node, registry, () => now);
  const value = async (name: string) => {
    now += 1_000;
    const text = (await pages["/metrics"]?.())?.body ?? "";
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  expect(JSON.parse((await pages["/health"]?.())?.body ?? "")).toMatchObject({
    ok: true,
    peers: 0,
    records: 0,
  });
  expect(await value("collective_records")).toBe(0);

  await using neighbour = await started({ bootstrap: [watched.address] });
  await until(() => node.network.stats().gossip.subscribers === 1, { what: "a neighbour that gossips" });
  const good = publicationOf(bundleOf(), 1).bytes;
  await until(async () => (await neighbour.node.network.publish(good)).recipients > 0, {
    what: "a recipient",
  });
  await neighbour.node.network.publish(Buffer.from("no record"));
  await until(() => node.network.stats().gossip.rejected === 1, { what: "nonsense being refused" });

  expect(await value("collective_gossip_accepted_total")).toBe(1);
  expect(await value("collective_gossip_rejected_total")).toBe(1);
  expect(await value("collective_records")).toBe(1);
  expect(await value("collective_peers_inbound")).toBe(1);
  expect(await value("collective_relay_reservations")).toBe(0);
  expect(await value("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  expect(await value("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0);
  expect(healthOf(node, Date.now())).toMatchObject({ ok: true, network: NETWORK, peers: 1, records: 1 });

  now += 1_000;
  // Its own address may be there.
  const [, , host, , port] = watched.address.split("/");
  const text = ((await pages["/metrics"]?.())?.body ?? "").replaceAll(`${host}:${port}`, "own");
  expect(text).toMatch(/^libp2p_data_transfer_bytes_total\{protocol="[^"]*sync[^"]*"\} [1-9]/m);
  // Labels that grow with the network would fill whatever collects them, and tell who is here.
  for (const secret of [neighbour.node.network.peerId, node.network.peerId, "/ip4/", "127.0.0.1"])
    expect(text).not.toContain(secret);
});

test("who asks for metrics again and again gets the same for a second", { timeout: 60_000 }, async () => {
  const registry = new Registry();
  await using watched = await started();
  addMeasures(registry, watched.node);
  let now = 1_000_000;
  const pages = pagesOf(watched.node, registry, () => now);
  const first = await pages["/metrics"]?.();
  expect(await pages["/metrics"]?.()).toBe(first);
  now += 1_000;
  expect(await pages["/metrics"]?.()).not.toBe(first);
});

test("it is not healthy when it does not listen or its catalogue does not answer", {
  timeout: 60_000,
}, async () => {
  await using watched = await started();
  const { node } = watched;
  const page = async () => await pagesOf(node, new Registry(), Date.now)["/health"]?.();
  expect(await page()).toMatchObject({ status: 200 });
  node.catalogue.close();
  const broken = await page();
  expect(broken?.status).toBe(503);
  expect(JSON.parse(broken?.body ?? "")).toMatchObject({
    ok: false,
    problem: expect.stringContaining("catalogue"),
  });
  await node.network.stop();
  const deaf = await page();
  expect(JSON.parse(deaf?.body ?? "")).toMatchObject({ ok: false, problem: "it does not listen" });
  expect(deaf?.status).toBe(503);
});

test("it serves as a relay unless told not to", { timeout: 60_000 }, async () => {
  await using relay = await started();
  await using none = await started({ relay: false });
  const stranger = await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
  });
  try {
    const hop = "/libp2p/circuit/relay/0.2.0/hop";
    const stream = await stranger.dialProtocol(multiaddr(relay.address), hop);
    expect(stream.protocol).toBe(hop);
    await expect(stranger.dialProtocol(multiaddr(none.address), hop)).rejects.toThrow(/protocol/i);
  } finally {
    await stranger.stop();
  }
});
