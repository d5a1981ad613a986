import { createHash, randomBytes } from "node:crypto";
import * as dagCbor from "@ipld/dag-cbor";
import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import { expect, test } from "vitest";
import { BlockTooLargeError } from "../../node/src/network/errors.ts";
import { connect, TestPeers } from "../node/network/fixture.ts";

const QUIET = { tuning: { degree: 0 } };

function rawCid(bytes: Uint8Array): CID {
  return CID.createV1(0x55, createDigest(0x12, createHash("sha256").update(bytes).digest()));
}

test("a block that links to a thousand others is fetched and pinned as one block; none of them is asked for", async () => {
  await using peers = new TestPeers();
  const [provider, fetcher] = [await peers.start(QUIET), await peers.start(QUIET)];
  await connect(fetcher, provider);
  const children = Array.from({ length: 20 }, () => randomBytes(1_000));
  for (const child of children) await provider.network.blocks.put(child, "raw");
  // Most of them exist nowhere, as in a graph without end.
  const links = [...children.map(rawCid), ...Array.from({ length: 980 }, () => rawCid(randomBytes(8)))];
  const root = await provider.network.blocks.put(dagCbor.encode({ code: links }), "dag-cbor");
  const signal = AbortSignal.timeout(10_000);
  const options = { providers: [provider.network.peerId], maxBytes: 100_000, signal };
  await fetcher.network.blocks.fetch(root, options);
  await fetcher.network.blocks.pin([root]);
  expect(await fetcher.network.blocks.has(root)).toBe(true);
  for (const child of children) expect(await fetcher.network.blocks.has(rawCid(child))).toBe(false);
  expect(fetcher.network.stats().blocks).toMatchObject({ fetched: 1, fetchFailures: 0 });
});

test("a block larger than its manifest allows is refused when it arrives and leaves nothing, the next one comes", async () => {
  await using peers = new TestPeers();
  const [provider, fetcher] = [await peers.start(QUIET), await peers.start(QUIET)];
  await connect(fetcher, provider);
  const [large, small] = [randomBytes(900_000), randomBytes(1_000)];
  const cids = [
    await provider.network.blocks.put(large, "raw"),
    await provider.network.blocks.put(small, "raw"),
  ] as const;
  const options = () => ({
    providers: [provider.network.peerId],
    maxBytes: 64 * 1024,
    signal: AbortSignal.timeout(10_000),
  });
  await expect(fetcher.network.blocks.fetch(cids[0], options())).rejects.toThrow(BlockTooLargeError);
  expect(await fetcher.network.blocks.has(cids[0])).toBe(false);
  expect(await fetcher.network.blocks.fetch(cids[1], options())).toHaveLength(1_000);
});
