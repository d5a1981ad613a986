import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("exactly one last digit makes a number valid", async () => {
  const found = await Promise.all(
    Array.from({ length: 10 }, (_, digit) => action({ number: `453957804391182${digit}` })),
  );
  assertEquals(
    found.filter(({ valid }) => valid).map(({ masked }) => masked),
    [`••••••••••••182${found[0]?.expectedCheckDigit}`],
  );
});

test("the ends of each range belong to it, and their neighbours do not", async () => {
  const schemes: [string, string | null][] = [
    ["33", null],
    ["34", "American Express"],
    ["35", null],
    ["37", "American Express"],
    ["299", null],
    ["300", "Diners Club"],
    ["305", "Diners Club"],
    ["306", null],
    ["3095", "Diners Club"],
    ["36", "Diners Club"],
    ["38", "Diners Club"],
    ["39", "Diners Club"],
    ["3527", null],
    ["3528", "JCB"],
    ["3589", "JCB"],
    ["3590", null],
    ["2199", null],
    ["2200", "Mir"],
    ["2204", "Mir"],
    ["2205", null],
    ["2220", null],
    ["2221", "Mastercard"],
    ["2720", "Mastercard"],
    ["50", "Maestro"],
    ["51", "Mastercard"],
    ["55", "Mastercard"],
    ["56", "Maestro"],
    ["58", "Maestro"],
    ["59", null],
    ["6011", "Discover"],
    ["6012", "Maestro"],
    ["643", "Maestro"],
    ["644", "Discover"],
    ["649", "Discover"],
    ["65", "Discover"],
    ["62", "UnionPay"],
    ["7", null],
  ];
  for (const [start, scheme] of schemes)
    assertEquals((await action({ number: start.padEnd(16, "0") })).scheme, scheme, start);
});

test("each scheme has its lengths", async () => {
  const lengths: [string, number, boolean][] = [
    ["36", 13, false],
    ["36", 14, true],
    ["36", 15, true],
    ["6", 11, false],
    ["6", 12, true],
    ["6", 13, true],
    ["35280", 17, true],
    ["35280", 18, true],
    ["35280", 19, true],
    ["35280", 20, false],
  ];
  for (const [start, length, isRight] of lengths) {
    const { problem } = await action({ number: start.padEnd(length, "0") });
    assertEquals(problem !== "length", isRight, `${start} ${length}`);
  }
});
