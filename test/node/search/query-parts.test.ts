import { expect, test } from "vitest";
import { partsOf, questionVectors } from "../../../node/src/search/query-parts.ts";

test("a request of several steps is several questions", () => {
  const query = "Find the nearest pharmacy. Then tell me when it opens! Thanks.";
  expect(partsOf(query)).toEqual(["Find the nearest pharmacy.", "Then tell me when it opens!"]);
});

test("one sentence is one question, however long", () => {
  expect(partsOf("multiply two matrices of numbers, e.g. 2 × 2, and round")).toEqual([]);
  expect(partsOf("version 1.2.3 of a semantic version, compared")).toEqual([]);
  expect(partsOf("")).toEqual([]);
});

test("the number of questions is bounded", () => {
  expect(partsOf("Do this and that now. ".repeat(50))).toHaveLength(6);
});

test("each part keeps a third of the whole", () => {
  const [whole, part] = questionVectors(Float32Array.of(1, 0), [Float32Array.of(0, 1)]);
  expect(whole).toEqual(Float32Array.of(1, 0));
  expect(part?.[0]).toBeCloseTo(1 / 3);
  expect(part?.[1]).toBeCloseTo(2 / 3);
});
