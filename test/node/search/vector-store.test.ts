import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { toCodes, toPoint } from "../../../node/src/search/codes.ts";
import { HnswGraph, type HnswLibrary } from "../../../node/src/search/hnsw-graph.ts";
import { VectorStore } from "../../../node/src/search/vector-store.ts";
import { randomVector, seeded } from "./helpers.ts";

const library = createRequire(import.meta.resolve("@action-collective/node"))("hnswlib-node") as HnswLibrary;
const DIMENSIONS = 64;

function fill(store: VectorStore, vectors: readonly Float32Array[]): void {
  vectors.forEach((vector, at) => {
    store.add(at + 1, toCodes(vector));
  });
}

function finish(store: VectorStore): void {
  while (store.insertSome());
}

const numbersOf = (found: readonly { number: number }[]) => found.map(({ number }) => number);

/** The share of the exact best ten, by full-precision vectors, that a store finds. */
function recall(
  store: VectorStore,
  vectors: readonly Float32Array[],
  queries: readonly Float32Array[],
): number {
  let found = 0;
  for (const query of queries) {
    const exact = vectors
      .map((vector, at) => ({
        number: at + 1,
        cosine: vector.reduce((sum, v, i) => sum + v * (query[i] ?? 0), 0),
      }))
      .sort((left, right) => right.cosine - left.cosine)
      .slice(0, 10);
    const got = new Set(numbersOf(store.search(query, 10)));
    found += exact.filter(({ number }) => got.has(number)).length;
  }
  return found / (10 * queries.length);
}

const random = seeded(1);
const vectors = Array.from({ length: 3_000 }, () => randomVector(random, DIMENSIONS));
const queries = Array.from({ length: 50 }, () => randomVector(random, DIMENSIONS));

describe("the graph", () => {
  test("recall@10 against exact search is at least 0.95, also right after adding", () => {
    const store = new VectorStore(DIMENSIONS, library);
    fill(store, vectors);
    expect(recall(store, vectors, queries)).toBeGreaterThanOrEqual(0.95);
    finish(store);
    expect(store.graph?.size).toBe(3_000);
    expect(recall(store, vectors, queries)).toBeGreaterThanOrEqual(0.95);
  });

  test("a thousand identical vectors are one point and ruin nothing", () => {
    const store = new VectorStore(DIMENSIONS, library);
    fill(store, vectors.slice(0, 1_000));
    const twin = randomVector(random, DIMENSIONS);
    for (let number = 10_001; number <= 11_000; number++) store.add(number, toCodes(twin));
    finish(store);
    expect(store.graph?.size).toBe(1_001);
    expect(recall(store, vectors.slice(0, 1_000), vectors.slice(0, 50))).toBeGreaterThanOrEqual(0.95);
    expect(numbersOf(store.search(twin, 3))).toEqual([10_001, 10_002, 10_003]);
    store.remove(10_001);
    expect(numbersOf(store.search(twin, 2))).toEqual([10_002, 10_003]);
  });

  test("deleted vectors are gone, and many deletions make a new graph", () => {
    const store = new VectorStore(DIMENSIONS, library);
    fill(store, vectors);
    finish(store);
    const before = store.graph;
    for (let number = 1; number <= 1_500; number++) store.remove(number);
    expect(store.graph).not.toBe(before);
    expect(Math.min(...numbersOf(store.search(vectors[0] ?? new Float32Array(), 100)))).toBeGreaterThan(
      1_500,
    );
    finish(store);
    // 1,000 deletions started the new graph; the 500 after it never entered it.
    expect(store.graph?.size).toBe(1_500);
  });

  test("a saved graph that is taken over late loses nothing that came before it or is not in it", () => {
    const store = new VectorStore(DIMENSIONS, library);
    fill(store, vectors.slice(0, 500));
    finish(store);
    const saved = HnswGraph.create(library, DIMENSIONS);
    for (const number of [1, 2, 3, 77_777]) {
      saved.add(number, toPoint(toCodes(vectors[number - 1] ?? new Float32Array(DIMENSIONS))));
    }
    store.adopt(saved, "file");
    expect(store.tail).toBe(497);
    finish(store);
    expect([...(store.graph?.labels() ?? [])].sort((a, b) => a - b)).toEqual(
      vectors.slice(0, 500).map((_, at) => at + 1),
    );
  });

  test("a graph of other vectors is refused", () => {
    const store = new VectorStore(DIMENSIONS, library);
    fill(store, vectors.slice(0, 10));
    const other = HnswGraph.create(library, DIMENSIONS);
    other.add(5, toPoint(toCodes(vectors[500] ?? new Float32Array())));
    expect(() => store.adopt(other, "file")).toThrow(expect.objectContaining({ code: "graph-file" }));
  });

  test("only the given numbers, exactly", () => {
    const store = new VectorStore(DIMENSIONS, library);
    fill(store, vectors);
    finish(store);
    const only = [5, 700, 2_999, 40_000];
    expect(numbersOf(store.search(vectors[699] ?? new Float32Array(), 10, only))[0]).toBe(700);
    expect(store.search(vectors[699] ?? new Float32Array(), 10, only)).toHaveLength(3);
  });
});

test("without the library every answer is the flat index's, and the same", () => {
  const flat = new VectorStore(DIMENSIONS, undefined);
  fill(flat, vectors);
  expect(flat.insertSome()).toBe(false);
  expect(flat.graph).toBeUndefined();
  expect(recall(flat, vectors, queries)).toBeGreaterThanOrEqual(0.95);
  flat.remove(1);
  flat.add(9_999, toCodes(vectors[0] ?? new Float32Array()));
  expect(numbersOf(flat.search(vectors[0] ?? new Float32Array(), 1))).toEqual([9_999]);
});
