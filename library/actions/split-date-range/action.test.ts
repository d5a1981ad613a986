import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const range = { start: "1999-11-17", end: "2004-02-29" };

test("periods follow each other without gap and add up", async () => {
  for (const by of ["week", "month", "quarter", "year"] as const)
    for (const more of [{}, { weekStart: 7, yearStartMonth: 7 }]) {
      const { periods, days } = await action({ ...range, by, ...more });
      assertEquals([periods[0]?.start, periods.at(-1)?.end, days], [range.start, range.end, 1566]);
      assertEquals(
        periods.reduce((sum, period) => sum + period.days, 0),
        days,
      );
      for (const [index, { start }] of periods.slice(1).entries()) {
        const gap = daysBetween(`${periods[index]?.end}`, start);
        assertEquals(gap, 1, `${by} ${start}`);
      }
      const inner = periods.slice(1, -1);
      assertEquals(inner.filter(({ complete }) => complete).length, inner.length);
      assertEquals(new Set(periods.map(({ label }) => label)).size, periods.length);
    }
});

test("the most periods allowed", async () => {
  const { periods } = await action({ start: "2000-01-01", end: "2013-09-08", by: "day" });
  assertEquals(periods.length, 5000);
});

test("years have 52 or 53 ISO weeks", async () => {
  for (const [year, weeks] of [
    [2015, 53],
    [2016, 52],
    [2020, 53],
    [2026, 53],
  ]) {
    const { periods } = await action({ start: `${year}-01-04`, end: `${year}-12-28`, by: "week" });
    assertEquals([periods.at(-1)?.label, periods.length], [`${year}-W${weeks}`, weeks]);
  }
});

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}
