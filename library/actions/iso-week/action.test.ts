import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("the three forms lead to one another", async () => {
  for (const date of ["2004-12-31", "2005-01-02", "2008-12-29", "2010-01-03", "2016-02-29", "1583-10-15"]) {
    const found = await action({ date });
    assertEquals(found.date, date);
    assertEquals(await action({ date: found.weekDate }), found);
    assertEquals(await action({ date: found.ordinalDate.replace("-", "") }), found);
  }
});

test("a week starts on Monday and ends on Sunday", async () => {
  const names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  for (const [index, name] of names.entries()) {
    const { weekStart, weekEnd, weekday, weekdayName } = await action({ date: `2020-W01-${index + 1}` });
    assertEquals([weekStart, weekEnd, weekday, weekdayName], ["2019-12-30", "2020-01-05", index + 1, name]);
  }
});

test("quarters change with their months", async () => {
  const quarters: number[] = [];
  for (let month = 1; month <= 12; month += 1)
    quarters.push((await action({ date: `2023-${String(month).padStart(2, "0")}-01` })).quarter);
  assertEquals(quarters, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
});
