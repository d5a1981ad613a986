import { readdir, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cidOfActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { blockName } from "../../../node/src/block-name.ts";
import { readMeta, writeMeta } from "../../../node/src/catalogue/database.ts";
import { CLAIMED } from "../../../node/src/catalogue/migrations.ts";
import { ORPHAN_AFTER_MS, SPARE_PINNED_MS, UNUSED_GRACE_MS } from "../../../node/src/seeding/limits.ts";
import { bundleOf } from "../../helpers/records.ts";
import { until } from "../../helpers/until.ts";
import { TestPeers } from "../network/fixture.ts";
import { bulky, bytesOnDisk, look, openSeedingPeer, passed, publishedBy, ran } from "./fixture.ts";

const MB = 1_024 * 1_024;

test("the quota frees disk: the used stay, the rare are likelier to, own ones are beside it, and the standing is not touched", async () => {
  await using peers = new TestPeers();
  const peer = await openSeedingPeer(peers, { quotaMb: 1 });
  const own = Array.from({ length: 4 }, (_, index) => bulky(`own-${index}`, 50));
  for (const bundle of own) {
    await peer.bundles.put(bundle);
    peer.known.actions.add(bundle, "network", 1);
    publishedBy(peer, bundle, 1);
  }
  const ownBytes = await bytesOnDisk(peer.home);
  const others = Array.from({ length: 30 }, (_, index) => bulky(`other-${index}`, 50));
  for (const bundle of others) await passed(peer, bundle);
  expect(peer.seeding.view()).toMatchObject({ actions: 30, own: 4 });
  expect((await bytesOnDisk(peer.home)) - ownBytes).toBe(peer.seeding.view().bytes);
  expect(peer.seeding.view().bytes).toBeGreaterThan(MB);
  // The first three ran here; of the others, those after the tenth are said to be with five publishers.
  for (const bundle of others.slice(0, 3)) ran(peer, bundle);
  for (const bundle of others.slice(10))
    for (let author = 2; author < 7; author++) publishedBy(peer, bundle, author);

  await look(peer);
  const { bytes, quotaBytes } = peer.seeding.view();
  expect(bytes).toBeLessThanOrEqual(quotaBytes);
  expect(bytes).toBeGreaterThan(0.9 * MB);
  expect((await bytesOnDisk(peer.home)) - ownBytes).toBe(bytes);
  for (const bundle of [...own, ...others.slice(0, 3)]) expect(await peer.bundles.has(bundle)).toBe(true);
  const gone = others.filter(({ id }) => !peer.known.holdings.holds(id));
  expect(gone.length).toBeGreaterThan(8);
  // Each peer draws its own lots. About one in seventeen of the rare is lost by them here, and of the others nearly half.
  const rareGone = others.slice(3, 10).filter((bundle) => gone.includes(bundle)).length;
  expect(rareGone).toBeLessThanOrEqual(4);
  for (const bundle of gone) {
    expect(await peer.bundles.has(bundle)).toBe(false);
    expect(await peer.network.files.pinned(blockName(bundle.cid))).toBe(false);
    expect(peer.known.actions.standing(bundle.id)).toBe("passed");
  }
  // A second look finds nothing more to do.
  await look(peer);
  expect(peer.seeding.view().bytes).toBe(bytes);
  await peer.close();
});

test("room is made by itself when something comes", async () => {
  await using peers = new TestPeers();
  const peer = await openSeedingPeer(peers, { quotaMb: 0 });
  peer.seeding.start();
  const own = bundleOf({ name: "own" });
  await peer.bundles.put(own);
  const before = await bytesOnDisk(peer.home);
  await passed(peer, bulky("stranger", 20));
  await until(() => peer.seeding.view().actions === 0, { what: "the stranger's action to go" });
  await until(async () => (await bytesOnDisk(peer.home)) === before, { what: "its blocks to go" });
  expect(peer.seeding.view()).toMatchObject({ own: 1, quotaBytes: 0 });
  await peer.close();
});

test("a block that several actions need counts once, and goes with the last of them", async () => {
  await using peers = new TestPeers();
  const peer = await openSeedingPeer(peers);
  const [one, other, own] = ["one", "other", "own"].map((name) => bulky(name, 40, "the same code"));
  if (one === undefined || other === undefined || own === undefined) throw new Error("three bundles");
  expect(one.manifest.code.equals(own.manifest.code)).toBe(true);
  await passed(peer, one);
  await passed(peer, other);
  expect(peer.seeding.view().bytes).toBe(await bytesOnDisk(peer.home));
  expect(await peer.bundles.drop(one.id)).toBe(true);
  expect([await peer.bundles.has(one), await peer.bundles.has(other)]).toEqual([false, true]);
  expect(peer.seeding.view().bytes).toBe(await bytesOnDisk(peer.home));

  // One's own needs it: it counts as nobody's quota, and stays when the strangers' go.
  await peer.bundles.put(own);
  expect(peer.seeding.view().bytes).toBe(other.bytes.length);
  expect(await peer.bundles.drop(other.id)).toBe(true);
  expect(await peer.bundles.drop(own.id)).toBe(false);
  expect(await peer.bundles.has(own)).toBe(true);
  expect(peer.seeding.view().bytes).toBe(0);

  // What failed is discarded, without taking what others need.
  const failed = bulky("failed", 40, "the same code");
  await peer.network.blocks.put(failed.bytes, "dag-cbor");
  await peer.bundles.discard(failed.id, failed.manifest);
  expect([await peer.bundles.has(own), await peer.network.blocks.has(failed.cid)]).toEqual([true, false]);
  await peer.close();
});

test("in mode `used` only what ran here stays", async () => {
  await using peers = new TestPeers();
  const peer = await openSeedingPeer(peers, { seedMode: "used", quotaMb: 1_000 });
  const [used, unused] = [bulky("used", 5), bulky("unused", 5)];
  await passed(peer, used);
  await passed(peer, unused);
  ran(peer, used);
  await look(peer);
  expect(peer.seeding.view().actions).toBe(2);
  peer.time.now += UNUSED_GRACE_MS;
  await look(peer);
  expect([peer.known.holdings.holds(used.id), peer.known.holdings.holds(unused.id)]).toEqual([true, false]);
  expect(await peer.bundles.has(unused)).toBe(false);
  await peer.close();
});

test("the account survives a restart, and is mended where disk and catalogue differ", async () => {
  await using peers = new TestPeers();
  const first = await openSeedingPeer(peers);
  const [whole, damaged, unpinned, unrecorded] = ["whole", "damaged", "unpinned", "unrecorded"].map((name) =>
    bulky(name, 10),
  );
  if (whole === undefined || damaged === undefined || unpinned === undefined || unrecorded === undefined)
    throw new Error("four bundles");
  for (const bundle of [whole, damaged, unpinned]) await passed(first, bundle);
  const before = first.seeding.view();
  // As a kill leaves it between two steps: a file that is gone, a pin that is gone, a hold without its action.
  const name = blockName(damaged.manifest.code);
  await unlink(join(first.home, "blocks", name.slice(-2), `${name}.data`));
  await first.network.files.unpin(blockName(unpinned.cid));
  await first.bundles.put(unrecorded);
  await first.close();

  const second = await openSeedingPeer(peers, { home: first.home });
  expect(second.seeding.view()).toMatchObject({ actions: 3, own: 1, quotaBytes: before.quotaBytes });
  second.seeding.start();
  await until(() => second.seeding.view().actions === 2 && second.seeding.view().own === 0, {
    what: "the account to be mended",
  });
  await until(() => second.network.files.pinned(blockName(unpinned.cid)), { what: "the pin to be back" });
  expect([whole, damaged, unpinned, unrecorded].map(({ id }) => second.known.holdings.holds(id))).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(await second.bundles.has(unrecorded)).toBe(false);
  await second.close();
});

test("what an older catalogue held is looked for on disk and written down", async () => {
  await using peers = new TestPeers();
  const peer = await openSeedingPeer(peers);
  const [held, own, never] = ["held", "own", "never"].map((name) => bulky(name, 10));
  if (held === undefined || own === undefined || never === undefined) throw new Error("three bundles");
  for (const bundle of [held, own]) await passed(peer, bundle);
  peer.known.actions.add(never, "network", 1);
  publishedBy(peer, own, 1);
  const bytes = held.bytes.length + Buffer.byteLength(held.code);
  peer.known.transaction(() => {
    for (const { id } of [held, own]) peer.known.holdings.release(id);
    writeMeta(peer.known.database, CLAIMED, "0");
  });
  expect(peer.seeding.view().actions).toBe(0);
  peer.seeding.start();
  await until(() => readMeta(peer.known.database, CLAIMED) === undefined, { what: "all to be looked at" });
  expect(peer.seeding.view()).toMatchObject({ actions: 1, own: 1, bytes });
  expect(peer.known.holdings.holds(never.id)).toBe(false);
  await peer.close();
});

test("what belongs to nothing is swept once it is old: not what is held, new or waited for", async () => {
  await using peers = new TestPeers();
  const peer = await openSeedingPeer(peers);
  const held = bulky("held", 5);
  await passed(peer, held);
  const put = async (text: string) => await peer.network.blocks.put(Buffer.from(text), "raw");
  const [old, young, waited, once] = [
    await put("old"),
    await put("young"),
    await put("waited"),
    await put("once"),
  ];
  await peer.network.blocks.pin([once]);
  const pathOf = (cid: typeof old) => {
    const name = blockName(cid);
    return join(peer.home, "blocks", name.slice(-2), `${name}.data`);
  };
  const cutShort = join(pathOf(old), "..", ".NAME.data.tmp");
  await writeFile(cutShort, "half a block");
  const long = (peer.time.now - ORPHAN_AFTER_MS - 10_000) / 1_000;
  for (const path of [old, waited, once, held.cid, held.manifest.code].map(pathOf))
    await utimes(path, long, long);
  await utimes(cutShort, long, long);
  // A fetch that is under way: a damaged copy lies there, and somebody was asked for it.
  await writeFile(pathOf(waited), "damaged");
  await utimes(pathOf(waited), long, long);
  const waiting = new AbortController();
  await peer.network.start();
  const fetching = peer.network.blocks.fetch(waited, {
    providers: [],
    maxBytes: 100,
    signal: waiting.signal,
  });
  fetching.catch(() => undefined);
  await until(() => peer.network.files.awaited(blockName(waited)), { what: "the fetch to be under way" });
  await writeFile(pathOf(waited), "damaged");
  await utimes(pathOf(waited), long, long);

  const has = async () => {
    const names = (await readdir(join(peer.home, "blocks"), { recursive: true })).join(" ");
    return [old, young, waited, once, held.cid, held.manifest.code].map((cid) =>
      names.includes(blockName(cid)),
    );
  };
  await look(peer);
  // Until a catalogue is a week old, what was pinned is spared: it may be one's own, and the catalogue new.
  expect(await has()).toEqual([false, true, true, true, true, true]);
  expect((await readdir(join(peer.home, "blocks"), { recursive: true })).join(" ")).not.toContain(".tmp");
  waiting.abort(new Error("enough"));
  await expect(fetching).rejects.toThrow();
  peer.time.now += SPARE_PINNED_MS;
  await look(peer);
  expect(await has()).toEqual([false, false, false, false, true, true]);
  await peer.close();
});

test("dropping and keeping the same action at once leaves it whole or gone, never half", async () => {
  await using peers = new TestPeers();
  const peer = await openSeedingPeer(peers);
  const bundle = bulky("contested", 5);
  await passed(peer, bundle);
  const work: Promise<unknown>[] = [];
  for (let round = 0; round < 20; round++) {
    work.push(peer.bundles.drop(bundle.id), peer.bundles.keep(bundle));
    if (round % 3 === 0) work.push(peer.bundles.discard(bundle.id, bundle.manifest));
    work.push(peer.bundles.load(bundle, AbortSignal.timeout(10_000)).catch(() => undefined));
  }
  await Promise.all(work);
  expect(await peer.bundles.has(bundle)).toBe(peer.known.holdings.holds(bundle.id));
  await peer.bundles.keep(bundle);
  expect(await peer.bundles.has(bundle)).toBe(true);
  expect(await peer.network.files.pinned(blockName(cidOfActionId(bundle.id)))).toBe(true);
  const { bytes } = peer.seeding.view();
  peer.known.holdings.rolledBack();
  expect(peer.seeding.view().bytes).toBe(bytes);
  expect(peer.seeding.view().bytes).toBe(await bytesOnDisk(peer.home));
  await peer.close();
});
