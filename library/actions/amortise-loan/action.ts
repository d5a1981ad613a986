type AmortiseLoanInput = {
  principal: number;
  annualRatePercent: number;
  months: number;
  extraPayment?: number;
  schedule?: boolean;
};
type Instalment = { month: number; payment: number; interest: number; principal: number; balance: number };
type AmortiseLoanOutput = {
  monthlyPayment: number;
  months: number;
  totalPaid: number;
  totalInterest: number;
  schedule?: Instalment[];
};

const MONTHS_PER_YEAR = 12;
const CENTS = 100;

/** An annuity loan, reckoned in whole cents as a bank does: the last payment takes up what rounding left over. */
export default function amortiseLoan(input: AmortiseLoanInput): AmortiseLoanOutput {
  const principal = toCents(input.principal);
  if (principal === 0) throw new Error("The principal is less than one cent");
  const rate = input.annualRatePercent / 100 / MONTHS_PER_YEAR;
  const regular = Math.round(annuity(principal, rate, input.months));
  const instalments = pay(principal, rate, input.months, regular, toCents(input.extraPayment ?? 0));
  const totalInterest = instalments.reduce((sum, { interest }) => sum + interest, 0);
  const output: AmortiseLoanOutput = {
    monthlyPayment: regular / CENTS,
    months: instalments.length,
    totalPaid: (principal + totalInterest) / CENTS,
    totalInterest: totalInterest / CENTS,
  };
  return (input.schedule ?? true) ? { ...output, schedule: instalments.map(inMoney) } : output;
}

/** The constant payment that brings the balance to zero after so many months. */
function annuity(principal: number, rate: number, months: number): number {
  if (rate === 0) return principal / months;
  // expm1 and log1p keep the digits that 1 - (1 + rate)^-months would lose at small rates.
  return (principal * rate) / -Math.expm1(-months * Math.log1p(rate));
}

function pay(principal: number, rate: number, months: number, regular: number, extra: number): Instalment[] {
  const instalments: Instalment[] = [];
  let balance = principal;
  for (let month = 1; balance > 0; month += 1) {
    const interest = Math.round(balance * rate);
    const repaid = month === months ? balance : Math.min(balance, regular + extra - interest);
    balance -= repaid;
    instalments.push({ month, payment: repaid + interest, interest, principal: repaid, balance });
  }
  return instalments;
}

function toCents(amount: number): number {
  return Math.round(amount * CENTS);
}

function inMoney({ month, payment, interest, principal, balance }: Instalment): Instalment {
  return {
    month,
    payment: payment / CENTS,
    interest: interest / CENTS,
    principal: principal / CENTS,
    balance: balance / CENTS,
  };
}
