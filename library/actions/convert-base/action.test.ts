import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("every base reads what it writes", async () => {
  const value = "123456789012345678901234567890";
  for (let base = 2; base <= 36; base += 7) {
    const there = await action({ value, from: 10, to: base });
    assertEquals(there.text, BigInt(value).toString(base));
    assertEquals((await action({ value: there.text.toUpperCase(), from: base, to: 10 })).text, value);
  }
});

test("each digit has its worth", async () => {
  const digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  const { text } = await action({ value: digits, from: 36, to: 10 });
  let expected = 0n;
  for (let worth = 0; worth < 36; worth += 1) expected = expected * 36n + BigInt(worth);
  assertEquals(text, `${expected}`);
});

test("a chain of bases leads back", async () => {
  let text = "-7fffffffffffffffffffffff";
  for (const [from, to] of [
    [16, 7],
    [7, 35],
    [35, 2],
    [2, 16],
  ] as const) {
    text = (await action({ value: text, from, to })).text;
  }
  assertEquals(text, "-7fffffffffffffffffffffff");
});
