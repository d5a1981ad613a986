import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const written = [
  "2024-09-05",
  "Thu Sep 05 2024 10:00:00 GMT+0200 (CEST)",
  "Thursday, September 5th, 2024 at 4:15 p.m.",
  "the 5th of Sept. 2024",
  "10:00 EDT Sept 5 2024",
  "5sep2024",
  "05/Sep/2024:10:00:00 +0000",
  "2024-Sep-05",
  "  5.9.2024 ",
];

test("one day in many forms", async () => {
  for (const text of written)
    assertEquals(
      await action({ text }),
      { date: "2024-09-05", weekday: "Thursday", usedReference: false },
      text,
    );
});

test("every name of a month, long and short", async () => {
  const names = "January February March April May June July August September October November December";
  for (const [index, name] of names.split(" ").entries()) {
    const date = `2023-${String(index + 1).padStart(2, "0")}-28`;
    assertEquals((await action({ text: `28 ${name} 2023` })).date, date);
    assertEquals((await action({ text: `${name.slice(0, 3)} 28 23` })).date, date);
  }
});

test("next and last weekdays lie within a week, today excluded", async () => {
  for (const name of ["Mon", "Tues", "Wednesday", "Thur", "Fri", "Sat", "Sunday"]) {
    const { date } = await action({ text: `next ${name}`, reference: "2024-03-06" });
    assertEquals(date > "2024-03-06" && date <= "2024-03-13", true, name);
    const back = await action({ text: `last ${name}`, reference: date });
    assertEquals(back.date, (await action({ text: "last week", reference: date })).date, name);
  }
});
