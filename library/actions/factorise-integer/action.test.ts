import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("the product of the factors is the number, and each factor is a prime", async () => {
  for (const value of [12_345_678, 7_654_321, 1_046_527 * 1_048_583, 9_999_999_967, 65_537 ** 2, 1009 ** 3]) {
    const { factors, divisorCount } = await action({ value: `${value}` });
    let product = 1;
    let count = 1;
    for (const { prime, exponent } of factors) {
      const p = Number(prime);
      for (let divisor = 2; divisor * divisor <= p; divisor += 1)
        assert(p % divisor !== 0, `${p} is a prime`);
      product *= p ** exponent;
      count *= exponent + 1;
    }
    assertEquals([product, divisorCount], [value, count]);
  }
});

test("every divisor divides, and none is missing", async () => {
  for (const value of [1, 36, 97, 210, 529, 5040, 6241]) {
    const { divisors = [], divisorCount, isPrime } = await action({ value: `${value}`, divisors: true });
    const expected: string[] = [];
    for (let divisor = 1; divisor <= value; divisor += 1)
      if (value % divisor === 0) expected.push(`${divisor}`);
    assertEquals(divisors, expected);
    assertEquals(divisorCount, expected.length);
    assertEquals(isPrime, expected.length === 2);
  }
});

test("numbers that fool simpler tests are seen through", async () => {
  for (const value of ["1105", "2047", "1373653", "25326001", "3474749660383", "341550071728321"]) {
    assertEquals((await action({ value })).isPrime, false, value);
  }
  for (const value of ["2147483647", "1000000007", "67280421310721"]) {
    assertEquals((await action({ value })).isPrime, true, value);
  }
});
