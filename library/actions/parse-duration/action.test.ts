import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

test("the normalised form means the same as what was read", async () => {
  const texts = ["1y 3mo", "90 min", "-36h", "P3W", "100 days and 1 ms", "0:00:59.999", "12 months 400 h"];
  for (const text of texts) {
    const once = await action({ text });
    assertEquals(await action({ text: once.iso }), once, text);
    assertEquals(await action({ text: once.words.replace("minus ", "-") }), once, text);
  }
});

test("every spelling of a unit has the unit's length", async () => {
  const spellings: [number, string[]][] = [
    [1, ["ms", "msec", "msecs", "millisecond", "milliseconds"]],
    [1000, ["s", "sec", "secs", "second", "seconds"]],
    [60_000, ["m", "min", "mins", "minute", "minutes"]],
    [3_600_000, ["h", "hr", "hrs", "hour", "hours"]],
    [86_400_000, ["d", "day", "days"]],
    [604_800_000, ["w", "wk", "wks", "week", "weeks"]],
    [2_629_746_000, ["mo", "mos", "mon", "mth", "mths", "month", "months"]],
    [31_556_952_000, ["y", "yr", "yrs", "year", "years"]],
  ];
  for (const [length, names] of spellings) {
    for (const name of names)
      assertEquals((await action({ text: `3${name}` })).milliseconds, 3 * length, name);
  }
});

test("each unit carries into the next at its limit, not before", async () => {
  const iso = async (text: string) => (await action({ text })).iso;
  assertEquals(await iso("59s"), "PT59S");
  assertEquals(await iso("60s"), "PT1M");
  assertEquals(await iso("59m"), "PT59M");
  assertEquals(await iso("60m"), "PT1H");
  assertEquals(await iso("23h"), "PT23H");
  assertEquals(await iso("24h"), "P1D");
  assertEquals(await iso("11mo"), "P11M");
  assertEquals(await iso("12mo"), "P1Y");
  assertEquals(await iso("1mo 1m"), "P1MT1M");
});

test("only months and years are approximate", async () => {
  for (const [text, approximate] of [
    ["1mo", true],
    ["2y", true],
    ["5w", false],
  ] as const)
    assertEquals((await action({ text })).approximate, approximate, text);
});

test("a clock time has two digits below sixty in minutes and seconds", async () => {
  assertEquals((await action({ text: "1:59:59" })).milliseconds, 7_199_000);
  for (const text of ["1:60:00", "1:00:60", "1:5:00", "01:30", "at 1:00:00", "1:00:00 h"]) {
    await assertRejects(async () => action({ text }), "Cannot read");
  }
});
