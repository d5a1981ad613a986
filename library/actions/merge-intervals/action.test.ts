import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

/** Numbers that look random and are always the same. */
const intervals = Array.from({ length: 40 }, (_, index) => {
  const start = (index * 7919) % 1000;
  return { start, end: start + ((index * 104_729) % 23) };
});
const covers = (spans: { start: number | string; end: number | string }[], point: number) =>
  spans.filter(({ start, end }) => Number(start) <= point && point < Number(end)).length;

test("every point is covered, or in a gap, or counted as the intervals have it", async () => {
  const { merged, gaps, overlaps, mostAtOnce } = await action({ intervals, within: { start: 0, end: 1000 } });
  let most = 0;
  for (let point = 0; point < 1000; point += 1) {
    const count = covers(intervals, point);
    most = Math.max(most, count);
    assertEquals([covers(merged, point), covers(gaps, point)], count > 0 ? [1, 0] : [0, 1], `${point}`);
    const overlap = overlaps.find(({ start, end }) => Number(start) <= point && point < Number(end));
    assertEquals(overlap?.count ?? Math.min(count, 1), count, `${point}`);
  }
  assertEquals(mostAtOnce, most);
});

test("merging again changes nothing, and covered and open make up the frame", async () => {
  const within = { start: 100, end: 900 };
  const once = await action({ intervals, within });
  const again = await action({ intervals: once.merged.toReversed(), within });
  assertEquals(again, { ...once, overlaps: [], mostAtOnce: 1 });
  assertEquals(once.total + once.gapTotal, 800);
  assert(once.gaps.length > 0, "there are gaps");
});
