import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const rates = { USD: 1.0837, GBP: 0.8541, JPY: 169.23, KWD: 0.3327 };

test("there and back with enough decimals gives the amount again", async () => {
  for (const to of ["GBP", "JPY", "KWD", "EUR"]) {
    const there = await action({ amount: 1234.56, from: "USD", to, base: "EUR", rates, decimals: 8 });
    const back = await action({ amount: there.amount, from: to, to: "USD", base: "EUR", rates });
    assertEquals(back.text, "1234.56", to);
  }
});

test("each currency has the decimals of its standard", async () => {
  const decimals: [number, string[]][] = [
    [0, ["BIF", "JPY", "KRW", "VND", "XPF"]],
    [2, ["EUR", "USD", "CNY"]],
    [3, ["BHD", "KWD", "TND"]],
    [4, ["CLF", "UYW"]],
  ];
  for (const [expected, codes] of decimals) {
    for (const to of codes) {
      const found = await action({ amount: 7, from: "XTS", to, base: "XTS", rates: { [to]: 1 } });
      assertEquals(found.decimals, expected, to);
      assertEquals(found.text, (7).toFixed(expected), to);
    }
  }
});

test("large amounts keep every cent", async () => {
  const found = await action({
    amount: 999_999_999_999.99,
    from: "EUR",
    to: "USD",
    base: "EUR",
    rates: { USD: 1 },
  });
  assertEquals(found.text, "999999999999.99");
  assertEquals(found.amount, 999_999_999_999.99);
});
