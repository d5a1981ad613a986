type ExpandRecurrenceInput = {
  start: string;
  rule: string;
  limit?: number;
  from?: string;
  exclude?: string[];
};
type ExpandRecurrenceOutput = { occurrences: string[]; complete: boolean };
type Frequency = "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
type ByDay = { weekday: number; nth: number };
type Rule = {
  frequency: Frequency;
  interval: number;
  count: number;
  until: string;
  byDay: ByDay[];
  byMonthDay: number[];
  byMonth: number[];
  bySetPos: number[];
  weekStart: number;
};

const MILLISECONDS_PER_DAY = 86_400_000;
const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const PARTS = /^(FREQ|INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|WKST)=([^=]+)$/;
const LAST_DAY = dayOf(9999 * 12 + 11, 31);
/** Periods in 400 years, after which the calendar repeats. */
const HORIZON = { DAILY: 146_097, WEEKLY: 20_871, MONTHLY: 4800, YEARLY: 400 };
const DEFAULT_LIMIT = 100;

/** The dates of an RFC 5545 recurrence rule; the start counts only if the rule matches it. */
export default function expandRecurrence(input: ExpandRecurrenceInput): ExpandRecurrenceOutput {
  const start = dayNumber(input.start.slice(0, 10));
  const time = input.start.slice(10);
  const rule = withDefaults(readRule(input.rule, time), start);
  const excluded = new Set(input.exclude);
  const limit = input.limit ?? DEFAULT_LIMIT;
  const occurrences: string[] = [];
  let counted = 0;
  for (const step of Array(Math.floor(HORIZON[rule.frequency] / rule.interval) + 1).keys()) {
    const [first, last] = boundsOf(rule, start, step * rule.interval);
    if (first > LAST_DAY) break;
    for (const day of select(rule, first, last)) {
      if (day < start) continue;
      const text = isoDate(day) + time;
      if (counted === rule.count || text > rule.until) return { occurrences, complete: true };
      counted += 1;
      if (text < (input.from ?? "") || excluded.has(text)) continue;
      if (occurrences.length === limit || day > LAST_DAY) return { occurrences, complete: false };
      occurrences.push(text);
    }
  }
  return { occurrences, complete: false };
}

function readRule(text: string, time: string): Rule {
  const parts = new Map<string, string>();
  for (const part of text
    .trim()
    .replace(/^RRULE:/i, "")
    .toUpperCase()
    .split(";")) {
    const [, name = "", value = ""] = PARTS.exec(part) ?? [];
    if (name === "")
      throw new Error(
        `"${part}" is not a part this understands: FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST`,
      );
    if (parts.has(name)) throw new Error(`${name} stands twice in the rule`);
    parts.set(name, value);
  }
  const numbers = (name: string, min: number, max: number) =>
    (parts.get(name)?.split(",") ?? []).map((item) => readNumber(name, item, min, max));
  const frequency = parts.get("FREQ") ?? "";
  if (!isFrequency(frequency)) throw new Error("The rule needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY");
  if (parts.has("COUNT") && parts.has("UNTIL")) throw new Error("Give COUNT or UNTIL, not both");
  const byDay = (parts.get("BYDAY")?.split(",") ?? []).map(readByDay);
  if ((frequency === "DAILY" || frequency === "WEEKLY") && byDay.some(({ nth }) => nth !== 0))
    throw new Error("A numbered BYDAY such as 2MO needs FREQ=MONTHLY or YEARLY");
  if (frequency === "WEEKLY" && parts.has("BYMONTHDAY"))
    throw new Error("BYMONTHDAY does not go with FREQ=WEEKLY");
  return {
    frequency,
    byDay,
    interval: numbers("INTERVAL", 1, 10_000)[0] ?? 1,
    count: numbers("COUNT", 1, 1_000_000)[0] ?? Number.POSITIVE_INFINITY,
    until: readUntil(parts.get("UNTIL"), time),
    byMonthDay: numbers("BYMONTHDAY", -31, 31),
    byMonth: numbers("BYMONTH", 1, 12),
    bySetPos: numbers("BYSETPOS", -366, 366),
    weekStart: readByDay(parts.get("WKST") ?? "MO").weekday,
  };
}

function isFrequency(text: string): text is Frequency {
  return /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(text);
}

function readNumber(name: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^[+-]?\d+$/.test(text) && number !== 0 && number >= min && number <= max) return number;
  throw new Error(`${name}=${text} is not a whole number from ${min} to ${max} other than 0`);
}

function readByDay(text: string): ByDay {
  const [, nth = "0", name = ""] = /^([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)$/.exec(text) ?? [];
  if (name === "") throw new Error(`"${text}" is not a weekday such as MO, 2TU or -1FR`);
  return { weekday: WEEKDAYS.indexOf(name), nth: Number(nth) };
}

/** In the form of the start, so that the two compare as text. A date alone includes the whole day. */
function readUntil(text: string | undefined, time: string): string {
  if (text === undefined) return "9999-12-31T23:59:59";
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(text) ?? [];
  if (year === undefined) throw new Error(`UNTIL=${text} is not written as 20241231 or 20241231T235959Z`);
  const date = `${year}-${month}-${day}`;
  if (time === "") return date;
  return date + (hour === undefined ? "T23:59:59" : `T${hour}:${minute}:${second}`);
}

/** What the rule leaves open comes from the start. */
function withDefaults(rule: Rule, start: number): Rule {
  const { frequency, byDay, byMonthDay, byMonth } = rule;
  if (frequency === "DAILY" || byDay.length > 0 || byMonthDay.length > 0) return rule;
  if (frequency === "WEEKLY") return { ...rule, byDay: [{ weekday: weekdayOf(start), nth: 0 }] };
  const ownDay = [Number(isoDate(start).slice(8))];
  const ownMonth = frequency === "YEARLY" && byMonth.length === 0 ? [(monthOf(start) % 12) + 1] : byMonth;
  return { ...rule, byMonthDay: ownDay, byMonth: ownMonth };
}

/** First and last day of the period that lies so many days, weeks, months or years after that of the start. */
function boundsOf({ frequency, weekStart }: Rule, start: number, period: number): [number, number] {
  if (frequency === "DAILY") return [start + period, start + period];
  if (frequency === "WEEKLY") {
    const first = start - ((weekdayOf(start) - weekStart + 7) % 7) + period * 7;
    return [first, first + 6];
  }
  if (frequency === "MONTHLY")
    return [dayOf(monthOf(start) + period, 1), dayOf(monthOf(start) + period + 1, 1) - 1];
  const january = (Math.floor(monthOf(start) / 12) + period) * 12;
  return [dayOf(january, 1), dayOf(january + 12, 1) - 1];
}

function select(rule: Rule, first: number, last: number): number[] {
  const days: number[] = [];
  for (let day = first; day <= last; day += 1) if (matches(rule, day, first, last)) days.push(day);
  if (rule.bySetPos.length === 0) return days;
  const chosen = rule.bySetPos.map((position) => days.at(position > 0 ? position - 1 : position));
  return days.filter((day) => chosen.includes(day));
}

function matches(
  { frequency, byDay, byMonthDay, byMonth }: Rule,
  day: number,
  first: number,
  last: number,
): boolean {
  const month = monthOf(day);
  if (byMonth.length > 0 && !byMonth.includes((month % 12) + 1)) return false;
  const monthStart = dayOf(month, 1);
  const monthEnd = dayOf(month + 1, 1) - 1;
  const fromStart = day - monthStart + 1;
  if (byMonthDay.length > 0 && !byMonthDay.includes(fromStart) && !byMonthDay.includes(day - monthEnd - 1))
    return false;
  // In a yearly rule the nth weekday is that of the year, unless months are named.
  const ofMonth = frequency === "MONTHLY" || byMonth.length > 0;
  const [low, high] = ofMonth ? [monthStart, monthEnd] : [first, last];
  const nths = [0, Math.floor((day - low) / 7) + 1, -Math.floor((high - day) / 7) - 1];
  const weekday = weekdayOf(day);
  return byDay.length === 0 || byDay.some((one) => one.weekday === weekday && nths.includes(one.nth));
}

/** 0 is Monday. Day 0, 1970-01-01, was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Months since January of the year 0. */
function monthOf(day: number): number {
  const date = new Date(day * MILLISECONDS_PER_DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function dayOf(month: number, day: number): number {
  return new Date(0).setUTCFullYear(0, month, day) / MILLISECONDS_PER_DAY;
}

function isoDate(day: number): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

function dayNumber(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(time) || isoDate(time / MILLISECONDS_PER_DAY) !== date)
    throw new Error(`${date} is not a date of the calendar`);
  return time / MILLISECONDS_PER_DAY;
}
