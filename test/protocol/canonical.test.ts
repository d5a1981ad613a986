import {
  CollectiveError,
  cidOf,
  DAG_CBOR,
  decodeCanonical,
  decodeHead,
  encodeCanonical,
  equalBytes,
  isOurCid,
  LimitExceededError,
  limits,
  MalformedError,
  NotCanonicalError,
  RAW,
} from "@action-collective/protocol";
import * as dagCbor from "@ipld/dag-cbor";
import fc from "fast-check";
import { CID } from "multiformats/cid";
import { expect, test } from "vitest";
import { cborLike, json } from "./arbitraries.ts";

const LARGEST = 1 << 20;

test("§2.1 decoding undoes encoding for every JSON value", () => {
  fc.assert(
    fc.property(json(10), (value) => {
      expect(decodeCanonical(encodeCanonical(value), LARGEST)).toEqual(value);
    }),
    { numRuns: 1_000 },
  );
});

test("§2.1 the writer writes what @ipld/dag-cbor writes", () => {
  fc.assert(
    fc.property(json(10), fc.uint8Array({ maxLength: 300 }), (value, bytes) => {
      const both = { value, bytes, cid: cidOf(bytes, RAW), list: [bytes, cidOf(bytes, DAG_CBOR)] };
      let theirs: Uint8Array;
      try {
        theirs = dagCbor.encode(both);
      } catch {
        // It takes data with equal "/" and "bytes" for a CID: see the next test.
        return;
      }
      expect(equalBytes(encodeCanonical(both), theirs)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

/** A stranger's data in the shape by which libraries recognise CIDs of other versions of themselves. */
const mimic = {
  "/": "x",
  bytes: "x",
  version: 1,
  code: DAG_CBOR,
  multihash: { code: 0x12, digest: new Uint8Array(32), bytes: new Uint8Array(34) },
};

test("§2.3 data that looks like a CID is data", () => {
  const decoded = decodeCanonical(encodeCanonical({ mimic }), LARGEST);
  expect(decoded).toEqual({ mimic });
  expect(isOurCid((decoded as { mimic: unknown }).mimic, DAG_CBOR)).toBe(false);
  const fields = { author: new Uint8Array(32), body: new Uint8Array(32), created: 1, revision: 1, v: 1 };
  expect(() => decodeHead(encodeCanonical({ ...fields, kind: "feedback", subject: mimic }))).toThrow(
    MalformedError,
  );
});

/** What a peer built on a general decoder would do: decode, encode, compare, and look for what §2 excludes. */
function acceptedByLibrary(bytes: Uint8Array): boolean {
  try {
    const value = dagCbor.decode(bytes);
    return equalBytes(dagCbor.encode(value), bytes) && isOurs(value);
  } catch {
    return false;
  }
}

function isOurs(value: unknown): boolean {
  if (typeof value === "bigint") return false;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return true;
  if (CID.asCID(value) !== null) return isOurCid(value, RAW) || isOurCid(value, DAG_CBOR);
  return Object.values(value).every(isOurs);
}

test("§2.2 the reader accepts what decode, encode and compare accept, and gives the same value", () => {
  let accepted = 0;
  fc.assert(
    fc.property(cborLike, (bytes) => {
      let value: unknown;
      try {
        value = decodeCanonical(bytes, LARGEST);
      } catch (error) {
        expect(error).toBeInstanceOf(CollectiveError);
        expect(acceptedByLibrary(bytes)).toBe(false);
        return;
      }
      accepted += 1;
      expect(acceptedByLibrary(bytes)).toBe(true);
      expect(value).toEqual(dagCbor.decode(bytes));
      expect(equalBytes(encodeCanonical(value), bytes)).toBe(true);
    }),
    { numRuns: 10_000 },
  );
  expect(accepted).toBeGreaterThan(300);
});

test("§2.2 one changed byte of a canonical value is another canonical value or refused", () => {
  fc.assert(
    fc.property(json(6), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, change) => {
      const bytes = encodeCanonical(value);
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ change;
      try {
        expect(equalBytes(encodeCanonical(decodeCanonical(bytes, LARGEST)), bytes)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(CollectiveError);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("§2.2 depth is refused before it can hurt: a megabyte of open brackets takes no time", () => {
  const bytes = new Uint8Array(LARGEST).fill(0x81);
  const start = performance.now();
  expect(() => decodeCanonical(bytes, LARGEST)).toThrow(LimitExceededError);
  expect(performance.now() - start).toBeLessThan(100);
});

test("§6 size is checked first, depth at exactly the limit", () => {
  const nested = (depth: number) => Uint8Array.from([...new Array<number>(depth).fill(0x81), 0]);
  expect(() => decodeCanonical(new Uint8Array(11), 10)).toThrow("11 bytes; at most 10");
  expect(() => decodeCanonical(nested(limits.depth), LARGEST)).not.toThrow();
  expect(() => decodeCanonical(nested(limits.depth + 1), LARGEST)).toThrow(LimitExceededError);
});

test("§2.2 a refusal says where and why", () => {
  expect(() => decodeCanonical(Uint8Array.from([0x82, 1, 0x18, 2]), LARGEST)).toThrow(
    "Not canonical dag-cbor at byte 3: an integer or length is not in its shortest form",
  );
});

const V0 = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG";

test("§2.1 what has no canonical form is refused when encoding", () => {
  const without = [undefined, Number.NaN, Number.POSITIVE_INFINITY, { a: undefined }, () => 1, 1n, Array(1)];
  const others = [new Date(), new Map(), new Uint16Array(1), "\ud800", { "\udc00": 1 }, CID.parse(V0)];
  for (const value of [...without, ...others])
    expect(() => encodeCanonical(value)).toThrow(NotCanonicalError);
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(() => encodeCanonical(deep)).toThrow(LimitExceededError);
});

test("§2.2 a key __proto__ is a property like any other", () => {
  const decoded = decodeCanonical(encodeCanonical(JSON.parse('{"__proto__":{"polluted":true}}')), LARGEST);
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  expect(Object.keys(decoded as object)).toEqual(["__proto__"]);
  expect((decoded as { polluted?: boolean }).polluted).toBeUndefined();
});

test("§2.2 a view into a larger buffer decodes as the bytes it shows", () => {
  const bytes = encodeCanonical({
    text: "a text of more than thirteen characters",
    bytes: new Uint8Array(3),
  });
  const padded = new Uint8Array(bytes.length + 20);
  padded.set(bytes, 10);
  const view = padded.subarray(10, 10 + bytes.length);
  expect(decodeCanonical(view, LARGEST)).toEqual(dagCbor.decode(bytes));
  expect(decodeCanonical(Buffer.from(bytes), LARGEST)).toEqual(dagCbor.decode(bytes));
});
