type FormatDateInput = { date: string; pattern: string };
type FormatDateOutput = { text: string };
type Moment = {
  year: number;
  month: number;
  day: number;
  weekday: number;
  dayOfYear: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  offset: string | undefined;
};

const MILLISECONDS_PER_DAY = 86_400_000;
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/;
/** Text in square brackets stands as it is; then the longest token wins. */
const TOKENS =
  /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|Mo|M|DDDD|DDD|DD|Do|D|dddd|ddd|d|Q|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z/g;

const FIELDS: Record<string, (at: Moment) => string> = {
  YYYY: ({ year }) => pad(year, 4),
  YY: ({ year }) => pad(year % 100, 2),
  MMMM: ({ month }) => `${MONTHS[month - 1]}`,
  MMM: ({ month }) => `${MONTHS[month - 1]}`.slice(0, 3),
  MM: ({ month }) => pad(month, 2),
  Mo: ({ month }) => ordinal(month),
  M: ({ month }) => `${month}`,
  DDDD: ({ dayOfYear }) => pad(dayOfYear, 3),
  DDD: ({ dayOfYear }) => `${dayOfYear}`,
  DD: ({ day }) => pad(day, 2),
  Do: ({ day }) => ordinal(day),
  D: ({ day }) => `${day}`,
  dddd: ({ weekday }) => `${WEEKDAYS[weekday]}`,
  ddd: ({ weekday }) => `${WEEKDAYS[weekday]}`.slice(0, 3),
  d: ({ weekday }) => `${weekday || 7}`,
  Q: ({ month }) => `${Math.ceil(month / 3)}`,
  HH: ({ hour }) => pad(hour, 2),
  H: ({ hour }) => `${hour}`,
  hh: ({ hour }) => pad(hour % 12 || 12, 2),
  h: ({ hour }) => `${hour % 12 || 12}`,
  mm: ({ minute }) => pad(minute, 2),
  m: ({ minute }) => `${minute}`,
  ss: ({ second }) => pad(second, 2),
  s: ({ second }) => `${second}`,
  SSS: ({ millisecond }) => pad(millisecond, 3),
  A: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  a: ({ hour }) => (hour < 12 ? "am" : "pm"),
  Z: (at) => offsetOf(at),
  ZZ: (at) => offsetOf(at).replace(":", ""),
};

/** Writes a date or date-time by a pattern, in the offset it was given in. */
export default function formatDate({ date, pattern }: FormatDateInput): FormatDateOutput {
  const at = read(date);
  const text = pattern.replace(TOKENS, (token, literal) => FIELDS[token]?.(at) ?? literal);
  return { text };
}

function read(text: string): Moment {
  const [, ...parts] = DATE_TIME.exec(text) ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  const date = new Date(new Date(0).setUTCFullYear(year, month - 1, day));
  if (parts.length === 0 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    throw new Error(
      `"${text}" is not a date of the calendar: write YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss and an offset`,
    );
  if (hour > 23 || minute > 59 || second > 59)
    throw new Error(`"${text}" has no time of day from 00:00:00 to 23:59:59`);
  const newYear = new Date(0).setUTCFullYear(year, 0, 1);
  return {
    year,
    month,
    day,
    weekday: date.getUTCDay(),
    dayOfYear: (date.getTime() - newYear) / MILLISECONDS_PER_DAY + 1,
    hour,
    minute,
    second,
    millisecond: Number(`${parts[6] ?? ""}000`.slice(0, 3)),
    offset: parts[7],
  };
}

function offsetOf({ offset }: Moment): string {
  if (offset === undefined) throw new Error("The pattern asks for the offset (Z), but the date has none");
  return offset === "Z" ? "+00:00" : offset;
}

/** Of a day or month. */
function ordinal(number: number): string {
  const ending = number >= 11 && number <= 13 ? undefined : ["st", "nd", "rd"][(number % 10) - 1];
  return `${number}${ending ?? "th"}`;
}

function pad(number: number, length: number): string {
  return `${number}`.padStart(length, "0");
}
