type DateDifferenceInput = { from: string; to: string };
type DateDifferenceOutput = {
  sign: number;
  years: number;
  months: number;
  days: number;
  totalMonths: number;
  totalDays: number;
  iso: string;
};
type CalendarDate = { year: number; month: number; day: number };

const MILLISECONDS_PER_DAY = 86_400_000;
const MONTHS_PER_YEAR = 12;

/** The distance between two dates in whole years, then whole months, then days, counted from the earlier one. */
export default function dateDifference(input: DateDifferenceInput): DateDifferenceOutput {
  const from = parseDate(input.from);
  const to = parseDate(input.to);
  const sign = Math.sign(dayNumber(to) - dayNumber(from));
  const [early, late] = sign < 0 ? [to, from] : [from, to];
  const monthsApart = (late.year - early.year) * MONTHS_PER_YEAR + late.month - early.month;
  // A month is whole once its day of the month is reached: from 31 January to 28 February are 28 days, not a month.
  const totalMonths = late.day < early.day ? monthsApart - 1 : monthsApart;
  const years = Math.floor(totalMonths / MONTHS_PER_YEAR);
  const months = totalMonths % MONTHS_PER_YEAR;
  const days = dayNumber(late) - dayNumber(addMonths(early, totalMonths));
  return {
    sign,
    years,
    months,
    days,
    totalMonths,
    totalDays: dayNumber(late) - dayNumber(early),
    iso: (sign < 0 ? "-P" : "P") + (part(years, "Y") + part(months, "M") + part(days, "D") || "0D"),
  };
}

function part(count: number, unit: string): string {
  return count === 0 ? "" : `${count}${unit}`;
}

function parseDate(text: string): CalendarDate {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  if (month < 1 || month > MONTHS_PER_YEAR || day < 1 || day > daysInMonth(year, month)) {
    throw new Error(`${text} is not a date of the calendar`);
  }
  return { year, month, day };
}

/** The same day of a later month, or the last day of that month where it is shorter. */
function addMonths(date: CalendarDate, count: number): CalendarDate {
  const index = date.year * MONTHS_PER_YEAR + date.month - 1 + count;
  const year = Math.floor(index / MONTHS_PER_YEAR);
  const month = (index % MONTHS_PER_YEAR) + 1;
  return { year, month, day: Math.min(date.day, daysInMonth(year, month)) };
}

function daysInMonth(year: number, month: number): number {
  return dayNumber({ year, month: month + 1, day: 1 }) - dayNumber({ year, month, day: 1 });
}

/** Days since 1970-01-01. Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999. */
function dayNumber({ year, month, day }: CalendarDate): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / MILLISECONDS_PER_DAY;
}
