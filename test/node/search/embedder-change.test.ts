import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { Embedder } from "../../../node/src/embedders/types.ts";
import type { SearchIndex } from "../../../node/src/search/search-index.ts";
import { until } from "../../helpers/until.ts";
import { ACTIONS, makeDocument, type SearchHome, useHomes } from "./helpers.ts";

const home = useHomes();

/** An embedder that is called when a test lets it, and notes what it was asked. */
class Gated implements Embedder {
  readonly id: string;
  readonly dimensions = 3;
  readonly texts: string[] = [];
  readonly queries: string[] = [];
  stops = 0;
  open: boolean;
  #axis: number;

  constructor(id: string, axis: number, open = true) {
    this.id = id;
    this.#axis = axis;
    this.open = open;
  }

  async embed(texts: readonly string[], kind: "query" | "document"): Promise<Float32Array[]> {
    if (kind === "query") this.queries.push(...texts);
    else {
      await until(() => this.open, { what: "the gate", everyMs: 2 });
      this.texts.push(...texts);
    }
    return texts.map((text) => {
      const vector = new Float32Array(3);
      vector[text.includes("slug") ? this.#axis : (this.#axis + 1) % 3] = 1;
      return vector;
    });
  }

  async stop(): Promise<void> {
    this.stops += 1;
  }
}

async function filled(at: SearchHome, embedder: Embedder): Promise<void> {
  const index = await at.open({ embedder });
  for (const action of ACTIONS) index.add(action);
  await index.settled();
  await index.stop();
}

const cosineOf = async (index: SearchIndex, id: string) =>
  (await index.find("slug", { count: 10 })).candidates.find((candidate) => candidate.id === id)?.cosine;

test("the old vectors serve, new documents included, until the new ones are complete; then the old are gone", async () => {
  const at = home();
  await filled(at, new Gated("old/1", 0));
  const old = new Gated("old/1", 0);
  const next = new Gated("new/1", 1, false);
  const asked: string[] = [];
  const reopen = async (id: string) => {
    asked.push(id);
    return old;
  };
  const index = await at.open({ embedder: next, reopen });
  expect(asked).toEqual(["old/1"]);
  expect(await cosineOf(index, "slug")).toBeCloseTo(1);
  expect(old.queries).toContain("slug");
  expect(next.queries).toEqual([]);
  index.add(makeDocument("slugs", { name: "slugOfTitle" }));
  await until(async () => ((await cosineOf(index, "slugs")) ?? 0) > 0.99, {
    what: "a vector by the old one",
  });
  expect(index.stats()).toMatchObject({
    embedder: "old/1",
    rebuilding: { from: "old/1", to: "new/1", done: 0 },
  });
  // Searches go on through the change without one that has no vectors.
  next.open = true;
  let cosine = await cosineOf(index, "slug");
  while (index.stats().embedder === "old/1") {
    cosine = await cosineOf(index, "slug");
    expect(cosine).toBeCloseTo(1);
  }
  await index.settled();
  expect(index.stats()).toMatchObject({ embedder: "new/1", rebuilding: null, vectors: 5, backlog: 0 });
  expect(await cosineOf(index, "slug")).toBeCloseTo(1);
  expect(next.queries).toContain("slug");
  await until(() => old.stops === 1, { what: "the old embedder's end" });
  const databases = () => readdirSync(at.directory).filter((name) => /^vectors\..*\.sqlite$/.test(name));
  await until(() => databases().length === 1, { what: "the old files' end" });
  await index.stop();
  expect(next.stops).toBe(0);
});

test("a change that is interrupted goes on where it was", async () => {
  const at = home();
  await filled(at, new Gated("old/1", 0));
  const documents = Array.from({ length: 200 }, (_, n) => makeDocument(`d${n}`, { name: `thing ${n}` }));
  const first = await at.open({ embedder: new Gated("old/1", 0) });
  for (const document of documents) first.add(document);
  await first.settled();
  await first.stop();
  const next = new Gated("new/1", 1);
  const reopen = async () => new Gated("old/1", 0);
  const second = await at.open({ embedder: next, reopen });
  await until(() => next.texts.length > 0, { what: "the first batch", everyMs: 1 });
  next.open = false;
  await second.stop();
  const before = next.texts.length;
  next.open = true;
  const third = await at.open({ embedder: next, reopen });
  await third.settled();
  expect(third.stats()).toMatchObject({ embedder: "new/1", vectors: 204, rebuilding: null });
  // Only the batch that was under way was lost.
  expect(next.texts.length).toBeLessThanOrEqual(204 + 64);
  expect(before).toBeLessThan(204);
});

test.each([
  ["cannot be had", async () => undefined],
  ["fails to open", () => Promise.reject(new Error("no such model"))],
  ["is another one", async () => new Gated("other/1", 2)],
])("where the old embedder %s, the new vectors serve as they come", async (_, reopen) => {
  const at = home();
  await filled(at, new Gated("old/1", 0));
  const index = await at.open({ embedder: new Gated("new/1", 1), reopen });
  expect(index.stats()).toMatchObject({ embedder: "new/1", rebuilding: null });
  await index.settled();
  expect(await cosineOf(index, "slug")).toBeCloseTo(1);
  expect(readdirSync(at.directory).filter((name) => name.endsWith(".sqlite"))).toHaveLength(1);
});

test("back to the old one before the new one was complete: nothing is computed anew", async () => {
  const at = home();
  await filled(at, new Gated("old/1", 0));
  const second = await at.open({
    embedder: new Gated("new/1", 1, false),
    reopen: async () => new Gated("old/1", 0),
  });
  await second.stop();
  const old = new Gated("old/1", 0);
  const third = await at.open({ embedder: old, reopen: () => Promise.reject(new Error("not to be asked")) });
  await third.settled();
  expect(third.stats()).toMatchObject({ embedder: "old/1", vectors: 4, rebuilding: null });
  expect(old.texts).toEqual([]);
});

test("wanted documents come first, then the newest", async () => {
  const at = home();
  const gated = new Gated("one/1", 0, false);
  const index = await at.open({ embedder: gated });
  at.database.exec("BEGIN");
  for (let n = 0; n < 400; n++) index.add(makeDocument(`d${n}`, { name: `thing number${n}` }));
  at.database.exec("COMMIT");
  await index.find("thing", { count: 1 });
  index.want(["d7"]);
  gated.open = true;
  await index.settled();
  const order = gated.texts.map((text) => Number(/number(\d+)/.exec(text)?.[1]));
  expect(order).toHaveLength(400);
  // The first batch was on its way before anybody wanted anything.
  expect(order.indexOf(7)).toBeLessThan(130);
  const rest = order.slice(130);
  expect(rest).toEqual(rest.toSorted((left, right) => right - left));
});

test("a text that was embedded once costs nothing when it comes again", async () => {
  const at = home();
  const gated = new Gated("one/1", 0);
  const index = await at.open({ embedder: gated });
  for (const action of ACTIONS) index.add(action);
  await index.settled();
  expect(gated.texts).toHaveLength(4);
  for (const action of ACTIONS) index.remove(action.id);
  for (const action of ACTIONS) index.add({ ...action, id: `${action.id}-again` });
  await index.settled();
  expect(gated.texts).toHaveLength(4);
  expect(index.stats()).toMatchObject({ documents: 4, vectors: 4 });
});

test("one document that cannot be embedded holds up no other", async () => {
  const at = home();
  const picky: Embedder = {
    id: "picky/1",
    dimensions: 2,
    embed: async (texts) => {
      if (texts.some((text) => text.includes("poison"))) throw new Error("not this one");
      return texts.map(() => Float32Array.of(1, 0));
    },
  };
  const index = await at.open({ embedder: picky });
  index.add(makeDocument("poison", { name: "poison" }));
  for (const action of ACTIONS) index.add(action);
  await until(() => index.stats().vectors === 4, { what: "all others", timeoutMs: 20_000 });
  expect(index.stats()).toMatchObject({ documents: 5, backlog: 1 });
});
