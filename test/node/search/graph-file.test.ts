import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Embedder } from "../../../node/src/embedders/types.ts";
import { ACTIONS, makeDocument, type SearchHome, useHomes } from "./helpers.ts";

const home = useHomes();

/** Fills an index, closes it, and returns what it answered. */
async function fill(at: SearchHome): Promise<readonly string[]> {
  const index = await at.open();
  for (const action of ACTIONS) index.add(action);
  for (let extra = 0; extra < 300; extra++)
    index.add(makeDocument(`extra${extra}`, { name: `filler number ${extra}` }));
  await index.settled();
  const before = await answers(index);
  await index.stop();
  expect(existsSync(at.indexFile)).toBe(true);
  return before;
}

async function answers(index: Awaited<ReturnType<SearchHome["open"]>>): Promise<readonly string[]> {
  const hits = await index.search("multiplication of matrices", { limit: 3 });
  return hits.map(({ id, score }) => `${id} ${score.toFixed(6)}`);
}

/** Opens again, expects the same answers, and returns what the log said. */
async function reopen(at: SearchHome, before: readonly string[]): Promise<string> {
  const index = await at.open();
  await index.settled();
  expect(await answers(index)).toEqual(before);
  expect(index.stats()).toMatchObject({ documents: 304, vectors: 304, backlog: 0 });
  await index.stop();
  return at.messages.join("\n");
}

test("an untouched file is used as it is, without a word, and not written again", async () => {
  const at = home();
  const before = await fill(at);
  const manifest = readFileSync(`${at.indexFile}.json`, "utf8");
  expect(await reopen(at, before)).toBe("");
  expect(readFileSync(`${at.indexFile}.json`, "utf8")).toBe(manifest);
});

describe("a file that cannot be trusted is noticed and made anew", () => {
  const flipBit = (file: string, position: number) => {
    const bytes = readFileSync(file);
    bytes[position] = (bytes[position] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };
  const editManifest = (file: string, edit: (manifest: Record<string, unknown>) => void) => {
    const content = JSON.parse(readFileSync(`${file}.json`, "utf8"));
    edit(content.manifest);
    writeFileSync(`${file}.json`, JSON.stringify(content));
  };
  const harms: [string, (file: string) => void, string | RegExp][] = [
    ["a bit flipped in the middle", (file) => flipBit(file, 40_000), "is damaged"],
    ["cut short", (file) => truncateSync(file, 10_000), "is damaged"],
    ["empty", (file) => truncateSync(file, 0), "is damaged"],
    [
      "other dimensions",
      (file) => editManifest(file, (m) => Object.assign(m, { dimensions: 128 })),
      "dimensions",
    ],
    [
      "another embedder",
      (file) => editManifest(file, (m) => Object.assign(m, { embedder: "x/1" })),
      "embedder",
    ],
    [
      "another database",
      (file) => editManifest(file, (m) => Object.assign(m, { generation: "x" })),
      "generation",
    ],
    [
      "a list of deletions changed",
      (file) => editManifest(file, (m) => Object.assign(m, { deleted: [1] })),
      "damaged",
    ],
    ["a manifest that is not JSON", (file) => writeFileSync(`${file}.json`, "{"), "manifest"],
    ["the graph missing", (file) => rmSync(file), "is missing"],
  ];
  test.each(harms)("%s", async (_, harm, said) => {
    const at = home();
    const before = await fill(at);
    harm(at.indexFile);
    expect(await reopen(at, before)).toMatch(said);
    at.messages.length = 0;
    expect(await reopen(at, before)).toBe("");
  });
});

test("after kill -9 before the first save everything is there again", async () => {
  const at = home();
  const before = await fill(at);
  rmSync(at.indexFile);
  rmSync(`${at.indexFile}.json`);
  expect(await reopen(at, before)).toBe("");
});

test("documents that came after the last save, and that went, are brought up to date", async () => {
  const at = home();
  await fill(at);
  const saved = [at.indexFile, `${at.indexFile}.json`].map((file) => ({ file, bytes: readFileSync(file) }));
  let index = await at.open();
  index.remove("matrices");
  index.add(makeDocument("determinant", { name: "matrixDeterminant", description: "Of a square matrix." }));
  await index.settled();
  const before = await answers(index);
  await index.stop();
  for (const { file, bytes } of saved) writeFileSync(file, bytes);
  index = await at.open();
  await index.settled();
  expect(await answers(index)).toEqual(before);
  expect(before[0]).toMatch(/^determinant/);
});

test("another embedder makes all vectors anew", async () => {
  const at = home();
  await fill(at);
  const constant: Embedder = {
    id: "axis-3/1",
    dimensions: 3,
    embed: async (texts) =>
      texts.map((text) => (text.includes("slug") ? Float32Array.of(1, 0, 0) : Float32Array.of(0, 0, 1))),
  };
  const index = await at.open({ embedder: constant });
  await index.settled();
  expect(index.stats()).toMatchObject({ vectors: 304, backlog: 0, embedder: "axis-3/1" });
  const [hit] = await index.search("slugs", { limit: 1 });
  expect(hit).toMatchObject({ id: "slug", parts: { cosine: 1 } });
});
