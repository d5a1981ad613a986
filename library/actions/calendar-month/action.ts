type CalendarMonthInput = { year: number; month: number; weekStart?: number; mark?: string[] };
type Week = { week: number; days: (number | null)[] };
type CalendarMonthOutput = {
  title: string;
  daysInMonth: number;
  weekdays: string[];
  weeks: Week[];
  text: string;
  markdown: string;
};

const MILLISECONDS_PER_DAY = 86_400_000;
const WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** A month as rows of seven days, as data, as plain text and as a Markdown table. */
export default function calendarMonth({
  year,
  month,
  weekStart = 1,
  mark = [],
}: CalendarMonthInput): CalendarMonthOutput {
  const title = `${MONTHS[month - 1]} ${year}`;
  const first = dayOf(year, month, 1);
  const daysInMonth = dayOf(year, month + 1, 1) - first;
  const weekdays = [...WEEKDAYS.slice(weekStart - 1), ...WEEKDAYS.slice(0, weekStart - 1)];
  const weeks: Week[] = [];
  for (
    let start = first - ((isoWeekday(first) - weekStart + 7) % 7);
    start < first + daysInMonth;
    start += 7
  ) {
    const days = weekdays.map((_, index) => start + index - first + 1);
    weeks.push({
      week: isoWeek(start),
      days: days.map((day) => (day >= 1 && day <= daysInMonth ? day : null)),
    });
  }
  const marked = new Set<number | null>(mark.map((date) => markedDay(date, year, month, daysInMonth)));
  const write = (day: number | null) => `${day ?? ""}${marked.has(day) ? "*" : ""}`;
  return {
    title,
    daysInMonth,
    weekdays,
    weeks,
    text: [title, ...writeText(weekdays, weeks, write)].join("\n"),
    markdown: writeMarkdown(weekdays, weeks, write).join("\n"),
  };
}

function markedDay(date: string, year: number, month: number, daysInMonth: number): number {
  const day = Number(date.slice(8));
  if (date.slice(0, 8) === `${year}-${`${month}`.padStart(2, "0")}-` && day >= 1 && day <= daysInMonth)
    return day;
  throw new Error(`${date} is no day of ${MONTHS[month - 1]} ${year}, so it cannot be marked`);
}

function writeText(weekdays: string[], weeks: Week[], write: (day: number | null) => string): string[] {
  const cell = (day: number | null) =>
    write(day)
      .replace(/^\d(?!\d)/, " $&")
      .padEnd(3);
  const rows = weeks.map(({ days }) => days.map(cell).join(""));
  return [weekdays.join(" "), ...rows.map((row) => row.trimEnd())];
}

function writeMarkdown(weekdays: string[], weeks: Week[], write: (day: number | null) => string): string[] {
  const row = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [row(weekdays), row(weekdays.map(() => "--:")), ...weeks.map(({ days }) => row(days.map(write)))];
}

/** The ISO week that the Thursday of these seven days lies in. */
function isoWeek(start: number): number {
  const thursday = start + ((4 - isoWeekday(start) + 7) % 7);
  const year = new Date(thursday * MILLISECONDS_PER_DAY).getUTCFullYear();
  return Math.floor((thursday - dayOf(year, 1, 1)) / 7) + 1;
}

/** 1 is Monday, 7 is Sunday. */
function isoWeekday(day: number): number {
  return new Date(day * MILLISECONDS_PER_DAY).getUTCDay() || 7;
}

/** Days since 1970-01-01; the month after December is January. */
function dayOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / MILLISECONDS_PER_DAY;
}
