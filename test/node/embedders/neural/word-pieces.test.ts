import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { WordPieces } from "../../../../node/src/embedders/neural/word-pieces.ts";

interface Fixture {
  readonly cases: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

const vocabulary = readFileSync(new URL("../../../../node/model/vocab.txt", import.meta.url), "utf8");
const fixtureFile = new URL("fixtures/tokenizer.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(fixtureFile, "utf8")) as Fixture;
const pieces = new WordPieces(vocabulary);
const LIMIT = 128;
/** Ids of the vocabulary that comes with the package. */
const [UNKNOWN, DOT] = [100, 1012];

test("every text of the fixture has the pieces that the teacher's tokenizer gives it", () => {
  const texts = cases.map(({ text }) => text);
  expect(texts.length).toBeGreaterThan(300);
  expect(texts.map((text) => ({ text, ids: pieces.idsOf(text, LIMIT) }))).toEqual(cases);
});

test("a text is cut to the limit, wherever that falls", () => {
  const [all, three] = [pieces.idsOf("internationalisation of embeddings", LIMIT), 3];
  expect(all.length).toBeGreaterThan(three);
  expect(pieces.idsOf("internationalisation of embeddings", three)).toEqual(all.slice(0, three));
  expect(pieces.idsOf("hi [SEP] hi [SEP]", three)).toHaveLength(three);
});

test("a halved surrogate pair is nothing", () => {
  expect(pieces.idsOf("a\ud83d b", LIMIT)).toEqual(pieces.idsOf("a b", LIMIT));
});

test("words longer than a hundred characters are not looked into", () => {
  expect(pieces.idsOf("a".repeat(101), LIMIT)).toEqual([UNKNOWN]);
  expect(pieces.idsOf(`${"😀".repeat(100)}.`, LIMIT)).toEqual([UNKNOWN, DOT]);
});

test("a megabyte costs what its beginning costs", () => {
  for (const unit of ["zq".repeat(49), "\u0315\u0300", "豈", "[SEP", "İ", " "]) {
    const times = (length: number) => `${unit} `.repeat(length / (unit.length + 1));
    const [megabyte, beginning] = [times(1_000_000), times(8192)];
    expect(pieces.idsOf(megabyte, LIMIT)).toEqual(pieces.idsOf(beginning, LIMIT));
    const startedAt = process.cpuUsage();
    for (let round = 0; round < 10; round++) pieces.idsOf(megabyte, LIMIT);
    // 2 ms each, on a quiet machine.
    expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(500);
  }
});
