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
  "2024 Sept 5 (Thursday)",
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

test("every month, by its long or short name", async () => {
  const names = "January February March April May June July August September October November December";
  for (const [index, name] of names.split(" ").entries()) {
    const date = `2023-${String(index + 1).padStart(2, "0")}-28`;
    const text = index % 2 === 0 ? `28 ${name} 2023` : `${name.slice(0, 3)} 28 23`;
    assertEquals((await action({ text })).date, date);
  }
});

test("next and last weekdays lie within a week, today excluded", async () => {
  for (const name of ["Mon", "Wednesday", "Thur", "Sunday"]) {
    const { date } = await action({ text: `next ${name}`, reference: "2024-03-06" });
    assertEquals(date > "2024-03-06" && date <= "2024-03-13", true, name);
    const back = await action({ text: `last ${name}`, reference: date });
    assertEquals(back.date, (await action({ text: "last week", reference: date })).date, name);
  }
});

test("numbers and ordinals in words", async () => {
  const numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
  for (const [index, word] of numbers.entries()) {
    const { date } = await action({ text: `in ${word} days`, reference: "2024-03-05" });
    assertEquals(date, `2024-03-${String(index + 6).padStart(2, "0")}`);
  }
  for (const [index, word] of ["first", "second", "third", "fourth", "fifth"].entries()) {
    const { date } = await action({ text: `${word} Monday of July 2024` });
    assertEquals(date, `2024-07-${String(1 + 7 * index).padStart(2, "0")}`);
  }
});

test("a weekday counted within a month without a year lies ahead, or back if so wished", async () => {
  const near = async (text: string, reference: string, direction: "future" | "past" = "future") =>
    (await action({ text, reference, direction })).date;
  assertEquals(await near("first Monday of May", "2024-06-01"), "2025-05-05");
  assertEquals(await near("first Monday of May", "2024-05-06"), "2024-05-06");
  assertEquals(await near("last Friday of November", "2024-03-06", "past"), "2023-11-24");
  assertEquals(await near("fifth Monday of February", "2072-03-01"), "2112-02-29");
  assertEquals(await near("end of the month", "2024-02-10"), "2024-02-29");
});

test("a time of day by the hour is left out", async () => {
  assertEquals((await action({ text: "5 March 2024 at 3pm" })).date, "2024-03-05");
  assertEquals((await action({ text: "12 p.m. 05.03.2024" })).date, "2024-03-05");
});
