import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("at every internal rate the present value is zero", async () => {
  const series = [
    [-5000, 1200, 1300, 1400, 1500, 1600],
    [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000],
    [-4000, 25_000, -25_000],
    [1000, -300, -300, -300],
  ];
  for (const cashFlows of series) {
    const { irrPercents } = await action({ cashFlows, ratePercent: 10 });
    assert(irrPercents.length > 0, "some rate is found");
    for (const ratePercent of irrPercents) {
      assertAlmostEquals((await action({ cashFlows, ratePercent })).npv, 0, 1e-6);
    }
  }
});

test("yearly dates give what yearly periods give", async () => {
  const cashFlows = [-900, 300, 400, 500];
  const dates = ["2021-03-01", "2022-03-01", "2023-03-01", "2024-02-29"];
  const dated = await action({ cashFlows, dates, ratePercent: 6 });
  const plain = await action({ cashFlows, ratePercent: 6 });
  assertAlmostEquals(dated.npv, plain.npv, 1e-9);
  assertEquals(dated.irrPercents.length, 1);
  assertAlmostEquals(dated.irrPercents[0] ?? 0, plain.irrPercents[0] ?? 1, 1e-9);
});

test("rates near the ends of the range are found in long series", async () => {
  const loss = await action({ cashFlows: [-1e9, ...new Array(40).fill(1)], ratePercent: 0 });
  assertEquals(loss.irrPercents.length, 1);
  assert((loss.irrPercents[0] ?? 0) < 0, "a loss has a negative rate");
  const gain = await action({ cashFlows: [-1, 9000], ratePercent: 0 });
  assertAlmostEquals(gain.irrPercents[0] ?? 0, 899_900, 1e-4);
});
