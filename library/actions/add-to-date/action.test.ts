import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("kept last days stay last days, month after month", async () => {
  let date = "2023-01-31";
  for (let month = 1; month <= 18; month += 1) {
    date = (await action({ date, months: 1, monthEnd: "keepLast" })).date;
    assertEquals((await action({ date, days: 1 })).date.slice(-2), "01", date);
  }
});

test("calendar days are days", async () => {
  const steps = [{ months: 1 }, { months: -7, years: 3 }, { months: 40, years: -2 }];
  for (const step of steps) {
    const there = await action({ date: "2020-02-29", ...step });
    const same = await action({ date: "2020-02-29", days: there.calendarDays });
    assertEquals([same.date, same.weekday], [there.date, there.weekday]);
  }
});

test("twelve months are a year and seven days a week", async () => {
  const a = await action({ date: "2024-08-31", months: 18, days: 21 });
  assertEquals(a, await action({ date: "2024-08-31", years: 1, months: 6, weeks: 3 }));
  assertEquals(a, { date: "2026-03-21", weekday: "Saturday", calendarDays: 567, adjusted: true });
});

test("each weekday has its name", async () => {
  const names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  for (const [days, name] of names.entries())
    assertEquals((await action({ date: "2024-01-01", days })).weekday, name);
});
