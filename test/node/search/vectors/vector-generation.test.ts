import { createRequire } from "node:module";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { toCodes } from "../../../../node/src/search/codes.ts";
import { NativeGuard } from "../../../../node/src/search/thread/native-guard.ts";
import type { HnswLibrary } from "../../../../node/src/search/vectors/hnsw-graph.ts";
import { textKey } from "../../../../node/src/search/vectors/vector-database.ts";
import { VectorGeneration } from "../../../../node/src/search/vectors/vector-generation.ts";
import { DocumentTable } from "../../../../node/src/search/words/document-table.ts";
import { temporaryFolder } from "../../../helpers/temporary.ts";
import { until } from "../../../helpers/until.ts";
import { randomVector, seeded } from "../helpers.ts";

const library = createRequire(import.meta.resolve("@action-collective/node"))("hnswlib-node") as HnswLibrary;
const DIMENSIONS = 64;
const random = seeded(1);
const vectors = Array.from({ length: 3_000 }, () => randomVector(random, DIMENSIONS));
const queries = Array.from({ length: 50 }, () => randomVector(random, DIMENSIONS));

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A generation on disk, with documents that are only numbers. */
async function begin(
  options: { folder?: string; graphDimensions?: number; flat?: boolean; newest?: number } = {},
) {
  let path = options.folder;
  if (path === undefined) {
    const folder = await temporaryFolder();
    closing.push(async () => folder[Symbol.asyncDispose]());
    path = folder.path;
  }
  const documents = new DocumentTable();
  const warnings: string[] = [];
  const catalogue = { generation: "one", document: options.newest ?? 1_000_000, removal: 0 };
  const generation = new VectorGeneration({
    embedder: {
      id: "test/1",
      dimensions: DIMENSIONS,
      graphDimensions: options.graphDimensions ?? DIMENSIONS,
    },
    base: join(path, "vectors"),
    catalogue,
    documents: () => documents,
    library: options.flat === true ? undefined : library,
    graphFrom: 1,
    guard: new NativeGuard(),
    warn: (message) => warnings.push(message),
    wake: () => undefined,
  });
  let closed = false;
  const close = async () => {
    if (!closed) await generation.close(catalogue);
    closed = true;
  };
  closing.push(close);
  const know = (count: number) => {
    for (let number = documents.slots + 1; number <= count; number++) documents.add(number, `d${number}`);
  };
  const load = async () => {
    while (generation.load());
    await until(() => generation.ready, { what: "the graph", everyMs: 1 });
  };
  const store = (from: number, some: readonly Float32Array[]) => {
    know(from + some.length - 1);
    const fresh = some.map((vector, at) => ({
      key: textKey(`text ${from + at}`),
      codes: toCodes(vector),
      numbers: [from + at],
    }));
    generation.store(fresh, []);
  };
  const finish = async () => {
    while (generation.work() || !generation.ready)
      if (!generation.ready) await until(() => generation.ready, { what: "the graph", everyMs: 1 });
  };
  return { path, generation, documents, warnings, close, know, load, store, finish };
}

const numbersOf = (found: readonly { number: number }[]) => found.map(({ number }) => number);

/** The share of the exact best ten, by full-precision vectors, that a generation finds. */
function recall(generation: VectorGeneration, all: readonly Float32Array[]): number {
  let found = 0;
  for (const query of queries) {
    const exact = all
      .map((vector, at) => ({
        number: at + 1,
        cosine: vector.reduce((sum, v, i) => sum + v * (query[i] ?? 0), 0),
      }))
      .sort((left, right) => right.cosine - left.cosine)
      .slice(0, 10);
    const got = new Set(numbersOf(generation.nearest(query, 100).slice(0, 10)));
    found += exact.filter(({ number }) => got.has(number)).length;
  }
  return found / (10 * queries.length);
}

describe("searching", () => {
  test("recall@10 against exact search is at least 0.97, flat and by the graph", async () => {
    const { generation, load, store, finish } = await begin();
    await load();
    store(1, vectors);
    expect(recall(generation, vectors)).toBeGreaterThanOrEqual(0.97);
    await finish();
    expect(generation.settled).toBe(true);
    expect(recall(generation, vectors)).toBeGreaterThanOrEqual(0.97);
  });

  test("without the library every answer is exact, and among some it always is", async () => {
    const flat = await begin({ flat: true });
    await flat.load();
    flat.store(1, vectors);
    const graph = await begin();
    await graph.load();
    graph.store(1, vectors);
    await graph.finish();
    const some = Array.from({ length: 300 }, (_, at) => at * 10 + 1);
    for (const query of queries.slice(0, 10)) {
      const all = flat.generation.nearest(query, 3_000);
      expect(all).toHaveLength(3_000);
      const cosines = new Map(all.map(({ number, cosine }) => [number, cosine]));
      const exact = vectors[all[0] === undefined ? 0 : all[0].number - 1]?.reduce(
        (s, v, i) => s + v * (query[i] ?? 0),
        0,
      );
      expect(all[0]?.cosine).toBeCloseTo(exact ?? 0, 2);
      const expected = all.filter(({ number }) => some.includes(number)).slice(0, 20);
      expect(graph.generation.nearest(query, 20, [...some, 40_000])).toEqual(expected);
      for (const [number, cosine] of graph.generation.cosines(query, some))
        expect(cosine).toBe(cosines.get(number));
    }
  });

  test("a graph of the leading dimensions finds what all of them say", async () => {
    // Later dimensions matter less, as after a principal component analysis.
    const fade = (vector: Float32Array) => {
      const faded = vector.map((value, at) => value * (at + 1) ** -0.5);
      const length = Math.hypot(...faded);
      return faded.map((value) => value / length);
    };
    const faded = vectors.map(fade);
    const { generation, load, store, finish } = await begin({ graphDimensions: 32 });
    await load();
    store(1, faded);
    await finish();
    let found = 0;
    for (const query of queries.map(fade)) {
      const exact = numbersOf(
        generation.nearest(
          query,
          10,
          [...faded.keys()].map((at) => at + 1),
        ),
      );
      const got = new Set(numbersOf(generation.nearest(query, 100)).slice(0, 10));
      found += exact.filter((number) => got.has(number)).length;
    }
    expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(0.97);
  });

  test("a thousand documents with one vector are one point: they ruin nothing, and the first come first", async () => {
    const { generation, load, store, know, finish } = await begin();
    await load();
    store(1, vectors.slice(0, 1_000));
    know(2_000);
    const twin = toCodes(randomVector(random, DIMENSIONS));
    const numbers = Array.from({ length: 1_000 }, (_, at) => 1_001 + at);
    // Two texts, one vector; newest first, as they are embedded.
    for (const [text, of] of [
      ["b", numbers.slice(500)],
      ["a", numbers.slice(0, 500)],
    ] as const)
      generation.store([{ key: textKey(text), codes: twin, numbers: of.toReversed() }], []);
    await finish();
    expect(recall(generation, vectors.slice(0, 1_000))).toBeGreaterThanOrEqual(0.97);
    const query = Float32Array.from(twin, (code) => code / Math.hypot(...twin));
    expect(numbersOf(generation.nearest(query, 3))).toEqual([1_001, 1_002, 1_003]);
    expect(generation.twinOf(1_001)).toBe(generation.twinOf(2_000));
    expect(generation.twinOf(1)).not.toBe(generation.twinOf(2));
    generation.remove(1_001);
    expect(numbersOf(generation.nearest(query, 2))).toEqual([1_002, 1_003]);
  });

  test("removed vectors are gone, many of them make a new graph, and one that comes again costs nothing", async () => {
    const { generation, documents, load, store, finish } = await begin();
    await load();
    store(1, vectors);
    await finish();
    for (let number = 1; number <= 1_500; number++) {
      documents.remove(number);
      generation.remove(number);
    }
    const nearest = () => Math.min(...numbersOf(generation.nearest(vectors[0] ?? new Float32Array(), 100)));
    expect(nearest()).toBeGreaterThan(1_500);
    await finish();
    expect(nearest()).toBeGreaterThan(1_500);
    documents.add(3_001, "again");
    const known = generation.find(textKey("text 1600"));
    expect(known).toBeDefined();
    if (known !== undefined) generation.store([], [{ ...known, number: 3_001 }]);
    await finish();
    const [first, second] = generation.nearest(vectors[1_599] ?? new Float32Array(), 2);
    expect([first?.number, second?.number]).toEqual([1_600, 3_001]);
  });
});

describe("what is on disk", () => {
  test("everything is there again, graph and all, and nothing is said", async () => {
    const one = await begin();
    await one.load();
    one.store(1, vectors);
    await one.finish();
    const before = queries.map((query) => one.generation.nearest(query, 10));
    await one.close();
    const again = await begin({ folder: one.path });
    again.know(3_000);
    await again.load();
    expect(again.generation.work()).toBe(false);
    expect(queries.map((query) => again.generation.nearest(query, 10))).toEqual(before);
    expect(again.warnings).toEqual([]);
  });

  test("killed in the middle: what was stored is kept, the graph is completed", async () => {
    const one = await begin();
    await one.load();
    one.store(1, vectors.slice(0, 1_000));
    // No close: the files are as a kill leaves them.
    const again = await begin({ folder: one.path });
    again.know(1_000);
    await again.load();
    await again.finish();
    expect(again.generation.documents).toBe(1_000);
    expect(recall(again.generation, vectors.slice(0, 1_000))).toBeGreaterThanOrEqual(0.97);
  });

  test("a damaged vector is noticed by its checksum, said, and forgotten; the others stay", async () => {
    const one = await begin();
    await one.load();
    one.store(1, vectors.slice(0, 100));
    await one.close();
    const file = join(
      one.path,
      (await import("node:fs")).readdirSync(one.path).find((n) => n.endsWith(".sqlite")) ?? "",
    );
    const database = new DatabaseSync(file);
    database.exec("UPDATE vectors SET codes = zeroblob(length(codes)) WHERE label IN (7, 8)");
    database.close();
    const again = await begin({ folder: one.path });
    again.know(100);
    await again.load();
    expect(again.generation.documents).toBe(98);
    expect(again.generation.cosines(queries[0] ?? new Float32Array(), [7, 8, 9]).size).toBe(1);
    expect(again.warnings.join()).toMatch(/2 vectors by test\/1 are damaged/);
  });

  test("a file that is no database is replaced, said once", async () => {
    const one = await begin();
    await one.close();
    const { readdirSync, writeFileSync } = await import("node:fs");
    const name = readdirSync(one.path).find((entry) => entry.endsWith(".sqlite")) ?? "";
    writeFileSync(join(one.path, name), "x".repeat(9_000));
    const again = await begin({ folder: one.path });
    await again.load();
    again.store(1, vectors.slice(0, 10));
    expect(again.generation.documents).toBe(10);
    expect(again.warnings).toHaveLength(1);
  });

  test("numbers of a catalogue that was put back mean nothing; the vectors are found by their texts", async () => {
    const one = await begin();
    await one.load();
    one.store(1, vectors.slice(0, 100));
    await one.close();
    const again = await begin({ folder: one.path, newest: 50 });
    again.know(50);
    await again.load();
    expect(again.generation.documents).toBe(0);
    expect(again.generation.find(textKey("text 42"))).toBeDefined();
  });
});
