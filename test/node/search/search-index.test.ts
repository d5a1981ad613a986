import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import type { Embedder } from "../../../node/src/embedders/types.ts";
import { MAX_COUNT } from "../../../node/src/search/search-index.ts";
import type { SearchDocument, SearchOptions } from "../../../node/src/search/types.ts";
import { hits } from "../../helpers/search-hits.ts";
import { ACTIONS, makeDocument, seeded, useHomes } from "./helpers.ts";

const home = useHomes();

async function filled(
  documents: readonly SearchDocument[] = ACTIONS,
  options: Partial<SearchOptions> = {},
  at = home(),
) {
  const index = await at.open(options);
  at.database.exec("BEGIN");
  for (const document of documents) index.add(document);
  at.database.exec("COMMIT");
  return { at, index };
}

test("a request in plain words finds a camelCase name", async () => {
  const { index } = await filled();
  const [first, second] = await hits(index, "multiply two matrices", 3);
  expect(first).toMatchObject({ id: "matrices", parts: { keyword: 1 } });
  expect(first?.keyword).toBeGreaterThan(second?.keyword ?? 0);
});

test.each([
  ["how long is it until my deadline, weekends excluded", "weekdays"],
  ["I exported a spreadsheet and need objects", "csv"],
  ["link for this headline", "slug"],
])("other words find by a phrasing: %s", async (query, id) => {
  const { index } = await filled();
  await index.settled();
  expect((await hits(index, query, 1))[0]?.id).toBe(id);
});

test("a typing error that no keyword matches is found by vector", async () => {
  const { index } = await filled();
  await index.settled();
  const [hit] = await hits(index, "multiplly matricez", 1);
  expect(hit).toMatchObject({ id: "matrices", parts: { keyword: 0 } });
  expect(hit?.parts.cosine).toBeGreaterThan(0.3);
});

test("a request of two steps is near what does either of them", async () => {
  const { index } = await filled();
  await index.settled();
  const { candidates } = await index.find("Multiply two matrices. Make a slug of this headline.", {
    count: 10,
  });
  const byVector = candidates.toSorted((left, right) => (right.cosine ?? 0) - (left.cosine ?? 0));
  expect(new Set(byVector.slice(0, 2).map(({ id }) => id))).toEqual(new Set(["matrices", "slug"]));
  const cosineOf = async (query: string, id: string) =>
    (await index.find(query, { count: 10 })).candidates.find((candidate) => candidate.id === id)?.cosine ?? 0;
  // What the other sentence takes away from a single vector, it does not take from this one.
  const apart = await cosineOf("Multiply two matrices and make a slug of this headline.", "matrices");
  const together = await cosineOf("Multiply two matrices. Make a slug of this headline.", "matrices");
  expect(together).toBeGreaterThan(apart);
});

test("findable by keyword once it is committed, and never if it is rolled back", async () => {
  const { at, index } = await filled();
  await index.settled();
  at.database.exec("BEGIN");
  index.add(makeDocument("zebra", { name: "stripeZebra" }));
  index.remove("csv");
  expect((await hits(index, "zebra csv", 1))[0]?.id).toBe("csv");
  await nextTurn();
  at.database.exec("ROLLBACK");
  await index.settled();
  const found = await hits(index, "zebra or parse csv", 10);
  expect(found.map(({ id }) => id).sort()).toEqual(["csv", "matrices", "slug", "weekdays"]);
  expect(index.stats()).toMatchObject({ documents: 4, vectors: 4, backlog: 0 });
  // The number of the one that never was is given again, to another document.
  index.add(makeDocument("gnu", { name: "wildebeest" }));
  expect((await hits(index, "zebra", 10)).every(({ parts }) => parts.keyword === 0)).toBe(true);
  expect((await hits(index, "wildebeest", 1))[0]?.id).toBe("gnu");
});

test("a document that changes is found by its new words only; one that does not is left alone", async () => {
  const { index } = await filled();
  await index.settled();
  index.add(makeDocument("csv", { name: "convertTemperature" }));
  expect((await hits(index, "temperature", 1))[0]?.id).toBe("csv");
  await index.settled();
  const old = await hits(index, "comma rows", 1);
  expect(old[0]?.parts.keyword).toBe(0);
  index.add(makeDocument("csv", { name: "convertTemperature" }));
  expect(index.stats()).toMatchObject({ documents: 4, backlog: 0 });
});

test("remove removes, at once and for good", async () => {
  const { index } = await filled();
  await index.settled();
  index.remove("matrices");
  index.remove("never there");
  for (const round of ["at once", "settled"]) {
    const found = await hits(index, "multiply two matrices", 10);
    expect(found.map(({ id }) => id).sort(), round).toEqual(["csv", "slug", "weekdays"]);
    await index.settled();
  }
  expect(index.stats()).toMatchObject({ documents: 3, vectors: 3 });
});

test.each(['" OR *', "NEAR(", "🚀", "\u0000", "", "the of", `${"multiply two matrices ".repeat(470)}`])(
  "any query is answered: %.20j",
  async (query) => {
    const { index } = await filled();
    await index.settled();
    await expect(hits(index, query, 5)).resolves.toHaveLength(4);
  },
);

test("a search among some is exact: k of k among 5,000, relevant or not", async () => {
  const random = seeded(7);
  const verbs = ["sort", "merge", "parse", "count", "format", "convert", "split", "hash"];
  const nouns = ["list", "table", "date", "colour", "text", "matrix", "address", "invoice"];
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? "";
  const documents = Array.from({ length: 5_000 }, (_, at) =>
    makeDocument(`action-${at}`, {
      name: `${pick(verbs)} ${pick(nouns)} ${at}`,
      description: `${pick(verbs)} any ${pick(nouns)}`,
    }),
  );
  const { index } = await filled(documents);
  const only = documents.map(({ id }) => id).filter((_, at) => at % 500 === 3);
  // Vectors or not: none of them is withheld.
  expect(await hits(index, "completely unrelated zeppelin", 10, only)).toHaveLength(10);
  await index.settled();
  for (const query of ["sort a list of invoices", "zeppelin", "🚀"]) {
    const found = await hits(index, query, 10, only);
    expect(found.map(({ id }) => id).sort()).toEqual(only.toSorted());
  }
  expect(await hits(index, "sort list", 1_000)).toHaveLength(1_000);
});

test("a thousand identical documents do not hide the others", async () => {
  const copies = Array.from({ length: 1_000 }, (_, at) => makeDocument(`copy-${at}`, { name: "doNothing" }));
  const { index } = await filled([...copies, ...ACTIONS]);
  await index.settled();
  for (const { id, description } of ACTIONS) {
    expect((await hits(index, description, 1))[0]?.id).toBe(id);
  }
});

test("without HNSW the flat index gives the same hits, and says so once if HNSW was wanted", async () => {
  const { at, index } = await filled(ACTIONS, { graphFrom: 1 });
  await index.settled();
  const expected = await hits(index, "count the days", 4);
  await vi.waitFor(() => expect(index.stats().engine).toBe("hnsw"));
  await index.stop();

  const never = await at.open({ useHnsw: "never" });
  expect(never.stats().engine).toBe("flat");
  expect(at.messages).toEqual([]);
  expect(await hits(never, "count the days", 4)).toEqual(expected);
  await never.stop();

  const missing = await at.open({ hnswModule: "hnswlib-that-is-not-installed" });
  missing.add(makeDocument("late", { name: "lateArrival" }));
  await missing.settled();
  expect(missing.stats()).toMatchObject({ engine: "flat", documents: 5, vectors: 5 });
  expect((await hits(missing, "count the days", 1))[0]?.id).toBe(expected[0]?.id);
  expect(at.messages).toHaveLength(1);
  expect(at.messages[0]).toMatch(/hnswlib-node is not available .*npm rebuild hnswlib-node/);
});

test("an embedder that fails leaves keyword search, is tried again, and is reported", async () => {
  let broken = true;
  const flaky: Embedder = {
    id: "flaky-2/1",
    dimensions: 2,
    embed: async (texts) => {
      if (broken) throw new Error("no connection");
      return texts.map(() => Float32Array.of(1, 0));
    },
  };
  const at = home();
  const index = await at.open({ embedder: flaky });
  index.add(makeDocument("csv", { name: "parseCSV" }));
  expect((await hits(index, "csv", 1))[0]).toMatchObject({ id: "csv", cosine: undefined });
  expect(at.messages.join("\n")).toMatch(/no connection/);
  broken = false;
  await index.settled();
  expect((await hits(index, "csv", 1))[0]?.cosine).toBeCloseTo(1);
});

test("vectors of the wrong shape are refused by name", async () => {
  const at = home();
  const wrong: Embedder = {
    id: "wrong/1",
    dimensions: 3,
    embed: async (texts) => texts.map(() => new Float32Array(2)),
  };
  const index = await at.open({ embedder: wrong });
  index.add(makeDocument("csv", { name: "parseCSV" }));
  expect((await hits(index, "csv", 1))[0]?.id).toBe("csv");
  expect(at.messages[0]).toMatch(/wrong\/1 made a vector of 2 dimensions instead of 3/);
});

test("counts are checked, and a stopped index says that it is", async () => {
  const { index } = await filled();
  for (const count of [0, -1, 1.5, MAX_COUNT + 1, Number.NaN]) {
    await expect(index.find("csv", { count })).rejects.toMatchObject({ code: "bad-request" });
  }
  await index.stop();
  await index.stop();
  await expect(index.find("csv", { count: 1 })).rejects.toMatchObject({ code: "stopping" });
  expect(() => index.add(makeDocument("late"))).toThrow(expect.objectContaining({ code: "stopping" }));
});

test("stop is quick in the middle of work, and leaves no worker; the rest is done at the next start", async () => {
  const documents = Array.from({ length: 3_000 }, (_, at) =>
    makeDocument(`a${at}`, { name: `thing ${at} of ${at % 7}` }),
  );
  const { at, index } = await filled(documents);
  await hits(index, "thing", 1);
  const workers = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const during = workers();
  const start = performance.now();
  await index.stop();
  expect(performance.now() - start).toBeLessThan(1_500);
  expect(workers()).toBeLessThan(during);
  const again = await at.open();
  await again.settled();
  expect(again.stats()).toMatchObject({ documents: 3_000, vectors: 3_000, backlog: 0 });
});
