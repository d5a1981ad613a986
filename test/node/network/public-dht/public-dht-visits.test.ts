import { randomBytes } from "node:crypto";
import { rendezvousCid } from "@action-collective/protocol";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { expect, test } from "vitest";
import { PublicDhtUnreachableError } from "../../../../node/src/network/errors.ts";
import { DIALS_PER_CUSTOMER, DIALS_PER_GROUP, DIALS_TOTAL } from "../../../../node/src/network/limits.ts";
import { DialGuard } from "../../../../node/src/network/neighbours/dial-guard.ts";
import { PublicDht } from "../../../../node/src/network/public-dht/public-dht.ts";
import {
  createPublicHost,
  PUBLIC_DHT_PROTOCOL,
} from "../../../../node/src/network/public-dht/public-dht-host.ts";
import { provideTo } from "../../../../node/src/network/public-dht/rendezvous.ts";
import { until } from "../fixture.ts";
import { PlainDht } from "./public-dht-fixture.ts";

const cid = rendezvousCid("test");
const signal = () => AbortSignal.timeout(30_000);

/** A visitor's side: how often it entered, and what can be changed about it. */
async function visitor(bootstrap: readonly string[], idleMs: number) {
  const seed = randomBytes(32);
  const id = peerIdFromPrivateKey(await generateKeyPairFromSeed("Ed25519", seed)).toString();
  const state = { now: 0, entered: 0, addresses: ["/ip4/127.0.0.1/tcp/4010"] };
  const now = () => state.now;
  const rates = { customerRate: DIALS_PER_CUSTOMER, groupRate: DIALS_PER_GROUP, totalRate: DIALS_TOTAL };
  const dials = new DialGuard({ ...rates, rememberedTargets: 16, countLocal: false, refuseLocal: false }, 0);
  const lifetime = new AbortController();
  const dht = new PublicDht({
    bootstrap,
    idleMs,
    addresses: () => state.addresses,
    create: (announce) => {
      state.entered++;
      const parts = { seed, protocol: PUBLIC_DHT_PROTOCOL, reach: "loopback", announce, dials, now } as const;
      return createPublicHost({ ...parts, refuses: () => false, log: () => undefined });
    },
    lifetime: lifetime.signal,
    now,
    random: () => 0.5,
    log: () => undefined,
  });
  const provide = () => dht.use(signal(), (kad) => provideTo(kad, cid, signal()));
  return { id, dht, provide, state, lifetime };
}

test("it enters once for all who use it, and leaves when nothing is to be done", async () => {
  await using plain = await PlainDht.start(3);
  const { id, dht, provide, state } = await visitor([plain.entry(1)], 100);
  await Promise.all([provide(), provide(), provide()]);
  expect(state.entered).toBe(1);
  expect(await plain.providers(cid)).toEqual(new Set([id]));
  await until("it left", () => dht.connections === 0);
  await until("they see it leave", () =>
    plain.nodes.every((node) => !node.getPeers().map(String).includes(id)),
  );
  // It can come back.
  await provide();
  expect(state.entered).toBe(2);
  await dht.leave();
}, 60_000);

test("it enters anew with a new address, since a node keeps those it was created with", async () => {
  await using plain = await PlainDht.start(3);
  const { id, dht, provide, state } = await visitor([plain.entry(1)], 60_000);
  const known = async () => {
    const [node] = plain.nodes;
    const found: string[] = [];
    for await (const event of node?.services.dht.findProviders(cid, { signal: signal() }) ?? []) {
      if (event.name !== "PROVIDER") continue;
      for (const provider of event.providers)
        if (provider.id.toString() === id) found.push(...provider.multiaddrs.map(String));
    }
    return found;
  };
  await provide();
  expect((await known()).some((address) => address.startsWith("/ip4/127.0.0.1/tcp/4010"))).toBe(true);
  state.addresses = ["/ip4/127.0.0.1/tcp/4020"];
  await provide();
  expect(state.entered).toBe(2);
  expect((await known()).some((address) => address.startsWith("/ip4/127.0.0.1/tcp/4020"))).toBe(true);
  await dht.leave();
}, 60_000);

test("after a failure it is left alone, twice as long each time, and tried again", async () => {
  const nobody = "/ip4/127.0.0.1/tcp/9/p2p/12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8";
  const { dht, provide, state } = await visitor([nobody], 60_000);
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    await expect(provide()).rejects.toThrow(PublicDhtUnreachableError);
    expect(dht.ready).toBe(false);
    waits.push(dht.readyAt - state.now);
    // Not even tried before that.
    await expect(provide()).rejects.toThrow(PublicDhtUnreachableError);
    expect(state.entered).toBe(attempt);
    state.now = dht.readyAt;
    expect(dht.ready).toBe(true);
  }
  expect(waits).toEqual([15_000, 30_000, 60_000]);
}, 60_000);

test("an entry that is cut short by the end leaves nothing behind", async () => {
  await using plain = await PlainDht.start(2);
  const { id, dht, provide, lifetime } = await visitor([plain.entry(0)], 60_000);
  const entering = provide();
  const ended = new Error("the peer stops");
  lifetime.abort(ended);
  await expect(entering).rejects.toThrow("the peer stops");
  await expect(provide()).rejects.toThrow("the peer stops");
  expect(dht.connections).toBe(0);
  expect(plain.nodes.every((node) => !node.getPeers().map(String).includes(id))).toBe(true);
}, 60_000);
