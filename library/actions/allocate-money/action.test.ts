import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const weights = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];

test("the parts add up and none is a cent away from its exact share", async () => {
  for (const cents of [1, 7, 43, 44, 99, 12_345, 99_999_999_999]) {
    const { parts, leftover } = await action({ amount: cents / 100, weights });
    const units = parts.map((part) => Math.round(part * 100));
    assertEquals(
      units.reduce((sum, unit) => sum + unit, 0),
      cents,
    );
    assert(leftover < weights.length, "fewer cents left over than parts");
    for (const [index, unit] of units.entries()) {
      assert(Math.abs(unit - (cents * (weights[index] ?? 0)) / 44) < 1, `part ${index} of ${cents}`);
    }
  }
});

test("only the proportions of the weights matter", async () => {
  const whole = await action({ amount: 77.77, weights });
  assertEquals(await action({ amount: 77.77, weights: weights.map((weight) => weight * 1000) }), whole);
  assertEquals(
    (await action({ amount: 77.77, weights: weights.map((weight) => weight / 8) })).parts,
    whole.parts,
  );
});

test("a refund mirrors the payment", async () => {
  const paid = await action({ amount: 50.01, weights });
  const refunded = await action({ amount: -50.01, weights });
  assertEquals(
    refunded.parts,
    paid.parts.map((part) => -part),
  );
});
