import { assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const near = (actual: number, expected: number) => assertAlmostEquals(actual / expected, 1, 1e-12);

test("the growth found between start and end is the growth that was given", async () => {
  for (const ratePercent of [-20, 0.001, 4.5, 250]) {
    const { endValue } = await action({ startValue: 1234, years: 7.5, ratePercent });
    const found = await action({ startValue: 1234, years: 7.5, endValue });
    near(found.annualGrowthPercent, ratePercent);
    near(found.interest, endValue - 1234);
  }
});

test("contributions one by one give the closed form", async () => {
  for (const contributeAt of ["start", "end"] as const) {
    let value = 5000;
    for (let month = 0; month < 36; month += 1) {
      value = contributeAt === "start" ? (value + 150) * 1.0025 : value * 1.0025 + 150;
    }
    const input = { startValue: 5000, years: 3, ratePercent: 3, periodsPerYear: 12, contribution: 150 };
    const found = await action({ ...input, contributeAt });
    near(found.endValue, value);
    assertEquals(found.contributed, 5400);
  }
});

test("after the doubling time the value has doubled", async () => {
  const { doublingYears } = await action({ startValue: 1, years: 1, ratePercent: 7, periodsPerYear: 4 });
  const years = doublingYears ?? 1;
  near((await action({ startValue: 10, years, ratePercent: 7, periodsPerYear: 4 })).endValue, 20);
});

test("a tiny rate with contributions loses no digits", async () => {
  const found = await action({ startValue: 0, years: 30, ratePercent: 1e-9, contribution: 1 });
  assertAlmostEquals(found.endValue, 30 + 435e-11, 1e-12);
});
