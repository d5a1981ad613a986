import { randomBytes } from "node:crypto";
import { MalformedError } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { decodeBitswapMessage } from "../../../../node/src/network/blocks/bitswap-message.ts";
import { field, flag } from "../../../attack/hostile-peer.ts";

const CID = Uint8Array.of(1, 0x55, 0x12, 32, ...randomBytes(32));
const PREFIX = CID.subarray(0, 4);

test("wants, blocks and presences are read, unknown fields are passed over", () => {
  const data = randomBytes(100);
  const message = Buffer.concat([
    field(1, field(1, field(1, CID), flag(2, 5), flag(4, 1), flag(5, 1)), flag(2, 1)),
    field(1, field(1, field(1, CID), flag(3, 1))),
    field(3, field(1, PREFIX), field(2, data)),
    field(4, field(1, CID), flag(2, 1)),
    field(4, field(1, CID)),
    flag(5, 300),
    field(99, "later versions"),
  ]);
  expect(decodeBitswapMessage(message)).toEqual({
    wants: [
      { cid: Buffer.from(CID), cancel: false, have: true, sendDontHave: true },
      { cid: Buffer.from(CID), cancel: true, have: false, sendDontHave: false },
    ],
    blocks: [{ prefix: Buffer.from(PREFIX), data }],
    blockPresences: [
      { cid: Buffer.from(CID), type: "DoNotHaveBlock" },
      { cid: Buffer.from(CID), type: "HaveBlock" },
    ],
  });
});

test("blocks that nobody here can want are left out", () => {
  const identity = field(3, field(1, Uint8Array.of(1, 0x55, 0, 3)), field(2, "abc"));
  const large = field(3, field(1, PREFIX), field(2, Buffer.alloc(1024 * 1024 + 1)));
  expect(decodeBitswapMessage(Buffer.concat([identity, large])).blocks).toEqual([]);
});

test.for([
  ["too many wants", field(1, Buffer.alloc(4_000, Buffer.from([10, 0])))],
  ["too many wants, list by list", Buffer.concat(Array.from({ length: 2_000 }, () => field(1, field(1))))],
  ["too many blocks", Buffer.concat(Array.from({ length: 300 }, () => field(3, field(1, PREFIX))))],
  ["too many presences", Buffer.concat(Array.from({ length: 2_000 }, () => field(4)))],
  ["a CID of a kilobyte", field(1, field(1, field(1, Buffer.alloc(1_000))))],
  ["a number without end", Buffer.alloc(20, 0xff)],
  ["a length beyond the end", Buffer.from([10, 100, 1])],
  ["a kind of field that does not exist", Buffer.from([11])],
] as const)("%s: refused", ([, bytes]) => {
  expect(() => decodeBitswapMessage(bytes)).toThrow(MalformedError);
});

test("whatever the bytes, they are read in bounds or refused", () => {
  const valid = Buffer.concat([
    field(1, field(1, field(1, CID), flag(5, 1))),
    field(3, field(1, PREFIX), field(2, randomBytes(50))),
  ]);
  let read = 0;
  for (let round = 0; round < 3_000; round++) {
    const bytes = round % 2 ? randomBytes(round % 200) : Buffer.from(valid);
    if (round % 2 === 0) bytes[round % bytes.length] = round % 256;
    try {
      decodeBitswapMessage(bytes);
      read++;
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedError);
    }
  }
  expect(read).toBeGreaterThan(100);
});
