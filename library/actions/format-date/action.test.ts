import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("the ISO pattern gives back the date", async () => {
  for (const date of [
    "2024-02-29T00:00:00.000+00:00",
    "0001-01-01T12:34:56.789-11:30",
    "9999-12-31T23:59:59.999+14:00",
  ])
    assertEquals((await action({ date, pattern: "YYYY-MM-DD[T]HH:mm:ss.SSSZ" })).text, date);
});

test("days of the month have their endings", async () => {
  const special = new Map([
    [1, "1st"],
    [2, "2nd"],
    [3, "3rd"],
    [21, "21st"],
    [22, "22nd"],
    [23, "23rd"],
    [31, "31st"],
  ]);
  for (let day = 1; day <= 31; day += 1) {
    const { text } = await action({ date: `2024-01-${String(day).padStart(2, "0")}`, pattern: "Do" });
    assertEquals(text, special.get(day) ?? `${day}th`);
  }
});

test("months have their names and quarters", async () => {
  const names =
    "January1 February1 March1 April2 May2 June2 July3 August3 September3 October4 November4 December4";
  for (const [index, name] of names.split(" ").entries()) {
    const date = `2023-${String(index + 1).padStart(2, "0")}-01`;
    assertEquals((await action({ date, pattern: "MMMMQ" })).text, name);
  }
});

test("weekdays have their names and numbers", async () => {
  const names = ["Mon 1", "Tue 2", "Wed 3", "Thu 4", "Fri 5", "Sat 6", "Sun 7"];
  for (const [index, name] of names.entries())
    assertEquals((await action({ date: `2024-01-0${index + 1}`, pattern: "ddd d" })).text, name);
});
