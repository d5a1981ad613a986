type Method = "straight-line" | "declining-balance" | "sum-of-years";
type DepreciationScheduleInput = {
  cost: number;
  salvage?: number;
  lifeYears: number;
  method?: Method;
  factor?: number;
  switchToStraightLine?: boolean;
  monthsInFirstYear?: number;
};
type Row = { year: number; depreciation: number; accumulated: number; bookValue: number };
type DepreciationScheduleOutput = { schedule: Row[]; totalDepreciation: number };
/** How much the asset lost by a time, in cents, not rounded. */
type Lost = (time: number) => number;

const CENTS = 100;
const MONTHS_PER_YEAR = 12;

/** One row a year; a first year in part makes one more row at the end. */
export default function depreciationSchedule(input: DepreciationScheduleInput): DepreciationScheduleOutput {
  const { lifeYears, method = "straight-line" } = input;
  const cost = Math.round(input.cost * CENTS);
  const depreciable = cost - Math.round((input.salvage ?? 0) * CENTS);
  if (depreciable < 0) throw new Error("The salvage value must not be more than the cost");
  const times = yearEnds(lifeYears, (input.monthsInFirstYear ?? MONTHS_PER_YEAR) / MONTHS_PER_YEAR);
  const lost =
    method === "declining-balance"
      ? declining(input, cost, depreciable, times)
      : times.map(
          method === "sum-of-years"
            ? sumOfYears(depreciable, lifeYears)
            : (time) => (depreciable * time) / lifeYears,
        );
  // Only the running total is rounded, so that the cents of the years add up.
  const totals = lost.map(Math.round);
  const schedule = totals.map((total, index) => ({
    year: index + 1,
    depreciation: (total - (totals[index - 1] ?? 0)) / CENTS,
    accumulated: total / CENTS,
    bookValue: (cost - total) / CENTS,
  }));
  return { schedule, totalDepreciation: Math.max(...totals) / CENTS };
}

/** Age of the asset, in years, at the end of each year of the books. */
function yearEnds(lifeYears: number, first: number): number[] {
  const years = Math.ceil(lifeYears + 1 - first);
  return Array.from({ length: years }, (_, index) => Math.min(first + index, lifeYears));
}

/** Of n years the first loses n parts, the last one part; inside a year the loss is even. */
function sumOfYears(depreciable: number, lifeYears: number): Lost {
  const parts = (lifeYears * (lifeYears + 1)) / 2;
  return (time) => {
    const left = lifeYears - Math.floor(time);
    const partsLeft = (left * (left + 1)) / 2 - (time % 1) * left;
    return depreciable * (1 - partsLeft / parts);
  };
}

function declining(
  { lifeYears, factor = 2, switchToStraightLine = true }: DepreciationScheduleInput,
  cost: number,
  depreciable: number,
  times: number[],
): number[] {
  let lost = 0;
  let before = 0;
  return times.map((time) => {
    const length = time - before;
    const left = depreciable - lost;
    const even = switchToStraightLine ? (left * length) / (lifeYears - before) : 0;
    const part = ((cost - lost) * factor * length) / lifeYears;
    lost += Math.min(left, Math.max(part, even));
    before = time;
    return lost;
  });
}
