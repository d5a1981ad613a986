import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("going forward and back returns to a working day", async () => {
  const holidays = ["2024-05-01", "2024-05-09", "2024-05-20"];
  for (const days of [1, 4, 5, 6, 23, 250]) {
    const there = await action({ date: "2024-04-30", days, holidays });
    const back = await action({ date: there.date, days: -days, holidays });
    assertEquals(back, { date: "2024-04-30", weekday: "Tuesday", calendarDays: -there.calendarDays });
  }
});

test("steps add up", async () => {
  const { date: halfway } = await action({ date: "2024-02-26", days: 7 });
  const { date: end } = await action({ date: halfway, days: 9 });
  const direct = await action({ date: "2024-02-26", days: 16 });
  assertEquals(direct, { date: "2024-03-19", weekday: "Tuesday", calendarDays: 22 });
  assertEquals(end, direct.date);
});

test("without weekend and holidays, working days are calendar days", async () => {
  for (const days of [-366, -1, 1, 29, 1461]) {
    assertEquals((await action({ date: "2020-02-29", days, weekend: [] })).calendarDays, days);
  }
});

test("each weekday has its name", async () => {
  const names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  for (const [index, name] of names.entries()) {
    assertEquals((await action({ date: `2024-01-0${index + 1}`, days: 0 })).weekday, name);
  }
});
