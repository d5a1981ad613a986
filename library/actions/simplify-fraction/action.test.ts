import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const numbers = ["3/7", "-22/15", "1 5/6", "0.08(3)", "-4"];

test("what is added can be subtracted, what is multiplied divided", async () => {
  for (const a of numbers.slice(0, 4)) {
    for (const b of numbers.slice(1)) {
      const { fraction } = await action({ a });
      const sum = await action({ a, operation: "add", b });
      assertEquals((await action({ a: sum.fraction, operation: "subtract", b })).fraction, fraction);
      if (b !== "-4") continue;
      const product = await action({ a, operation: "multiply", b });
      assertEquals((await action({ a: product.fraction, operation: "divide", b })).fraction, fraction);
    }
  }
});

test("the mixed form reads as the same number", async () => {
  for (const a of numbers) {
    const found = await action({ a });
    assertEquals(await action({ a: found.mixed }), found);
  }
});

test("large numbers stay exact", async () => {
  const { denominator, decimal } = await action({ a: "1/2", operation: "power", b: "200", decimals: 200 });
  assertEquals(denominator, `${2n ** 200n}`);
  assertEquals(decimal, `0.${`${5n ** 200n}`.padStart(200, "0")}`);
});
