type CountWeekdaysInput = { start: string; end: string; holidays?: string[]; workingDays?: number[] };
type Weekday = "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
type CountWeekdaysOutput = {
  counts: Record<Weekday, number>;
  days: number;
  holidays: number;
  workingDays: number;
};

const MILLISECONDS_PER_DAY = 86_400_000;
const WEEKDAYS: Weekday[] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5];

/** How often each weekday comes between two days, both included, without the holidays. */
export default function countWeekdays(input: CountWeekdaysInput): CountWeekdaysOutput {
  const start = dayNumber(input.start);
  const end = dayNumber(input.end);
  if (end < start) throw new Error(`The end ${input.end} lies before the start ${input.start}`);
  const working = input.workingDays ?? MONDAY_TO_FRIDAY;
  const days = [...new Set((input.holidays ?? []).map(dayNumber))];
  const holidays = days.filter((day) => day >= start && day <= end);
  const numbers = WEEKDAYS.map((_, weekday) => {
    const first = start + ((weekday - weekdayOf(start) + 7) % 7);
    const all = Math.floor((end - first) / 7) + 1;
    return all - holidays.filter((day) => weekdayOf(day) === weekday).length;
  });
  const counts = Object.fromEntries(WEEKDAYS.map((name, weekday) => [name, numbers[weekday]]));
  return {
    counts: counts as Record<Weekday, number>,
    days: end - start + 1 - holidays.length,
    holidays: holidays.length,
    workingDays: working.reduce((sum, weekday) => sum + (numbers[weekday - 1] ?? 0), 0),
  };
}

/** 0 is Monday. */
function weekdayOf(day: number): number {
  return (new Date(day * MILLISECONDS_PER_DAY).getUTCDay() + 6) % 7;
}

/** Days since 1970-01-01. */
function dayNumber(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  // Parsers roll 30 February over into March: only a date that comes back unchanged exists.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date)
    throw new Error(`${date} is not a date of the calendar`);
  return time / MILLISECONDS_PER_DAY;
}
