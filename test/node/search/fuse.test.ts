import { expect, test } from "vitest";
import { fuse, vectorWeight } from "../../../node/src/search/fuse.ts";

const candidate = (number: number, keyword: number, cosine: number, factor = 1) => ({
  number,
  keyword,
  cosine,
  factor,
});

test("the best of both scores 1, and the parts say why", () => {
  const [first, second] = fuse([candidate(2, 5, 0.3), candidate(1, 10, 0.6)], 0.2);
  expect(first).toMatchObject({
    number: 1,
    score: 1,
    parts: { keyword: 1, vector: 1, alpha: 0.2, factor: 1 },
  });
  expect(second).toMatchObject({ number: 2, parts: { keyword: 0.5, cosine: 0.3 } });
  expect(second?.score).toBeCloseTo(0.5);
});

test("reputation decides between equals and stays within 0.85 and 1", () => {
  const fused = fuse([candidate(1, 10, 0, 0), candidate(2, 10, 0, 7), candidate(3, 10, 0, Number.NaN)], 0.2);
  expect(fused.map(({ number, parts }) => [number, parts.factor])).toEqual([
    [2, 1],
    [1, 0.85],
    [3, 0.85],
  ]);
});

test("reputation never lifts what is far less relevant", () => {
  const fused = fuse([candidate(1, 10, 0.5, 0), candidate(2, 5, 0.5, 1)], 0.2);
  expect(fused.map(({ number }) => number)).toEqual([1, 2]);
});

test("ties go to the document that was first", () => {
  expect(fuse([candidate(9, 1, 0), candidate(3, 1, 0)], 0.2).map(({ number }) => number)).toEqual([3, 9]);
});

test("no evidence at all is a score of 0, and a whisper of a cosine is not blown up", () => {
  const [low, none] = fuse([candidate(1, 0, 0), candidate(2, 0, 0.02)], 0.8);
  expect(low?.parts.vector).toBeCloseTo(0.1);
  expect(none).toMatchObject({ number: 1, score: 0 });
});

test("semantic vectors weigh more in short questions, lexical ones always little", () => {
  expect([3, 8, 9, 16, 17].map((count) => vectorWeight("semantic", count))).toEqual([
    0.8, 0.8, 0.4, 0.4, 0.2,
  ]);
  expect([3, 30].map((count) => vectorWeight("lexical", count))).toEqual([0.2, 0.2]);
});
