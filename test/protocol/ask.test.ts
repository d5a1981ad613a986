import {
  ASK_REQUEST_BYTES,
  askQueryOf,
  CollectiveError,
  decodeAskAnswer,
  decodeAskRequest,
  encodeAskAnswer,
  encodeAskRequest,
  limits,
  MalformedError,
} from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";

const query = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 200 })
  .map(askQueryOf)
  .filter((text) => text.trim() !== "");
const request = fc.record({
  query,
  count: fc.integer({ min: 1, max: limits.askRecords }),
  tags: fc.uniqueArray(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/), { maxLength: limits.tags }),
  languages: fc.subarray(["typescript", "javascript"] as const, { minLength: 1 }),
  needs: fc.record({ net: fc.boolean(), secrets: fc.boolean() }),
});
const answer = fc.record({
  kind: fc.constant("records" as const),
  records: fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: limits.askRecords }),
});

test("requests and answers come back as they were sent", () => {
  fc.assert(
    fc.property(request, (sent) => {
      const frame = encodeAskRequest(sent);
      expect(frame.length).toBeLessThanOrEqual(ASK_REQUEST_BYTES);
      expect(decodeAskRequest(frame)).toEqual(sent);
    }),
  );
  fc.assert(
    fc.property(answer, (sent) => {
      expect(decodeAskAnswer(encodeAskAnswer(sent))).toEqual(sent);
    }),
  );
});

test("whatever else arrives is malformed, never another failure, and what is read encodes to the same bytes", () => {
  const codecs = [
    (bytes: Uint8Array) => encodeAskRequest(decodeAskRequest(bytes)),
    (bytes: Uint8Array) => encodeAskAnswer(decodeAskAnswer(bytes)),
  ];
  const attempt = (bytes: Uint8Array) => {
    for (const roundTrip of codecs) {
      try {
        expect(Buffer.from(roundTrip(bytes)).equals(bytes)).toBe(true);
      } catch (error) {
        if (!(error instanceof CollectiveError)) throw error;
        expect(error).toBeInstanceOf(MalformedError);
      }
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), attempt), { numRuns: 500 });
  const frame = fc.oneof(request.map(encodeAskRequest), answer.map(encodeAskAnswer));
  fc.assert(
    fc.property(frame, fc.nat(), fc.integer({ min: 0, max: 255 }), (good, at, value) => {
      const bytes = Uint8Array.from(good);
      bytes[at % bytes.length] = value;
      attempt(bytes);
      attempt(bytes.subarray(0, at % bytes.length));
    }),
  );
});

test("a query of any length becomes one that fits, cut between characters", () => {
  expect(askQueryOf("short")).toBe("short");
  expect(askQueryOf("\ud83e")).toBe("\ufffd");
  for (const unit of ["a", "é", "漢", "🧮"]) {
    const cut = askQueryOf(unit.repeat(1_025));
    expect(unit.repeat(1_025).startsWith(cut)).toBe(true);
    const bytes = Buffer.byteLength(cut);
    expect(bytes).toBeLessThanOrEqual(limits.askQueryBytes);
    expect(bytes).toBeGreaterThan(limits.askQueryBytes - 4);
  }
});

test("an answer beyond its bounds is not read", () => {
  const frame = new Uint8Array(limits.askAnswerBytes + 1);
  frame.set([1, 0, 0]);
  expect(() => decodeAskAnswer(frame)).toThrow(MalformedError);
  expect(() => decodeAskRequest(new Uint8Array(ASK_REQUEST_BYTES + 1))).toThrow(MalformedError);
});

test("what a neighbour would refuse is not sent", () => {
  const good = {
    ...{ query: "csv", count: 1, tags: [] as string[], needs: { net: true, secrets: true } },
    languages: ["typescript"] as ("typescript" | "javascript")[],
  };
  expect(decodeAskRequest(encodeAskRequest(good))).toEqual(good);
  for (const change of [
    { query: "" },
    { query: "x".repeat(limits.askQueryBytes + 1) },
    { query: "\ud83e" },
    { count: 0 },
    { count: limits.askRecords + 1 },
    { tags: ["no tag"] },
    { languages: [] },
  ])
    expect(() => encodeAskRequest({ ...good, ...change })).toThrow(MalformedError);
  const record = new Uint8Array(limits.recordBytes);
  expect(() => encodeAskAnswer({ kind: "records", records: Array(8).fill(record) })).toThrow(RangeError);
  expect(() => encodeAskAnswer({ kind: "records", records: Array(17).fill(new Uint8Array(1)) })).toThrow(
    RangeError,
  );
});
