type AddBusinessDaysInput = { date: string; days: number; holidays?: string[]; weekend?: number[] };
type AddBusinessDaysOutput = { date: string; weekday: string; calendarDays: number };

const MILLISECONDS_PER_DAY = 86_400_000;
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SATURDAY_AND_SUNDAY = [6, 7];
const LAST_DAY = dayNumber("9999-12-31");
const FIRST_DAY = dayNumber("0000-01-01");

/** Counts forward (or backward) over working days only; zero days leave the date as it is. */
export default function addBusinessDays(input: AddBusinessDaysInput): AddBusinessDaysOutput {
  const start = dayNumber(input.date);
  const weekend = new Set(input.weekend ?? SATURDAY_AND_SUNDAY);
  const holidays = new Set((input.holidays ?? []).map(dayNumber));
  const step = Math.sign(input.days);
  let day = start;
  for (let left = Math.abs(input.days); left > 0; ) {
    day += step;
    if (day < FIRST_DAY || day > LAST_DAY) throw new Error("The result lies outside the years 0000 to 9999");
    if (!weekend.has(isoWeekday(day)) && !holidays.has(day)) left -= 1;
  }
  return {
    date: new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10),
    weekday: WEEKDAYS[isoWeekday(day) % 7] ?? "",
    calendarDays: day - start,
  };
}

/** Days since 1970-01-01. */
function dayNumber(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  // Parsers roll 30 February over into March: only a date that comes back unchanged exists.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date) {
    throw new Error(`${date} is not a date of the calendar`);
  }
  return time / MILLISECONDS_PER_DAY;
}

/** 1 is Monday, 7 is Sunday. Day 0, 1970-01-01, was a Thursday. */
function isoWeekday(day: number): number {
  return new Date(day * MILLISECONDS_PER_DAY).getUTCDay() || 7;
}
