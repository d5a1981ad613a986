type Unit = "day" | "week" | "month" | "quarter" | "year";
type SplitDateRangeInput = {
  start: string;
  end: string;
  by: Unit;
  weekStart?: number;
  yearStartMonth?: number;
};
type Period = { label: string; start: string; end: string; days: number; complete: boolean };
type SplitDateRangeOutput = { periods: Period[]; days: number };
/** The first day of the period that holds a day, and the first of the next one. */
type Bounds = { first: number; next: number };

const MILLISECONDS_PER_DAY = 86_400_000;
const MAX_PERIODS = 5000;
const MONTHS = { month: 1, quarter: 3, year: 12 };

/** Cuts a range of days at the borders of calendar or fiscal periods. */
export default function splitDateRange(input: SplitDateRangeInput): SplitDateRangeOutput {
  const start = dayNumber(input.start);
  const end = dayNumber(input.end);
  if (end < start) throw new Error(`The end ${input.end} lies before the start ${input.start}`);
  const periods: Period[] = [];
  for (let day = start; day <= end; ) {
    if (periods.length === MAX_PERIODS)
      throw new Error(`More than ${MAX_PERIODS} periods: shorten the range or take longer periods`);
    const { first, next } = boundsOf(day, input);
    const last = Math.min(next - 1, end);
    const complete = day === first && last === next - 1;
    periods.push({
      label: labelOf(first, input),
      start: isoDate(day),
      end: isoDate(last),
      days: last - day + 1,
      complete,
    });
    day = next;
  }
  return { periods, days: end - start + 1 };
}

function boundsOf(day: number, { by, weekStart = 1, yearStartMonth = 1 }: SplitDateRangeInput): Bounds {
  if (by === "day") return { first: day, next: day + 1 };
  if (by === "week") {
    const first = day - ((isoWeekday(day) - weekStart + 7) % 7);
    return { first, next: first + 7 };
  }
  const size = MONTHS[by];
  const shift = yearStartMonth - 1;
  const month = Math.floor((monthIndex(day) - shift) / size) * size + shift;
  return { first: firstOfMonth(month), next: firstOfMonth(month + size) };
}

function labelOf(first: number, { by, weekStart = 1, yearStartMonth = 1 }: SplitDateRangeInput): string {
  const date = isoDate(first);
  if (by === "day") return date;
  if (by === "week") return weekStart === 1 ? isoWeek(first) : `week of ${date}`;
  if (by === "month") return date.slice(0, 7);
  const month = monthIndex(first) - (yearStartMonth - 1);
  const year = Math.floor(month / 12);
  // Countries differ in which year names a fiscal year, so both stand there.
  const name = yearStartMonth === 1 ? pad(year, 4) : `${pad(year, 4)}/${pad((year + 1) % 100, 2)}`;
  return by === "year" ? name : `${name}-Q${(month - year * 12) / 3 + 1}`;
}

/** The week belongs to the year of its Thursday. */
function isoWeek(monday: number): string {
  const year = Number(isoDate(monday + 3).slice(0, 4));
  const week = Math.floor((monday + 3 - firstOfMonth(year * 12)) / 7) + 1;
  return `${pad(year, 4)}-W${pad(week, 2)}`;
}

/** 1 is Monday, 7 is Sunday. */
function isoWeekday(day: number): number {
  return new Date(day * MILLISECONDS_PER_DAY).getUTCDay() || 7;
}

/** Months since January of the year 0. */
function monthIndex(day: number): number {
  const date = new Date(day * MILLISECONDS_PER_DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function firstOfMonth(month: number): number {
  return new Date(0).setUTCFullYear(0, month, 1) / MILLISECONDS_PER_DAY;
}

function isoDate(day: number): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

function dayNumber(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  // Parsers roll 30 February over into March: only a date that comes back unchanged exists.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date)
    throw new Error(`${date} is not a date of the calendar`);
  return time / MILLISECONDS_PER_DAY;
}

function pad(number: number, length: number): string {
  return `${number}`.padStart(length, "0");
}
