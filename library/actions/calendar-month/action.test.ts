import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("every day stands once, under its weekday", async () => {
  for (let month = 1; month <= 12; month += 1) {
    const { weeks, daysInMonth, weekdays } = await action({ year: 2023, month, weekStart: (month % 7) + 1 });
    const days = weeks.flatMap(({ days }) => days);
    assertEquals(
      days.filter((day) => day !== null),
      Array.from({ length: daysInMonth }, (_, index) => index + 1),
    );
    assertEquals(days.length, weeks.length * 7);
    const weekday = new Date(Date.UTC(2023, month - 1, 1)).getUTCDay();
    assertEquals(weekdays[days.indexOf(1)], ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"][weekday]);
  }
});

test("weeks are numbered through the turn of the year", async () => {
  const numbers = async (year: number, month: number) =>
    (await action({ year, month })).weeks.map(({ week }) => week);
  assertEquals(await numbers(2020, 12), [49, 50, 51, 52, 53]);
  assertEquals(await numbers(2021, 1), [53, 1, 2, 3, 4]);
  assertEquals(await numbers(2024, 12), [48, 49, 50, 51, 52, 1]);
});
