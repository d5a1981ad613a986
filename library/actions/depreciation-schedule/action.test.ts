import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const methods = ["straight-line", "declining-balance", "sum-of-years"] as const;

test("every schedule adds up and ends at the salvage value", async () => {
  for (const method of methods) {
    for (const monthsInFirstYear of [12, 7, 1]) {
      const asset = { cost: 12_345.67, salvage: 1234.5, lifeYears: 7, method, monthsInFirstYear };
      const { schedule, totalDepreciation } = await action(asset);
      assertEquals(schedule.length, monthsInFirstYear === 12 ? 7 : 8);
      assertEquals(schedule.at(-1)?.bookValue, 1234.5);
      assertAlmostEquals(totalDepreciation, 11_111.17, 1e-9);
      let before = asset.cost;
      for (const [index, row] of schedule.entries()) {
        assertEquals(row.year, index + 1);
        assert(row.depreciation > 0, "every year writes something off");
        assertAlmostEquals(row.bookValue, before - row.depreciation, 1e-9);
        assertAlmostEquals(row.accumulated, asset.cost - row.bookValue, 1e-9);
        before = row.bookValue;
      }
    }
  }
});

test("without the switch, declining balance loses the same share every year", async () => {
  const asset = { cost: 1_000_000, lifeYears: 10, method: "declining-balance" as const };
  const { schedule } = await action({ ...asset, switchToStraightLine: false });
  for (const { year, bookValue } of schedule) assertAlmostEquals(bookValue, 1_000_000 * 0.8 ** year, 0.0051);
});
