import { randomBytes } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CID } from "multiformats/cid";
import { expect, test } from "vitest";
import { blockName } from "../../../../node/src/block-name.ts";
import {
  BlockCidUnsupportedError,
  BlockTooLargeError,
  BlockUnavailableError,
} from "../../../../node/src/network/errors.ts";
import { ALONE, connect, isConnected, TestPeers, until } from "../fixture.ts";

const MAX = 1024 * 1024;
const NOBODY_HAS = CID.parse("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy");

function ask(providers: readonly string[], maxBytes = MAX) {
  return { providers, maxBytes, signal: AbortSignal.timeout(15_000) };
}

test("put gives the content's CID, and what was put is there after a restart", async () => {
  await using peers = new TestPeers();
  const first = await peers.open();
  const bytes = randomBytes(300_000);
  const cid = await first.network.blocks.put(bytes, "raw");
  expect(cid.toString()).toMatch(/^bafkrei/);
  expect((await first.network.blocks.put(Buffer.from([0xa0]), "dag-cbor")).toString()).toMatch(/^bafyrei/);
  await first.network.blocks.pin([cid, cid]);
  await first.network.stop();

  const second = await peers.open({ dataDir: first.options.dataDir });
  expect(await second.network.blocks.has(cid)).toBe(true);
  expect(await second.network.blocks.getLocal(cid)).toEqual(new Uint8Array(bytes));
  expect(await second.network.blocks.getLocal(NOBODY_HAS)).toBeUndefined();
  await second.network.blocks.pin([cid]);
  const { files } = second.network;
  expect(await files.pinned(blockName(cid))).toBe(true);
  for (const block of [cid, cid, NOBODY_HAS].map(blockName)) await files.unpin(block);
  expect(await files.pinned(blockName(cid))).toBe(false);
});

test("removing takes a block and its pin, and leaves the others", async () => {
  await using peers = new TestPeers();
  const { blocks, files } = (await peers.open()).network;
  const [stays, pinned, loose] = [
    await blocks.put(randomBytes(100), "raw"),
    await blocks.put(Buffer.from([0xa0]), "dag-cbor"),
    await blocks.put(randomBytes(300), "raw"),
  ];
  await blocks.pin([stays, pinned]);
  expect(await files.size(blockName(loose))).toBe(300);
  await files.remove([pinned, loose, NOBODY_HAS].map(blockName));
  expect([await blocks.has(stays), await blocks.has(pinned), await blocks.has(loose)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([await files.pinned(blockName(stays)), await files.pinned(blockName(pinned))]).toEqual([
    true,
    false,
  ]);
  expect(await files.size(blockName(loose))).toBeUndefined();
  // What was removed can be put and pinned again.
  await blocks.put(Buffer.from([0xa0]), "dag-cbor");
  await blocks.pin([pinned]);
  expect(await files.pinned(blockName(pinned))).toBe(true);
});

test("a block comes from the neighbour who is named, and is then here", async () => {
  await using peers = new TestPeers();
  const [a, b] = [await peers.start({ tuning: { degree: 0 } }), await peers.start({ tuning: { degree: 0 } })];
  await connect(b, a);
  const bytes = randomBytes(700_000);
  const cid = await a.network.blocks.put(bytes, "raw");
  expect(await b.network.blocks.fetch(cid, ask([a.network.peerId]))).toEqual(new Uint8Array(bytes));
  await a.network.stop();
  expect(await b.network.blocks.fetch(cid, ask([]))).toEqual(new Uint8Array(bytes));
  expect(b.network.stats().blocks).toMatchObject({ fetched: 1, fetchFailures: 0 });
});

test("with only a bootstrap node in between, the DHT finds the provider: unnamed, or named but unmet", async () => {
  await using peers = new TestPeers();
  const boot = await peers.start({ role: "bootstrap" });
  const bootstrap = boot.network.addresses();
  const a = await peers.start({ bootstrap, tuning: ALONE });
  const b = await peers.start({ bootstrap, tuning: ALONE });
  await until("both joined", () => isConnected(a, boot) && isConnected(b, boot));

  const announced = await a.network.blocks.put(randomBytes(5_000), "raw");
  a.network.provide(announced);
  await until("announced", () => a.network.stats().blocks.providesQueued === 0);
  expect(await b.network.blocks.fetch(announced, ask([]))).toHaveLength(5_000);

  const c = await peers.start({ bootstrap, tuning: ALONE });
  await until("c joined", () => isConnected(c, boot));
  const unannounced = await a.network.blocks.put(randomBytes(6_000), "raw");
  expect(await c.network.blocks.fetch(unannounced, ask([a.network.peerId]))).toHaveLength(6_000);
});

test("a provider without the block, one that is nonsense and one that is gone are passed over", async () => {
  await using peers = new TestPeers();
  const [a, b, gone] = [
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start(),
  ];
  const asker = await peers.start({ tuning: { degree: 0 } });
  await connect(asker, a);
  await connect(asker, b);
  await gone.network.stop();
  const cid = await b.network.blocks.put(randomBytes(1_000), "raw");
  const providers = [gone.network.peerId, "nonsense", a.network.peerId, b.network.peerId];
  expect(await asker.network.blocks.fetch(cid, ask(providers))).toHaveLength(1_000);
});

test("a block nobody has fails in bounded time, saying whom it asked; an abort wins at once", async () => {
  await using peers = new TestPeers();
  const [a, b] = [
    await peers.start({ tuning: { degree: 0 } }),
    await peers.start({ tuning: { degree: 0, fetchTimeoutMs: 2_000 } }),
  ];
  await connect(b, a);
  const begun = performance.now();
  const failure = await b.network.blocks.fetch(NOBODY_HAS, ask([a.network.peerId])).catch((error) => error);
  expect(performance.now() - begun).toBeLessThan(4_000);
  expect(failure).toBeInstanceOf(BlockUnavailableError);
  expect(failure.code).toBe("block-unavailable");
  expect(failure.message).toContain(a.network.peerId);

  const given = new AbortController();
  given.abort(new Error("changed my mind"));
  const options = { providers: [a.network.peerId], maxBytes: MAX, signal: given.signal };
  await expect(b.network.blocks.fetch(NOBODY_HAS, options)).rejects.toThrow("changed my mind");
});

test("a block above the caller's or the network's limit is refused and not stored", async () => {
  await using peers = new TestPeers();
  const [a, b] = [await peers.start({ tuning: { degree: 0 } }), await peers.start({ tuning: { degree: 0 } })];
  await connect(b, a);
  const cid = await a.network.blocks.put(randomBytes(50_000), "raw");
  await expect(b.network.blocks.fetch(cid, ask([a.network.peerId], 49_999))).rejects.toThrow(
    BlockTooLargeError,
  );
  expect(await b.network.blocks.has(cid)).toBe(false);
  await expect(a.network.blocks.put(randomBytes(MAX + 1), "raw")).rejects.toThrow(BlockTooLargeError);
});

test("a damaged file counts as missing and is replaced from the network", async () => {
  await using peers = new TestPeers();
  const [a, b] = [await peers.start({ tuning: { degree: 0 } }), await peers.start({ tuning: { degree: 0 } })];
  await connect(b, a);
  const bytes = randomBytes(2_000);
  const cid = await a.network.blocks.put(bytes, "raw");
  await b.network.blocks.put(bytes, "raw");
  const folder = join(b.options.dataDir, "blocks");
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  );
  for (const file of files) await writeFile(join(file.parentPath, file.name), "damaged");
  expect(await b.network.blocks.fetch(cid, ask([a.network.peerId]))).toEqual(new Uint8Array(bytes));
  expect(b.logged.some((line) => line.includes("damaged"))).toBe(true);
});

test("other kinds of CID are refused before anything is asked", async () => {
  await using peers = new TestPeers();
  const { network } = await peers.open();
  const old = CID.parse("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG");
  await expect(network.blocks.fetch(old, ask([]))).rejects.toThrow(BlockCidUnsupportedError);
});

test("a bootstrap node does not fetch", async () => {
  await using peers = new TestPeers();
  const boot = await peers.start({ role: "bootstrap" });
  await expect(boot.network.blocks.fetch(NOBODY_HAS, ask([]))).rejects.toThrow(BlockUnavailableError);
});

test("putting a block mends a damaged copy of it instead of taking it for stored", async () => {
  await using peers = new TestPeers();
  const { network, options } = await peers.open();
  const bytes = randomBytes(5_000);
  const cid = await network.blocks.put(bytes, "raw");
  const folder = join(options.dataDir, "blocks");
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".data"));
  expect(files).toHaveLength(1);
  for (const file of files) await writeFile(join(folder, file), "damaged");
  await network.blocks.put(bytes, "raw");
  expect(await network.blocks.getLocal(cid)).toEqual(new Uint8Array(bytes));
});
