import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { KeywordIndex, queryTerms } from "../../../node/src/search/keyword-index.ts";
import { migrate } from "../../../node/src/search/tables.ts";
import { affordableTerms } from "../../../node/src/search/term-budget.ts";
import { ACTIONS, makeDocument } from "./helpers.ts";

let index: KeywordIndex;

beforeEach(() => {
  const database = new DatabaseSync(":memory:");
  migrate(database, "none/1");
  index = new KeywordIndex(database);
  ACTIONS.forEach((document, at) => {
    index.add(at + 1, document);
  });
});

const numbers = (query: string, only?: readonly number[]) =>
  index.search(queryTerms(query), 10, only).map(({ number }) => number);

test("stems and splits: words find identifiers", () => {
  expect(numbers("multiply two matrices")[0]).toBe(1);
  expect(numbers("counting a business day")[0]).toBe(3);
});

test("a name weighs more than a description", () => {
  index.add(10, makeDocument("x", { name: "other", description: "parrot talk" }));
  index.add(11, makeDocument("y", { name: "parrot", description: "other talk" }));
  expect(numbers("parrot")).toEqual([11, 10]);
});

test("only the given documents", () => {
  expect(numbers("text matrix date", [2, 3])).toEqual(expect.arrayContaining([2, 3]));
  expect(numbers("text matrix date", [2, 3])).toHaveLength(2);
});

test("what is removed is not found", () => {
  index.remove(1);
  expect(numbers("matrices")).toEqual([]);
});

test.each([
  '" OR *',
  "NEAR(",
  "name : matrices",
  "matrices AND NOT csv",
  "col:*^-",
  "'; DROP TABLE search_words; --",
  "🚀👩‍👩‍👧",
  "\u0000\uD800 matrices",
  "",
  "x".repeat(10_240),
  "matrices ".repeat(1_200),
])("no query is syntax: %j", (query) => {
  expect(() => numbers(query)).not.toThrow();
  expect(numbers("csv")).toEqual([4]);
});

test("no text of any script throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => void numbers(text)),
    {
      numRuns: 500,
    },
  );
});

test("the commonest words are given up first, never the rarest", () => {
  const counts: Record<string, number> = { a: 40_000, b: 20_000, c: 50_000, d: 9_000, e: 1, f: 0 };
  const afford = (terms: string) => affordableTerms([...terms], (term) => counts[term] ?? 0);
  expect(afford("abcdef")).toEqual(["e", "d", "b"]);
  expect(afford("fde")).toEqual(["e", "d"]);
});
