import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const loans = [
  { principal: 250_000, annualRatePercent: 3.75, months: 300 },
  { principal: 9_999.99, annualRatePercent: 18.9, months: 37 },
  { principal: 1_200, annualRatePercent: 0, months: 12 },
  { principal: 0.01, annualRatePercent: 7, months: 24 },
  { principal: 50_000, annualRatePercent: 4.2, months: 120, extraPayment: 333.33 },
];

test("the parts of every schedule add up", async () => {
  for (const loan of loans) {
    const found = await action(loan);
    const schedule = found.schedule ?? [];
    const sum = (part: "payment" | "interest" | "principal") =>
      schedule.reduce((total, row) => total + row[part], 0);
    assertEquals(schedule.length, found.months);
    assertAlmostEquals(sum("principal"), loan.principal, 1e-6);
    assertAlmostEquals(sum("interest"), found.totalInterest, 1e-6);
    assertAlmostEquals(sum("payment"), found.totalPaid, 1e-6);
    assertEquals(schedule.at(-1)?.balance, 0);
    let before = loan.principal;
    for (const [index, { month, payment, interest, principal, balance }] of schedule.entries()) {
      assertEquals(month, index + 1);
      assertAlmostEquals(payment, interest + principal, 1e-6);
      assertAlmostEquals(before - principal, balance, 1e-6);
      assertAlmostEquals(interest, (before * loan.annualRatePercent) / 1200, 0.005001);
      before = balance;
    }
  }
});

test("the last payment differs from the others by rounding only", async () => {
  for (const loan of loans.slice(0, 3)) {
    const { schedule = [], monthlyPayment } = await action(loan);
    assertEquals(schedule.length, loan.months);
    assert(
      Math.abs((schedule.at(-1)?.payment ?? 0) - monthlyPayment) < 0.01 * loan.months,
      "close to the others",
    );
    assert(
      schedule.slice(0, -1).every(({ payment }) => payment === monthlyPayment),
      "the others are equal",
    );
  }
});

test("extra payments shorten the loan and save interest", async () => {
  const loan = { principal: 100_000, annualRatePercent: 5, months: 240 };
  const plain = await action({ ...loan, schedule: false });
  const faster = await action({ ...loan, extraPayment: 200, schedule: false });
  assertEquals([plain.monthlyPayment, plain.months], [659.96, 240]);
  assertEquals([faster.monthlyPayment, faster.months], [659.96, 160]);
  assert(faster.totalInterest < plain.totalInterest - 20_000, "interest is saved");
});

test("a tiny rate gives nearly the payment of no rate", async () => {
  const loan = { principal: 1_000_000, months: 100, schedule: false };
  assertEquals((await action({ ...loan, annualRatePercent: 0 })).monthlyPayment, 10_000);
  assertEquals((await action({ ...loan, annualRatePercent: 1e-9 })).monthlyPayment, 10_000);
});
