import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const brackets = [
  { upTo: 12_000, ratePercent: 0 },
  { upTo: 37_700.5, ratePercent: 19.5 },
  { upTo: 125_140, ratePercent: 42 },
  { ratePercent: 45.25 },
];

test("amounts and taxes of the bands add up", async () => {
  for (const income of [5000, 12_000, 37_700.5, 50_123.45, 1_000_000]) {
    const { bands, tax, taxable, net } = await action({ income, brackets });
    const sum = (part: "amount" | "tax") => bands.reduce((total, band) => total + band[part], 0);
    assertEquals(bands.length, 4);
    assertEquals(taxable, income);
    assertAlmostEquals(sum("amount"), income, 1e-9);
    assertAlmostEquals(sum("tax"), tax, 0.005001);
    assertAlmostEquals(net + tax, income, 1e-9);
  }
});

test("one more unit of income costs the marginal rate", async () => {
  for (const income of [0, 11_999, 12_000, 90_000, 125_140]) {
    const now = await action({ income, brackets });
    const more = await action({ income: income + 1, brackets });
    assertAlmostEquals(more.tax - now.tax, now.marginalRatePercent / 100, 0.0101);
    assert(more.net > now.net, "earning more never leaves less");
  }
});

test("an allowance is a first bracket of no tax", async () => {
  const allowed = await action({ income: 30_000, allowance: 9000, brackets: [{ ratePercent: 25 }] });
  const free = await action({
    income: 30_000,
    brackets: [{ upTo: 9000, ratePercent: 0 }, { ratePercent: 25 }],
  });
  assertEquals([allowed.tax, allowed.effectiveRatePercent], [5250, 17.5]);
  assertEquals([free.tax, free.effectiveRatePercent], [5250, 17.5]);
});
