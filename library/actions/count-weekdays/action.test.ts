import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const iso = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

test("counting day by day gives the same", async () => {
  for (let length = 1; length <= 15; length += 1) {
    const first = 19_000 + length * 3;
    const days = Array.from({ length }, (_, index) => first + index);
    const holidays = days.filter((day) => day % 5 === 0);
    const { counts, ...sums } = await action({
      start: iso(first),
      end: iso(first + length - 1),
      holidays: holidays.map(iso),
    });
    const left = days
      .filter((day) => !holidays.includes(day))
      .map((day) => new Date(day * 86_400_000).getUTCDay());
    for (const [weekday, name] of names.entries())
      assertEquals(counts[name], left.filter((one) => one === weekday).length, `${name} of ${length}`);
    const workingDays = left.filter((weekday) => weekday % 6 !== 0).length;
    assertEquals(sums, { days: left.length, holidays: holidays.length, workingDays });
  }
});
