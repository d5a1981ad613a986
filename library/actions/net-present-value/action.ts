type NetPresentValueInput = { cashFlows: number[]; ratePercent: number; dates?: string[] };
type NetPresentValueOutput = { npv: number; irrPercents: number[]; presentValues: number[] };
type Flow = { amount: number; time: number };

const MILLISECONDS_PER_DAY = 86_400_000;
const DAYS_PER_YEAR = 365;
/** Rates are searched by their logarithm, from -99.99 % to 1,000,000 %. */
const SEARCHED = Math.log(10_000);
const STEPS = 250;
const HALVINGS = 60;

/** Values at the first cash flow, which is not discounted. */
export default function netPresentValue({
  cashFlows,
  ratePercent,
  dates,
}: NetPresentValueInput): NetPresentValueOutput {
  const times =
    dates === undefined ? cashFlows.map((_, period) => period) : yearsFromFirst(dates, cashFlows.length);
  const flows = cashFlows.map((amount, index) => ({ amount, time: times[index] as number }));
  const growth = Math.log1p(ratePercent / 100);
  const presentValues = flows.map(({ amount, time }) => amount * Math.exp(-growth * time));
  const npv = presentValues.reduce((sum, value) => sum + value, 0);
  if (!Number.isFinite(npv))
    throw new Error("The present value is too large: check the rate, which is in percent");
  return { npv, irrPercents: internalRates(flows.filter(({ amount }) => amount !== 0)), presentValues };
}

function yearsFromFirst(dates: string[], wanted: number): number[] {
  if (dates.length !== wanted) {
    throw new Error(`There are ${wanted} cash flows and ${dates.length} dates: give one date for each`);
  }
  const days = dates.map(dayNumber);
  const first = Math.min(...days);
  if (days[0] !== first) throw new Error("The first cash flow must have the earliest date");
  return days.map((day) => (day - first) / DAYS_PER_YEAR);
}

function dayNumber(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  // Parsers roll 30 February over into March: only a date that comes back unchanged exists.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date) {
    throw new Error(`${date} is not a date of the calendar`);
  }
  return time / MILLISECONDS_PER_DAY;
}

/** Every rate in percent at which the value crosses zero: with several changes of sign there can be more than one. */
function internalRates(flows: Flow[]): number[] {
  const rates: number[] = [];
  for (let step = -STEPS; step < STEPS; step += 1) {
    const low = (SEARCHED * step) / STEPS;
    const high = (SEARCHED * (step + 1)) / STEPS;
    const sign = Math.sign(value(flows, low));
    if (sign !== 0 && Math.sign(value(flows, high)) !== sign) {
      rates.push(Math.expm1(bisect(flows, low, high, sign)) * 100);
    }
  }
  return rates;
}

function bisect(flows: Flow[], from: number, to: number, sign: number): number {
  let [low, high] = [from, to];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (Math.sign(value(flows, middle)) === sign) low = middle;
    else high = middle;
  }
  return high;
}

/** Has the sign of the net present value; scaled by its greatest discount factor, so that it neither overflows nor vanishes. */
function value(flows: Flow[], growth: number): number {
  const shift = Math.max(...flows.map(({ time }) => -growth * time));
  return flows.reduce((sum, { amount, time }) => sum + amount * Math.exp(-growth * time - shift), 0);
}
