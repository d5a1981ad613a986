import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("a limit and a later from continue the same series", async () => {
  const start = "2024-01-31T08:30:00";
  for (const rule of [
    "FREQ=MONTHLY",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU",
    "FREQ=YEARLY;BYDAY=-2WE",
    "FREQ=DAILY;INTERVAL=17",
  ]) {
    const all = await action({ start, rule, limit: 20 });
    const head = await action({ start, rule, limit: 12 });
    const tail = await action({ start, rule, limit: 8, from: `${all.occurrences[12]}` });
    assertEquals([...head.occurrences, ...tail.occurrences], all.occurrences, rule);
    const counted = await action({ start, rule: `${rule};COUNT=20` });
    assertEquals(counted, { ...all, complete: true }, rule);
  }
});

test("a weekday is every seventh day", async () => {
  const days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
  for (const [index, day] of days.entries()) {
    const { occurrences } = await action({ start: "1960-02-01", rule: `FREQ=MONTHLY;BYDAY=${day};COUNT=5` });
    const numbers = [1, 8, 15, 22, 29].map((first) => first + index);
    const expected = numbers.map((number) =>
      number <= 29 ? `1960-02-${`${number}`.padStart(2, "0")}` : `1960-03-0${number - 29}`,
    );
    assertEquals(occurrences, expected);
  }
});

test("election day: the first Tuesday after a Monday in November, every four years", async () => {
  const rule = "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3";
  const { occurrences } = await action({ start: "1996-11-05", rule });
  assertEquals(occurrences, ["1996-11-05", "2000-11-07", "2004-11-02"]);
});
