import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { WordFileError } from "../../../../node/src/search/errors.ts";
import { queryTerms, WordIndex } from "../../../../node/src/search/words/word-index.ts";
import { loadWords, saveWords } from "../../../../node/src/search/words/word-snapshot.ts";
import { temporaryFolder } from "../../../helpers/temporary.ts";
import { makeDocument, seeded } from "../helpers.ts";

const random = seeded(11);
const noun = () => `noun${Math.floor(random() ** 2 * 300)}`;
const document = (number: number) =>
  makeDocument(`document-${number}`, {
    name: noun(),
    description: Array.from({ length: 12 }, noun).join(" "),
  });
const DOCUMENTS = Array.from({ length: 3_000 }, (_, at) => document(at));
const QUERIES = ["noun1 noun2", "noun7", "noun200 noun0 noun99 noun50", "nothing"];

function fill(from: number, to: number, index = new WordIndex()): WordIndex {
  for (let at = from; at < to; at++) index.add(at + 1, DOCUMENTS[at] ?? document(at));
  index.position = { document: to, removal: 3 };
  return index;
}

function answers(index: WordIndex): unknown {
  return QUERIES.map((query) =>
    index
      .search(queryTerms(query), 20)
      .map(({ slot, score }) => [index.documents.numbers.at(slot), index.documents.ids.text(slot), score]),
  );
}

const catalogue = (document: number) => ({ generation: "one", document, removal: 3 });

test("what is loaded answers as what was saved, and goes on growing alike", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "words");
  const index = fill(0, 2_000);
  for (const number of [5, 70, 1_999]) index.remove(number);
  await saveWords(index, "one", file);
  const loaded = loadWords(file, catalogue(2_000));
  if (loaded === undefined) throw new Error("nothing was loaded");
  expect(loaded.position).toEqual({ document: 2_000, removal: 3 });
  expect(answers(loaded)).toEqual(answers(index));
  expect(loaded.documents.size).toBe(1_997);
  expect(loaded.documents.slotOfId("document-4")).toBeUndefined();
  expect(answers(fill(2_000, 3_000, loaded))).toEqual(answers(fill(2_000, 3_000, index)));
});

test("what is added while it is being written is not in the file, and harms nothing", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "words");
  const index = fill(0, 1_500);
  const expected = answers(index);
  const saving = saveWords(index, "one", file);
  fill(1_500, 2_200, index);
  await Promise.resolve();
  index.remove(3);
  fill(2_200, 3_000, index);
  await saving;
  const loaded = loadWords(file, catalogue(3_000));
  if (loaded === undefined) throw new Error("nothing was loaded");
  expect(answers(loaded)).toEqual(expected);
  fill(1_500, 3_000, loaded).remove(3);
  expect(answers(loaded)).toEqual(answers(index));
});

describe("a file that cannot be trusted is refused", () => {
  const flip = (file: string, at: (length: number) => number) => {
    const bytes = readFileSync(file);
    const place = at(bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ 4;
    writeFileSync(file, bytes);
  };
  const harms: [string, (file: string) => void][] = [
    ["empty", (file) => truncateSync(file, 0)],
    ["cut short by a byte", (file) => truncateSync(file, readFileSync(file).length - 1)],
    ["cut in the middle", (file) => truncateSync(file, readFileSync(file).length >> 1)],
    ["a bit flipped at the beginning", (file) => flip(file, () => 100)],
    ["a bit flipped among postings", (file) => flip(file, (length) => length - 1_100_000)],
    ["a bit flipped in the contents", (file) => flip(file, (length) => length - 60)],
    ["a bit flipped in the length of the contents", (file) => flip(file, (length) => length - 2)],
  ];
  test.each(harms)("%s", async (_, harm) => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "words");
    await saveWords(fill(0, 500), "one", file);
    harm(file);
    expect(() => loadWords(file, catalogue(500))).toThrow(WordFileError);
  });

  test("of another catalogue, or of one that was put back since", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "words");
    await saveWords(fill(0, 500), "one", file);
    expect(() => loadWords(file, { generation: "two", document: 500, removal: 3 })).toThrow(WordFileError);
    expect(() => loadWords(file, catalogue(499))).toThrow(WordFileError);
    expect(() => loadWords(file, { generation: "one", document: 500, removal: 2 })).toThrow(WordFileError);
    expect(loadWords(join(folder.path, "none"), catalogue(500))).toBeUndefined();
  });
});
