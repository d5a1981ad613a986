import { createHash, randomBytes } from "node:crypto";
import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import { expect, test } from "vitest";
import { BlockGivers } from "../../../../node/src/network/blocks/block-givers.ts";

function cidOf(bytes: Uint8Array, codec = 0x55): CID {
  return CID.createV1(codec, createDigest(0x12, createHash("sha256").update(bytes).digest()));
}

test("the first that sends the right bytes of a block being fetched is its giver, once", () => {
  const givers = new BlockGivers();
  const data = randomBytes(100);
  const done = givers.await(cidOf(data));
  givers.arrived("liar", [{ data: randomBytes(100) }]);
  givers.arrived("first", [{ data: randomBytes(5) }, { data }]);
  givers.arrived("second", [{ data }]);
  expect(done()).toBe("first");
  const again = givers.await(cidOf(data));
  expect(again()).toBeUndefined();
});

test("what nobody fetches is no gift, neither before nor after it is fetched", () => {
  const givers = new BlockGivers();
  const [data, other] = [randomBytes(100), randomBytes(100)];
  givers.arrived("early", [{ data }]);
  const done = [givers.await(cidOf(data)), givers.await(cidOf(other))];
  expect(done.map((ended) => ended())).toEqual([undefined, undefined]);
  givers.arrived("late", [{ data }]);
  expect(givers.await(cidOf(data))()).toBeUndefined();
});

test("two that fetch one block, whichever way they read it, owe it once", () => {
  const givers = new BlockGivers();
  const data = randomBytes(100);
  const done = [givers.await(cidOf(data)), givers.await(cidOf(data, 0x71))];
  givers.arrived("giver", [{ data }]);
  expect(done.map((ended) => ended())).toEqual(["giver", undefined]);
});
