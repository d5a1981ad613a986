type MonthEnd = "clamp" | "keepLast" | "overflow" | "refuse";
type AddToDateInput = {
  date: string;
  years?: number;
  months?: number;
  weeks?: number;
  days?: number;
  monthEnd?: MonthEnd;
};
type AddToDateOutput = { date: string; weekday: string; calendarDays: number; adjusted: boolean };

const MILLISECONDS_PER_DAY = 86_400_000;
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Years and months come first, then the rule for the end of the month, then weeks and days. */
export default function addToDate(input: AddToDateInput): AddToDateOutput {
  const { date, years = 0, months = 0, weeks = 0, days = 0, monthEnd = "clamp" } = input;
  const start = new Date(dayNumber(date) * MILLISECONDS_PER_DAY);
  const month = start.getUTCFullYear() * 12 + start.getUTCMonth();
  const wanted = start.getUTCDate();
  const target = month + years * 12 + months;
  const length = lengthOf(target);
  const isLast = wanted === lengthOf(month) && target !== month;
  if (monthEnd === "refuse" && wanted > length)
    throw new Error(`${label(target)} has no day ${wanted}: choose another monthEnd rule`);
  const dayOfMonth = chooseDay(monthEnd, wanted, length, isLast);
  const day = dayOf(target, dayOfMonth) + weeks * 7 + days;
  const result = new Date(day * MILLISECONDS_PER_DAY);
  if (!(result.getUTCFullYear() >= 0 && result.getUTCFullYear() <= 9999))
    throw new Error("The result lies outside the years 0000 to 9999");
  return {
    date: result.toISOString().slice(0, 10),
    weekday: `${WEEKDAYS[result.getUTCDay()]}`,
    calendarDays: day - dayOf(month, wanted),
    adjusted: dayOfMonth !== wanted || wanted > length,
  };
}

function chooseDay(monthEnd: MonthEnd, wanted: number, length: number, isLast: boolean): number {
  if (monthEnd === "overflow") return wanted;
  return monthEnd === "keepLast" && isLast ? length : Math.min(wanted, length);
}

function label(month: number): string {
  const year = Math.floor(month / 12);
  return `${`${year}`.padStart(4, "0")}-${`${month - year * 12 + 1}`.padStart(2, "0")}`;
}

function lengthOf(month: number): number {
  return dayOf(month + 1, 1) - dayOf(month, 1);
}

/** Days since 1970-01-01, for a month counted from January of the year 0. */
function dayOf(month: number, day: number): number {
  return new Date(0).setUTCFullYear(0, month, day) / MILLISECONDS_PER_DAY;
}

function dayNumber(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  // Parsers roll 30 February over into March: only a date that comes back unchanged exists.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date)
    throw new Error(`${date} is not a date of the calendar`);
  return time / MILLISECONDS_PER_DAY;
}
