import fc from "fast-check";
import { expect, test } from "vitest";
import type { SearchDocument } from "../../../../node/src/search/types.ts";
import { impactsOf } from "../../../../node/src/search/words/word-fields.ts";
import { queryTerms, SCORE_UNIT, WordIndex } from "../../../../node/src/search/words/word-index.ts";
import { ACTIONS, makeDocument, seeded } from "../helpers.ts";

function fill(documents: readonly SearchDocument[]): WordIndex {
  const index = new WordIndex();
  documents.forEach((document, at) => {
    index.add(at + 1, document);
  });
  return index;
}

function find(index: WordIndex, query: string, count = 10): string[] {
  return index.search(queryTerms(query), count).map(({ slot }) => index.documents.ids.text(slot));
}

test("stems and splits: words find identifiers", () => {
  const index = fill(ACTIONS);
  expect(find(index, "multiply two matrices")[0]).toBe("matrices");
  expect(find(index, "counting a business day")[0]).toBe("weekdays");
  expect(find(fill([makeDocument("x", { name: "pedirCrédito" })]), "credito")).toEqual(["x"]);
});

test("a name weighs more than a description, and that more than an example", () => {
  const index = fill([
    makeDocument("x", { name: "other", examples: ["parrot talk"] }),
    makeDocument("y", {
      name: "other",
      description: "what a parrot says when it is asked for more than it knows",
    }),
    makeDocument("z", { name: "parrot", description: "other talk about whatever else there may be" }),
  ]);
  expect(find(index, "parrot")).toEqual(["z", "y", "x"]);
});

test("what is removed is not found; its id and number come again as others", () => {
  const index = fill(ACTIONS);
  index.remove(1);
  expect(find(index, "matrices")).toEqual([]);
  expect(index.documents.slotOfId("matrices")).toBeUndefined();
  index.add(9, makeDocument("matrices", { name: "invertMatrices" }));
  expect(find(index, "matrices")).toEqual(["matrices"]);
  expect(index.documents.size).toBe(ACTIONS.length);
});

test("repeating words in phrasings or tags pays nothing, and lists of words pay less than phrasings", () => {
  const honest = impactsOf(makeDocument("a", { useWhen: ["sort a list of numbers"] }));
  const twice = impactsOf(makeDocument("a", { useWhen: ["sort a list of numbers", "sort sort sort sort"] }));
  expect(twice.get("sort")).toBeLessThanOrEqual(honest.get("sort") ?? 0);
  const everything = Array.from({ length: 8 }, (_, at) =>
    Array.from({ length: 20 }, (__, word) => `word${at * 20 + word}`).join(" "),
  );
  const stuffed = impactsOf(makeDocument("a", { useWhen: ["sort a list of numbers", ...everything] }));
  expect(stuffed.get("sort")).toBeLessThan((honest.get("sort") ?? 0) / 2);
});

test.each([
  '" OR *',
  "name : matrices",
  "🚀👩‍👩‍👧",
  "\u0000\uD800 matrices",
  "",
  "x".repeat(10_240),
  "matrices ".repeat(1_200),
])("any query is answered: %.20j", (query) => {
  const index = fill(ACTIONS);
  expect(() => find(index, query)).not.toThrow();
  expect(find(index, "csv")).toEqual(["csv"]);
});

test("no text of any script throws, in documents and queries", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const index = fill([makeDocument(one, { name: other, description: one })]);
      expect(index.documents.size).toBe(1);
      find(index, other);
    }),
    { numRuns: 300 },
  );
});

/** The definition, as simply as it can be written: every document's score, then the best. */
function byDefinition(
  documents: readonly (SearchDocument | undefined)[],
  terms: readonly string[],
): { at: number; score: number }[] {
  const impacts = documents.map((document) => (document === undefined ? undefined : impactsOf(document)));
  const weight = (holders: number) =>
    Math.max(1, Math.round(Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5)) * 1_024));
  const score = (own: ReadonlyMap<string, number>) =>
    terms.reduce((sum, term) => {
      const holders = impacts.filter((other) => other?.has(term)).length;
      return sum + (own.get(term) ?? 0) * weight(holders);
    }, 0);
  return impacts
    .map((own, at) => ({ at, score: own === undefined ? 0 : score(own) }))
    .filter((scored) => scored.score > 0)
    .sort((left, right) => right.score - left.score || left.at - right.at);
}

test("the answer is exactly what the definition says, whatever was added", () => {
  const word = fc.constantFrom(..."alpha beta gamma delta epsilon zeta eta theta iota kappa".split(" "));
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(" "));
  const document = fc.record({ name: text, description: text, phrase: text, parameter: text });
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 40 }),
      text,
      fc.integer({ min: 1, max: 50 }),
      (made, query, count) => {
        const documents = made.map(({ name, description, phrase, parameter }, at) =>
          makeDocument(`d${at}`, { name, description, useWhen: [phrase], parameters: [parameter] }),
        );
        const index = fill(documents);
        const terms = queryTerms(query);
        const expected = byDefinition(documents, terms);
        const got = index.search(terms, count).map(({ slot, score }) => ({ at: slot, score }));
        expect(got).toEqual(expected.slice(0, count));
        const slots = Uint32Array.from(documents.keys()).filter((slot) => slot % 2 === 0);
        const among = index.searchAmong(terms, count, slots).map(({ slot, score }) => ({ at: slot, score }));
        expect(among).toEqual(expected.filter(({ at }) => at % 2 === 0).slice(0, count));
      },
    ),
    { numRuns: 200 },
  );
});

test("leaving out what cannot matter changes nothing: 60,000 documents, rare and common words", () => {
  const random = seeded(3);
  const count = 60_000;
  const documents = Array.from({ length: count }, (_, at) => {
    const words = ["common"];
    for (let rank = 1; rank <= 12; rank++) if (random() < 1 / rank) words.push(`often${rank}`);
    words.push(`rare${Math.floor(random() * 2_000)}`);
    return makeDocument(`d${at}`, { name: words.slice(-2).join(" "), description: words.join(" ") });
  });
  const index = fill(documents);
  const everywhere = Uint32Array.from(documents.keys());
  for (const query of [
    "rare7 common often1 often2 often3 often4",
    "rare3 rare9 often1 common",
    "often1 often2 common",
  ]) {
    const terms = queryTerms(query);
    const scores = index.scores(terms, everywhere);
    const expected = [...scores.keys()]
      .filter((slot) => scores[slot] !== 0)
      .sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || left - right)
      .slice(0, 50);
    expect(index.search(terms, 50).map(({ slot }) => slot)).toEqual(expected);
  }
  expect(SCORE_UNIT).toBeGreaterThan(0);
});
