type NextCronTimesInput = { cron: string; after: string; count?: number };
type NextCronTimesOutput = { times: string[] };
type Field = { name: string; low: number; high: number; words: string[] };

const MINUTES_PER_DAY = 1440;
const MILLISECONDS_PER_MINUTE = 60_000;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIELDS: Field[] = [
  { name: "minute", low: 0, high: 59, words: [] },
  { name: "hour", low: 0, high: 23, words: [] },
  { name: "day of the month", low: 1, high: 31, words: [] },
  { name: "month", low: 1, high: 12, words: MONTHS },
  { name: "weekday", low: 0, high: 7, words: WEEKDAYS },
];
const NICKNAMES = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
]);
/** 29 February on one weekday can be 40 years away. */
const HORIZON_DAYS = 41 * 366;

/** The next times, strictly after the given one, at which the schedule fires; all in UTC. */
export default function nextCronTimes({ cron, after, count = 5 }: NextCronTimesInput): NextCronTimesOutput {
  const start = Date.parse(after);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 16) !== after.slice(0, 16))
    throw new Error(`after "${after}" is not a date and time of the calendar`);
  const fields = splitFields(cron);
  const numbers = FIELDS.map((field, index) => readField(fields[index] ?? "", field));
  const [minutes = [], hours = [], monthDays = [], months = [], weekdays = []] = numbers;
  const isFree = (index: number) => /^[*?]/.test(fields[index] ?? "");
  // When both day fields are limited, a day fits that fits either: cron's oldest surprise.
  const isEither = !isFree(2) && !isFree(4);
  const dayFits = (date: Date): boolean => {
    const inMonth = monthDays.includes(date.getUTCDate());
    const inWeek = weekdays.some((weekday) => weekday % 7 === date.getUTCDay());
    return months.includes(date.getUTCMonth() + 1) && (isEither ? inMonth || inWeek : inMonth && inWeek);
  };
  const first = Math.floor(start / MILLISECONDS_PER_MINUTE) + 1;
  const firstDay = Math.floor(first / MINUTES_PER_DAY);
  const times: string[] = [];
  for (const offset of Array(HORIZON_DAYS).keys()) {
    const day = firstDay + offset;
    if (!dayFits(new Date(day * MINUTES_PER_DAY * MILLISECONDS_PER_MINUTE))) continue;
    for (const hour of hours)
      for (const minute of minutes) {
        const at = day * MINUTES_PER_DAY + hour * 60 + minute;
        if (at >= first) times.push(isoMinute(at));
        if (times.length === count) return { times };
      }
  }
  if (times.length === 0) throw new Error(`"${cron}" never fires: no month named has such a day`);
  return { times };
}

function splitFields(cron: string): string[] {
  const text = cron.trim();
  const fields = (NICKNAMES.get(text.toLowerCase()) ?? text).toUpperCase().split(/\s+/);
  if (fields.length === FIELDS.length) return fields;
  throw new Error(
    `"${cron}" needs five fields (minute, hour, day of the month, month, weekday) or a name such as @daily`,
  );
}

/** A list of *, n, a-b, each perhaps with a step; gives the numbers in ascending order. */
function readField(text: string, field: Field): number[] {
  const chosen = new Set<number>();
  for (const part of text.split(",")) {
    const [, from = "", to, every] = /^(\*|\?|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const isAll = /^[*?]$/.test(from);
    const low = isAll ? field.low : numberOf(from, field);
    // "5/15" runs on to the end of the field.
    const high =
      isAll || (to === undefined && every !== undefined) ? field.high : numberOf(to ?? from, field);
    const stride = Number(every ?? 1);
    if (!(low <= high && stride > 0) || (isAll && to !== undefined))
      throw new Error(
        `Cannot read "${part}" as ${field.name}: write *, a number ${field.low}-${field.high}, a range or a step`,
      );
    for (const step of Array(Math.floor((high - low) / stride) + 1).keys()) chosen.add(low + step * stride);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** NaN when it is neither a name nor a number of the field. */
function numberOf(text: string, { low, high, words }: Field): number {
  const word = words.indexOf(text);
  if (word >= 0) return word + low;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : Number.NaN;
}

function isoMinute(minute: number): string {
  const text = new Date(minute * MILLISECONDS_PER_MINUTE).toISOString();
  return `${text.slice(0, 16)}Z`;
}
