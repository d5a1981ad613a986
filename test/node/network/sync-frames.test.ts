import fc from "fast-check";
import { expect, test } from "vitest";
import { SyncFrameError } from "../../../node/src/network/errors.ts";
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type SyncResponse,
} from "../../../node/src/network/sync-frames.ts";

const epoch = fc.stringMatching(/^[!-~]{1,64}$/);
const position = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const page = fc.record({
  kind: fc.constant("page" as const),
  epoch,
  next: position,
  done: fc.boolean(),
  records: fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 }),
});

test("requests and responses come back as they were sent", () => {
  fc.assert(
    fc.property(epoch, position, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (name, after, limitBytes) => {
      const request = { epoch: name, after, limitBytes };
      expect(decodeRequest(encodeRequest(request))).toEqual(request);
    }),
  );
  fc.assert(
    fc.property(page, (response) => {
      expect(decodeResponse(encodeResponse(response))).toEqual(response);
    }),
  );
  const busy: SyncResponse = { kind: "busy", retryAfterMs: 1_500 };
  expect(decodeResponse(encodeResponse(busy))).toEqual(busy);
});

test("whatever else arrives is a SyncFrameError, never another failure", () => {
  const attempt = (bytes: Uint8Array) => {
    for (const decode of [decodeRequest, decodeResponse]) {
      try {
        decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(SyncFrameError);
      }
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), attempt), { numRuns: 500 });
  fc.assert(
    fc.property(page, fc.nat(), fc.integer({ min: 0, max: 255 }), (response, at, value) => {
      const bytes = Uint8Array.from(encodeResponse(response));
      bytes[at % bytes.length] = value;
      attempt(bytes);
      attempt(bytes.subarray(0, at % bytes.length));
    }),
  );
});

test.each<[string, (bytes: number[]) => number[]]>([
  ["another version", (bytes) => [2, ...bytes.slice(1)]],
  ["an unknown kind", (bytes) => [1, 7, ...bytes.slice(2)]],
  ["bytes after the end", (bytes) => [...bytes, 0]],
  ["a frame cut short", (bytes) => bytes.slice(0, -1)],
  ["nothing", () => []],
])("refuses %s", (_, change) => {
  const frame = encodeResponse({
    kind: "page",
    epoch: "e",
    next: 3,
    done: true,
    records: [Buffer.from("abc")],
  });
  expect(() => decodeResponse(Uint8Array.from(change([...frame])))).toThrow(SyncFrameError);
});

test("refuses a record above the record limit and an empty one", () => {
  const large = encodeResponse({
    kind: "page",
    epoch: "e",
    next: 1,
    done: true,
    records: [new Uint8Array(16_385)],
  });
  const empty = encodeResponse({
    kind: "page",
    epoch: "e",
    next: 1,
    done: true,
    records: [new Uint8Array(0)],
  });
  expect(() => decodeResponse(large)).toThrow(SyncFrameError);
  expect(() => decodeResponse(empty)).toThrow(SyncFrameError);
});
