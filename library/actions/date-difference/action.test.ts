import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const dates = [
  "1600-02-29",
  "1899-12-31",
  "2000-02-29",
  "2023-01-30",
  "2023-03-31",
  "2024-02-28",
  "2024-02-29",
  "2024-03-30",
  "2100-03-01",
];

test("swapping the dates changes the sign only", async () => {
  const there = await action({ from: "2023-01-30", to: "2024-03-29" });
  const back = await action({ from: "2024-03-29", to: "2023-01-30" });
  assertEquals(there.iso, "P1Y1M29D");
  assertEquals(back, { ...there, sign: -1, iso: "-P1Y1M29D" });
});

test("years, months and days agree with the totals, for every pair of dates", async () => {
  for (const [index, from] of dates.entries()) {
    for (const to of dates.slice(index + 1)) {
      const found = await action({ from, to });
      assertEquals(found.totalDays, (Date.parse(to) - Date.parse(from)) / 86_400_000, `${from} to ${to}`);
      assertEquals(found.totalMonths, found.years * 12 + found.months);
      assert(
        found.months >= 0 && found.months < 12 && found.days >= 0 && found.days < 31,
        `${from} to ${to}`,
      );
    }
  }
});

test("a year ends on its anniversary, not on the day before", async () => {
  assertEquals((await action({ from: "2000-05-17", to: "2018-05-16" })).years, 17);
  assertEquals((await action({ from: "2000-05-17", to: "2018-05-17" })).years, 18);
});
