import { expect, test } from "vitest";
import { bestsOf, fuse, merged, vectorWeight } from "../../../node/src/finding/fuse.ts";

const candidate = (number: number, keyword: number, cosine: number | undefined) => ({
  number,
  id: String(number),
  keyword,
  cosine,
  twin: number,
});

const fused = (candidates: readonly ReturnType<typeof candidate>[], alpha: number) =>
  fuse(candidates, bestsOf(candidates), alpha);

test("the best of both scores 1, and the parts say why", () => {
  const [first, second] = fused([candidate(2, 5, 0.35), candidate(1, 10, 0.6)], 0.2);
  expect(first).toMatchObject({ number: 1, parts: { relevance: 1, keyword: 1, vector: 1, alpha: 0.2 } });
  expect(second).toMatchObject({ number: 2, parts: { keyword: 0.5, cosine: 0.35 } });
  expect(second?.parts.relevance).toBeCloseTo(0.5);
});

test("ties go to the document that was first", () => {
  expect(fused([candidate(9, 1, 0), candidate(3, 1, 0)], 0.2).map(({ number }) => number)).toEqual([3, 9]);
});

test("no evidence at all is a relevance of 0, and a whisper of a cosine is not blown up", () => {
  const [low, none] = fused([candidate(1, 0, 0), candidate(2, 0, 0.12)], 0.8);
  // 0.02 above what says nothing, of the 0.1 that a best cosine has at least.
  expect(low?.parts.vector).toBeCloseTo(0.2);
  expect(none).toMatchObject({ number: 1, parts: { relevance: 0 } });
});

test("what has no vector yet is judged by its words for both", () => {
  const [first, second] = fused([candidate(1, 8, undefined), candidate(2, 10, 0.5)], 0.8);
  expect(second).toMatchObject({ number: 1, parts: { vector: undefined, cosine: undefined } });
  expect(second?.parts.relevance).toBeCloseTo(0.8);
  expect(first?.parts.relevance).toBe(1);
});

test("what is left by a filter keeps its relevance: the bests are those of all", () => {
  const all = [candidate(1, 10, 0.9), candidate(2, 5, 0.5)];
  const [left] = fuse(all.slice(1), bestsOf(all), 0.8);
  expect(left?.parts.relevance).toBeCloseTo(0.5);
});

test("lists in order become one in order, read no further than asked", () => {
  const bests = { keyword: 10, cosine: 0.2 };
  const lists = [[9, 5, 1], [], [8, 5, 2]].map((keywords, list) =>
    fuse(
      keywords.map((keyword, index) => candidate(10 * list + index, keyword, 0)),
      bests,
      0,
    ),
  );
  expect([...merged(lists)].map(({ keyword }) => keyword)).toEqual([9, 8, 5, 5, 2, 1]);
  const [first] = merged(lists);
  expect(first?.keyword).toBe(9);
  expect([...merged([])]).toEqual([]);
});

test("vectors weigh more in short questions", () => {
  expect([3, 16, 17, 24, 25].map(vectorWeight)).toEqual([1, 1, 0.6, 0.6, 0.5]);
});
