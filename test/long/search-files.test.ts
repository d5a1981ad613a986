import { readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SearchIndex } from "../../node/src/search/search-index.ts";
import { hits } from "../helpers/search-hits.ts";
import { ACTIONS, makeDocument, type SearchHome, useHomes } from "../node/search/helpers.ts";

const home = useHomes();
const OPTIONS = { graphFrom: 1 };

/** Fills an index, closes it, and returns what it answered. */
async function fill(at: SearchHome): Promise<readonly string[]> {
  const index = await at.open(OPTIONS);
  at.database.exec("BEGIN");
  for (const action of ACTIONS) index.add(action);
  for (let extra = 0; extra < 300; extra++)
    index.add(makeDocument(`extra${extra}`, { name: `filler number ${extra}` }));
  at.database.exec("COMMIT");
  await index.settled();
  const before = await answers(index);
  await index.stop();
  return before;
}

async function answers(index: SearchIndex): Promise<readonly string[]> {
  const found = await hits(index, "multiplication of matrices", 3);
  return found.map(({ id, parts }) => `${id} ${parts.relevance.toFixed(6)}`);
}

/** Opens again, expects the same answers, and returns what the log said. */
async function reopen(at: SearchHome, before: readonly string[]): Promise<string> {
  const index = await at.open(OPTIONS);
  await index.settled();
  expect(await answers(index)).toEqual(before);
  expect(index.stats()).toMatchObject({ documents: 304, vectors: 304, backlog: 0, rebuilding: null });
  await index.stop();
  return at.messages.splice(0).join("\n");
}

/** The one cache file with this ending. */
function fileOf(at: SearchHome, ending: string): string {
  const [name] = readdirSync(at.directory).filter(
    (entry) => entry.startsWith("vectors.") && entry.endsWith(ending),
  );
  if (name === undefined) throw new Error(`no ${ending} in ${readdirSync(at.directory)}`);
  return join(at.directory, name);
}

function flipBit(file: string, share: number): void {
  const bytes = readFileSync(file);
  const position = Math.floor(bytes.length * share);
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

test("untouched files are used as they are, without a word, and not written again", async () => {
  const at = home();
  const before = await fill(at);
  const endings = [".words", ".graph", ".graph.json"];
  const contents = endings.map((ending) => readFileSync(fileOf(at, ending)));
  expect(await reopen(at, before)).toBe("");
  expect(endings.map((ending) => readFileSync(fileOf(at, ending)))).toEqual(contents);
});

describe("a file that cannot be trusted is noticed, said once, and made anew", () => {
  const editManifest = (at: SearchHome, change: Record<string, unknown>) => {
    const file = fileOf(at, ".graph.json");
    const content = JSON.parse(readFileSync(file, "utf8"));
    Object.assign(content.manifest, change);
    writeFileSync(file, JSON.stringify(content));
  };
  const harms: [string, (at: SearchHome) => void, string | RegExp][] = [
    ["a bit flipped in the words", (at) => flipBit(fileOf(at, ".words"), 0.5), /words is damaged/],
    ["the words cut short", (at) => truncateSync(fileOf(at, ".words"), 10_000), /words/],
    ["the words empty", (at) => truncateSync(fileOf(at, ".words"), 0), /words is cut short/],
    ["a bit flipped in the graph", (at) => flipBit(fileOf(at, ".graph"), 0.3), "is damaged"],
    ["the graph cut short", (at) => truncateSync(fileOf(at, ".graph"), 10_000), "is damaged"],
    ["the graph missing", (at) => rmSync(fileOf(at, ".graph")), "is missing"],
    ["the graph of other dimensions", (at) => editManifest(at, { dimensions: 128 }), "dimensions"],
    ["the graph of other vectors", (at) => editManifest(at, { vectors: "x" }), "vectors"],
    ["a list of deletions changed", (at) => editManifest(at, { deleted: [1] }), "damaged"],
    ["a manifest that is not JSON", (at) => writeFileSync(fileOf(at, ".graph.json"), "{"), "manifest"],
    [
      "the vectors overwritten",
      (at) => writeFileSync(fileOf(at, ".sqlite"), "y".repeat(50_000)),
      /cannot be used/,
    ],
    ["the vectors cut short", (at) => truncateSync(fileOf(at, ".sqlite"), 9_000), /cannot be (used|read)/],
    ["the note of whose vectors serve damaged", (at) => writeFileSync(fileOf(at, ".serving"), "?"), ""],
  ];
  test.each(harms)("%s", async (_, harm, said) => {
    const at = home();
    const before = await fill(at);
    harm(at);
    expect(await reopen(at, before)).toMatch(said);
    expect(await reopen(at, before)).toBe("");
  });

  test("everything missing", async () => {
    const at = home();
    const before = await fill(at);
    for (const name of readdirSync(at.directory))
      if (name.startsWith("vectors.")) rmSync(join(at.directory, name));
    expect(await reopen(at, before)).toBe("");
  });
});

test("files of a former version are cleared away", async () => {
  const at = home();
  const before = await fill(at);
  const old = [at.indexFile, `${at.indexFile}.json`, `${at.indexFile}.0123456789ab.sqlite`];
  for (const file of old) writeFileSync(file, "old");
  writeFileSync(join(at.directory, "vectors.indexed"), "not ours");
  expect(await reopen(at, before)).toBe("");
  const left = readdirSync(at.directory);
  expect(old.filter((file) => left.includes(file.slice(at.directory.length + 1)))).toEqual([]);
  expect(left).toContain("vectors.indexed");
});

test("documents that came after the last save, and that went, are brought up to date", async () => {
  const at = home();
  await fill(at);
  const endings = [".words", ".graph", ".graph.json"];
  const saved = endings.map((ending) => ({
    file: fileOf(at, ending),
    bytes: readFileSync(fileOf(at, ending)),
  }));
  let index = await at.open(OPTIONS);
  index.remove("matrices");
  index.add(makeDocument("determinant", { name: "matricesDeterminant", description: "Of square matrices." }));
  await index.settled();
  const before = await answers(index);
  await index.stop();
  for (const { file, bytes } of saved) writeFileSync(file, bytes);
  index = await at.open(OPTIONS);
  await index.settled();
  expect(await answers(index)).toEqual(before);
  expect(before[0]).toMatch(/^determinant/);
  expect(at.messages).toEqual([]);
});

test("a catalogue that was put back is not mixed with what came after", async () => {
  const at = home();
  const index = await at.open(OPTIONS);
  for (const action of ACTIONS.slice(0, 3)) index.add(action);
  await index.settled();
  await index.stop();
  at.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const backup = readFileSync(join(at.directory, "catalogue.db"));
  const later = await at.open(OPTIONS);
  later.add(makeDocument("zebra", { name: "stripeZebra" }));
  await later.settled();
  await later.stop();
  const put = home();
  for (const name of readdirSync(at.directory))
    if (name.startsWith("vectors.")) renameSync(join(at.directory, name), join(put.directory, name));
  put.replaceDatabase(backup);
  const restored = await put.open(OPTIONS);
  restored.add(makeDocument("gnu", { name: "wildebeest" }));
  await restored.settled();
  const zebra = await hits(restored, "zebra stripe", 5);
  expect(zebra.every(({ id, parts }) => id !== "zebra" && parts.keyword === 0)).toBe(true);
  expect((await hits(restored, "wildebeest", 1))[0]).toMatchObject({
    id: "gnu",
    parts: { vector: 1 },
  });
  expect(restored.stats()).toMatchObject({ documents: 4, vectors: 4 });
});
