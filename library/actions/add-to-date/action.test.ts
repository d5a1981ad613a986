import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("kept last days stay last days, month after month", async () => {
  let date = "2023-01-31";
  for (let month = 1; month <= 24; month += 1) {
    date = (await action({ date, months: 1, monthEnd: "keepLast" })).date;
    assertEquals((await action({ date, days: 1 })).date.slice(-2), "01", date);
  }
});

test("calendar days are days", async () => {
  for (const [months, years] of [
    [1, 0],
    [-7, 3],
    [40, -2],
  ]) {
    const there = await action({ date: "2020-02-29", months, years });
    const same = await action({ date: "2020-02-29", days: there.calendarDays });
    assertEquals([same.date, same.weekday], [there.date, there.weekday]);
  }
});

test("twelve months are a year and seven days a week", async () => {
  const a = await action({ date: "2024-08-31", months: 18, days: 21 });
  assertEquals(a, await action({ date: "2024-08-31", years: 1, months: 6, weeks: 3 }));
  assertEquals(a, { date: "2026-03-21", weekday: "Saturday", calendarDays: 567, adjusted: true });
});
