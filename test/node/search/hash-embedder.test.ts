import { expect, test } from "vitest";
import { toCodes } from "../../../node/src/search/codes.ts";
import { HashEmbedder } from "../../../node/src/search/hash-embedder.ts";

/** Computed once. A change of this is a change of every vector that is stored anywhere. */
const DIGEST = -1_136_751_801;

const embedder = new HashEmbedder();
const dot = (left: Float32Array, right: Float32Array) =>
  left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);

async function cosine(left: string, right: string): Promise<number> {
  const [a = new Float32Array(), b = new Float32Array()] = await embedder.embed([left, right]);
  return dot(a, b);
}

test("vectors have length 1, or 0 for a text without words", async () => {
  const [some = new Float32Array(), none = new Float32Array()] = await embedder.embed(["sort a list", "🚀"]);
  expect(some).toHaveLength(256);
  expect(dot(some, some)).toBeCloseTo(1, 5);
  expect(dot(none, none)).toBe(0);
});

test("spelling near is vector near", async () => {
  expect(await cosine("multiplying matrices", "multiplyMatrix")).toBeGreaterThan(0.5);
  expect(await cosine("multiplying matrices", "weather forecast")).toBeLessThan(0.3);
  expect(await cosine("calender", "calendar")).toBeGreaterThan(0.3);
});

test("the same vector on every machine: changing it means changing the id", async () => {
  const [vector = new Float32Array()] = await embedder.embed(["multiply two matrices"]);
  const digest = toCodes(vector).reduce((sum, code, at) => (Math.imul(sum, 31) + code * (at + 1)) | 0, 7);
  expect({ id: embedder.id, digest }).toEqual({ id: "hash-256/1", digest: DIGEST });
});
