import type { Score } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { shareAmongAuthors } from "../../../node/src/finding/author-share.ts";
import { colourOf, LEAST_FACTOR, scoreOf } from "../../../node/src/finding/rank.ts";

const score = (value: number, pass = 0, fail = 0): Score => ({
  value,
  verdicts: { pass, fail },
  feedback: { peers: 0, runs: 0, succeeded: 0, useful: 0, useless: 0 },
});

test("a proof made here counts most, those of others with their number, none least", () => {
  const proofs = [colourOf("pending", score(0.5)), colourOf("pending", score(0.5, 2))];
  const values = [...proofs, colourOf("pending", score(0.5, 40)), colourOf("passed", score(0.5))];
  const verdicts = values.map((colour) => colour.verdicts);
  expect(verdicts).toEqual(verdicts.toSorted((a, b) => a - b));
  expect(new Set(verdicts).size).toBe(4);
  expect(verdicts.at(-1)).toBe(1);
  expect(colourOf("pending", score(0.5, 3, 9)).verdicts).toBe(colourOf("pending", score(0.5)).verdicts);
});

test("all opinions together take away at most 15 %, and nothing lifts", () => {
  for (const value of [0, 0.3, 1, 7, -2, Number.NaN])
    for (const standing of ["passed", "pending", "unknown"] as const)
      for (const [pass, fail] of [
        [0, 0],
        [256, 0],
        [0, 256],
      ] as const) {
        const coloured = scoreOf(0.6, colourOf(standing, score(value, pass, fail)));
        expect(coloured).toBeGreaterThanOrEqual(0.6 * LEAST_FACTOR);
        expect(coloured).toBeLessThanOrEqual(0.6);
      }
  const praised = scoreOf(0.5, colourOf("passed", score(1, 256)));
  expect(praised).toBeLessThan(scoreOf(0.6, colourOf("pending", score(0))));
});

test("an author has three places of ten before others that match about as well, and no more", () => {
  const items = [
    ...Array.from({ length: 8 }, (_, index) => ({ author: "flood", score: 0.9 - index / 1000 })),
    { author: "one", score: 0.85 },
    { author: "two", score: 0.84 },
    { author: "far", score: 0.5 },
  ];
  const placed = shareAmongAuthors(items, 10, ({ author }) => author);
  const authors = placed.map(({ item }) => item.author);
  expect(authors.slice(0, 5)).toEqual(["flood", "flood", "flood", "one", "two"]);
  expect(authors.at(-1)).toBe("far");
  expect(placed).toHaveLength(items.length);
  expect(placed.slice(0, 4).map(({ author }) => author)).toEqual([1, 1, 1, 1]);
  expect(placed[5]).toMatchObject({ author: 0.9, item: { author: "flood" } });
});

test("what has no author takes nobody's share", () => {
  const items = Array.from({ length: 9 }, (_, index) => ({ score: 1 - index / 100 }));
  expect(shareAmongAuthors(items, 10, () => undefined).map(({ item }) => item)).toEqual(items);
});
