import { expect, test } from "vitest";
import { lineCounter } from "../../../node/src/analysis/lines.ts";
import { spread } from "../../../node/src/analysis/spread.ts";

test("items are taken evenly, in order, exactly as many as asked", () => {
  const items = Array.from({ length: 10 }, (_, i) => i);
  expect(spread(items, 20)).toEqual(items);
  expect(spread(items, 5)).toEqual([0, 2, 4, 6, 8]);
  expect(spread(items, 0)).toEqual([]);
  for (let most = 0; most <= 10; most++) expect(spread(items, most)).toHaveLength(most);
});

test("lines are counted from 1", () => {
  const lineOf = lineCounter("a\nbc\n\nd");
  expect([0, 1, 2, 4, 5, 6].map(lineOf)).toEqual([1, 1, 2, 2, 3, 4]);
});
