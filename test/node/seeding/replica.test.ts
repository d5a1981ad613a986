import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { blockName } from "../../../node/src/block-name.ts";
import { bundleOf } from "../../helpers/records.ts";
import { ALONE, isConnected, TestPeers, until } from "../network/fixture.ts";
import { bulky, look, openSeedingPeer, passed, publishedBy, ran } from "./fixture.ts";

const LONG = 30_000;

test("a publisher leaves; who verified its action starts again and is found through the DHT by one that knows neither", async () => {
  await using peers = new TestPeers();
  const meeting = await peers.start({ role: "bootstrap" });
  const bootstrap = meeting.network.addresses();
  const publisher = await peers.start({ bootstrap, tuning: ALONE });
  const seed = randomBytes(32);
  const replica = await openSeedingPeer(peers, {
    seed,
    bootstrap,
    tuning: ALONE,
    providers: [publisher.network.peerId],
  });
  await replica.network.start();
  await until("both joined", () => isConnected(publisher, meeting) && isConnected(replica, meeting), LONG);
  const bundle = bulky("lasting", 5);
  await publisher.network.blocks.put(Buffer.from(bundle.code), "raw");
  await passed(replica, await replica.bundles.load(bundle, AbortSignal.timeout(LONG)));
  await publisher.network.stop();
  await replica.close();
  // Whatever the DHT was told went with those who were told.
  await meeting.network.stop();

  const elsewhere = await peers.start({ role: "bootstrap" });
  const joins = { bootstrap: elsewhere.network.addresses(), tuning: ALONE };
  const back = await openSeedingPeer(peers, { ...joins, seed, home: replica.home });
  await back.network.start();
  back.seeding.start();
  await until("the replica is back", () => isConnected(back, elsewhere), LONG);
  await until("it was announced", () => back.known.holdings.due(back.time.now, 10).length === 0, LONG);
  await until("all is said", () => back.network.stats().blocks.providesQueued === 0, LONG);
  const stranger = await peers.start(joins);
  await until("the stranger joined", () => isConnected(stranger, elsewhere), LONG);
  // It is the DHT that leads there: a block that nobody announced is not found.
  const silent = await back.network.blocks.put(Buffer.from("never announced"), "raw");
  const control = { providers: [], maxBytes: 100_000, signal: AbortSignal.timeout(2_000) };
  await expect(stranger.network.blocks.fetch(silent, control)).rejects.toThrow();
  const options = { ...control, signal: AbortSignal.timeout(LONG) };
  const code = await stranger.network.blocks.fetch(bundle.manifest.code, options);
  expect(Buffer.from(code).toString()).toBe(bundle.code);

  // Dropped, it is provided no more: libp2p's own record of it is gone, and so is the block.
  await back.bundles.drop(bundle.id);
  expect(await back.network.blocks.has(bundle.manifest.code)).toBe(false);
  expect(back.network.stats().blocks.providesQueued).toBe(0);
  await back.close();
}, 120_000);

test("one's own action whose blocks the disk lost is fetched back, quota or not", async () => {
  await using peers = new TestPeers();
  const holder = await peers.start({ tuning: { degree: 0 } });
  const peer = await openSeedingPeer(peers, {
    tuning: { degree: 0 },
    providers: [holder.network.peerId],
    quotaMb: 0,
  });
  await peer.network.start();
  const [address = ""] = holder.network.addresses();
  await peer.network.dial(address, AbortSignal.timeout(LONG));
  const own = bundleOf({ name: "own" });
  await passed(peer, own);
  publishedBy(peer, own, 1);
  await holder.network.blocks.put(Buffer.from(own.code), "raw");
  await peer.network.files.remove([blockName(own.manifest.code)]);
  expect(await peer.bundles.reconcile(own)).toBe("absent");
  await look(peer);
  expect(await peer.bundles.has(own)).toBe(true);
  expect(peer.seeding.view()).toMatchObject({ own: 1, actions: 0 });
  await peer.close();
}, 120_000);

test("what was dropped and is used or rare is fetched back; what is common is not", async () => {
  await using peers = new TestPeers();
  const holder = await peers.start({ tuning: { degree: 0 } });
  const peer = await openSeedingPeer(peers, {
    tuning: { degree: 0 },
    providers: [holder.network.peerId],
  });
  await peer.network.start();
  peer.seeding.start();
  const [address = ""] = holder.network.addresses();
  await peer.network.dial(address, AbortSignal.timeout(LONG));
  const [used, rare, common, gone] = ["used", "rare", "common", "gone"].map((name) =>
    bundleOf({ name, code: `// ${name}\nexport default ({ n }: { n: number }) => n * 2;\n` }),
  );
  if (used === undefined || rare === undefined || common === undefined || gone === undefined)
    throw new Error("four bundles");
  for (const bundle of [used, rare, common, gone]) {
    await passed(peer, bundle);
    publishedBy(peer, bundle, 2);
    if (bundle !== gone) await holder.network.blocks.put(Buffer.from(bundle.code), "raw");
  }
  for (let author = 3; author < 9; author++)
    for (const bundle of [used, common]) publishedBy(peer, bundle, author);
  for (const { id } of [used, rare, common, gone]) expect(await peer.bundles.drop(id)).toBe(true);

  // The holder does not have `gone`: the others are not kept waiting by it for long.
  await look(peer);
  expect([used, rare, common, gone].map(({ id }) => peer.known.holdings.holds(id))).toEqual([
    false,
    true,
    false,
    false,
  ]);
  expect(await peer.bundles.has(rare)).toBe(true);

  // It ran: its blocks came for the run, and now they stay.
  ran(peer, used);
  peer.seeding.used(used.id);
  await until("what ran is held", () => peer.known.holdings.holds(used.id), LONG);
  expect(await peer.bundles.has(used)).toBe(true);
  await peer.close();
}, 120_000);
