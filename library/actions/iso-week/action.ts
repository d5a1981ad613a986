type IsoWeekInput = { date: string };
type IsoWeekOutput = {
  date: string;
  weekDate: string;
  ordinalDate: string;
  weekYear: number;
  week: number;
  weekday: number;
  weekdayName: string;
  dayOfYear: number;
  quarter: number;
  weekStart: string;
  weekEnd: string;
  weeksInWeekYear: number;
  daysInYear: number;
};

const MILLISECONDS_PER_DAY = 86_400_000;
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Reads a calendar date, a week date or an ordinal date and gives all three. */
export default function isoWeek(input: IsoWeekInput): IsoWeekOutput {
  const day = readDay(input.date);
  const weekday = weekdayOf(day);
  const monday = day - weekday + 1;
  // A week belongs to the year of its Thursday.
  const weekYear = yearOf(monday + 3);
  const firstMonday = mondayOfWeekOne(weekYear);
  const week = (monday - firstMonday) / 7 + 1;
  const year = yearOf(day);
  const dayOfYear = day - dayOf(year, 1, 1) + 1;
  const date = isoDate(day);
  return {
    date,
    weekDate: `${pad(weekYear, 4)}-W${pad(week, 2)}-${weekday}`,
    ordinalDate: `${pad(year, 4)}-${pad(dayOfYear, 3)}`,
    weekYear,
    week,
    weekday,
    weekdayName: `${WEEKDAYS[weekday - 1]}`,
    dayOfYear,
    quarter: Math.ceil(Number(date.slice(5, 7)) / 3),
    weekStart: isoDate(monday),
    weekEnd: isoDate(monday + 6),
    weeksInWeekYear: (mondayOfWeekOne(weekYear + 1) - firstMonday) / 7,
    daysInYear: dayOf(year + 1, 1, 1) - dayOf(year, 1, 1),
  };
}

function readDay(text: string): number {
  const [, year = "", rest = ""] = /^(\d{4})-?(.+)$/.exec(text) ?? [];
  const day = readWithin(Number(year), rest.toUpperCase());
  if (day === undefined)
    throw new Error(
      `Cannot read "${text}": write 2024-03-05, the week date 2024-W10-2 or 2024-W10, or the ordinal date 2024-065`,
    );
  if (isoDate(day) < "0001-01-01" || isoDate(day) > "9999-12-26")
    throw new Error("The date lies outside 0001-01-01 to 9999-12-26");
  return day;
}

function readWithin(year: number, rest: string): number | undefined {
  const [, week, weekday = "1"] = /^W(\d\d)(?:-?([1-7]))?$/.exec(rest) ?? [];
  if (week !== undefined) {
    const monday = mondayOfWeekOne(year) + (Number(week) - 1) * 7;
    if (week === "00" || monday >= mondayOfWeekOne(year + 1))
      throw new Error(`The year ${year} has no week ${week}`);
    return monday + Number(weekday) - 1;
  }
  const [, month, dayOfMonth] = /^(\d\d)-?(\d\d)$/.exec(rest) ?? [];
  const ordinal = /^\d{3}$/.test(rest);
  if (month === undefined && !ordinal) return undefined;
  const day = ordinal ? dayOf(year, 1, Number(rest)) : dayOf(year, Number(month), Number(dayOfMonth));
  const exists = ordinal
    ? rest !== "000" && yearOf(day) === year
    : isoDate(day) === `${pad(year, 4)}-${month}-${dayOfMonth}`;
  if (!exists) throw new Error(`The year ${year} has no day ${rest}`);
  return day;
}

/** 4 January always lies in the first week. */
function mondayOfWeekOne(year: number): number {
  const fourth = dayOf(year, 1, 4);
  return fourth - weekdayOf(fourth) + 1;
}

/** 1 is Monday. */
function weekdayOf(day: number): number {
  return new Date(day * MILLISECONDS_PER_DAY).getUTCDay() || 7;
}

function yearOf(day: number): number {
  return new Date(day * MILLISECONDS_PER_DAY).getUTCFullYear();
}

/** Days since 1970-01-01. */
function dayOf(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / MILLISECONDS_PER_DAY;
}

function isoDate(day: number): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

function pad(number: number, length: number): string {
  return `${number}`.padStart(length, "0");
}
