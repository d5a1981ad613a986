type Order = "dmy" | "mdy" | "ymd";
type ParseDateInput = { text: string; reference?: string; order?: Order; direction?: "future" | "past" };
type ParseDateOutput = { date: string; weekday: string; usedReference: boolean };
/** `today` throws when there is no reference, so that only texts that need one ask for it. */
type Context = { today: () => number; order: Order | undefined; step: number };

const MILLISECONDS_PER_DAY = 86_400_000;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const ORDINALS = ["first", "second", "third", "fourth", "fifth"];
const DAY_WORDS = new Map([
  ["today", 0],
  ["tomorrow", 1],
  ["yesterday", -1],
  ["day after tomorrow", 2],
  ["day before yesterday", -2],
]);
const DAYS_PER_UNIT = new Map([
  ["day", 1],
  ["week", 7],
  ["fortnight", 14],
]);
const MONTHS_PER_UNIT = new Map([
  ["month", 1],
  ["quarter", 3],
  ["year", 12],
]);

const MONTH =
  "(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const WEEKDAY =
  "(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)";
const DAY = "(?<day>\\d\\d?)(?:st|nd|rd|th)?";
const YEAR = "(?: (?<year>\\d\\d|\\d{4}))?";
const UNIT = "(day|week|fortnight|month|quarter|year)";
const NAMED = [
  new RegExp(`^${DAY} ${MONTH}${YEAR}$`),
  new RegExp(`^${MONTH} ${DAY}${YEAR}$`),
  new RegExp(`^(?<year>\\d{4}) ${MONTH} ${DAY}$`),
];
const OUTER_WEEKDAY = new RegExp(`^${WEEKDAY}[,.]* (?=.*\\d)|(?<=\\d)[ ,(]+${WEEKDAY}\\)?$`);
const COUNT = new RegExp(`^(in )?(\\w+) ${UNIT}s?(?: (from now|from today|ago))?$`);
const NEAR_WEEKDAY = new RegExp(`^(?:(last|this|next) )?${WEEKDAY}$`);
const WEEKDAY_OF_WEEK = new RegExp(`^${WEEKDAY} (last|this|next) week$`);
const NEAR_UNIT = new RegExp(`^(last|next) ${UNIT}$`);
const EDGE = /^(start|beginning|first day|end|last day) (?:(last|this|next) )?(week|month|quarter|year)$/;
const NTH_WEEKDAY = new RegExp(
  `^(${ORDINALS.join("|")}|last) ${WEEKDAY} (?:${MONTH}(?: (\\d{4}))?|(last|this|next) month)$`,
);
const TIME =
  /(?:^|[t :]|\bat )\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]\.?m\b)?(?: ?(?:z|utc|gmt|[bceijmp][sde]s?t)\b)?(?: ?[+-]\d\d:?\d\d)?(?: \([^)]*\))?|(?:^| )(?:at )?\d{1,2} ?[ap]\.?m\b\.?/;

/** Reads a date as people write it; what the text leaves open is refused rather than guessed. */
export default function parseDate({ text, reference, order, direction }: ParseDateInput): ParseDateOutput {
  let usedReference = false;
  const today = () => {
    if (reference === undefined)
      throw new Error(`"${text}" depends on the day it is read: give that day as reference, YYYY-MM-DD`);
    usedReference = true;
    return calendarDay(reference.slice(0, 4), Number(reference.slice(5, 7)), reference.slice(8));
  };
  const context = { today, order, step: direction === "past" ? -1 : 1 };
  const plain = text.toLowerCase().replace(/\s+/g, " ").replace(TIME, " ").trim();
  const dated = plain.replace(OUTER_WEEKDAY, "");
  const fixed = readNumeric(dated, context) ?? readNamed(toPhrase(dated), context);
  const [weekday] = OUTER_WEEKDAY.exec(plain) ?? [];
  if (fixed !== undefined && weekday !== undefined) checkWeekday(weekday, fixed);
  const day = fixed ?? readRelative(toPhrase(plain), context);
  if (day === undefined) throw new Error(`Cannot read "${text}" as a date`);
  const date = new Date(day * MILLISECONDS_PER_DAY);
  if (date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999)
    throw new Error("The date lies outside the years 0000 to 9999");
  return { date: date.toISOString().slice(0, 10), weekday: `${WEEKDAYS[weekdayOf(day)]}`, usedReference };
}

function readNumeric(text: string, { order }: Context): number | undefined {
  const [, year, month, day] = /^(\d{4})([-/. ]?)(\d\d?)\2(\d\d?)$/.exec(text)?.toSpliced(2, 1) ?? [];
  if (year !== undefined) return calendarDay(year, Number(month), day);
  const match = /^(\d\d?)([-/. ])(\d\d?)\2(\d\d|\d{4})$/.exec(text);
  if (match === null) return undefined;
  const [, first, separator, second, third] = match;
  switch (order ?? (separator === "." ? "dmy" : provenOrder(Number(first), Number(second), text))) {
    case "ymd":
      return calendarDay(`${first}`, Number(second), third);
    case "mdy":
      return calendarDay(`${third}`, Number(first), second);
    case "dmy":
      return calendarDay(`${third}`, Number(second), first);
  }
}

function provenOrder(first: number, second: number, text: string): Order {
  if (second > 12) return "mdy";
  if (first > 12 || first === second) return "dmy";
  throw new Error(`"${text}" may be day first or month first: give order "dmy" or "mdy"`);
}

/** Single words and numbers, with one space between them. */
function toPhrase(text: string): string {
  return text
    .replace(/(?<=\d)(?=[a-z]{3})|(?<=[a-z])(?=\d)/g, " ")
    .replace(/[\s,.'’/()-]+|\b(?:the|of|on)\b/g, " ")
    .replace(/ +/g, " ")
    .trim();
}

/** "5 March 2024", "March 5th" or "2024 Mar 5". */
function readNamed(phrase: string, context: Context): number | undefined {
  const match = NAMED.map((form) => form.exec(phrase)).find((found) => found !== null);
  if (match?.groups === undefined) return undefined;
  const { year, month, day } = match.groups;
  const number = monthNumber(`${month}`);
  if (year !== undefined) return calendarDay(year, number, day);
  const dayIn = (one: number) =>
    exists(one, number, Number(day)) ? dayOf(one, number, Number(day)) : undefined;
  const found = nearest(dayIn, context);
  if (found === undefined) throw new Error(`Month ${number} never has a day ${Number(day)}`);
  return found;
}

function checkWeekday(name: string, day: number): void {
  const named = weekdayNumber(name.replace(/\W/g, ""));
  if (named !== weekdayOf(day))
    throw new Error(`That day is a ${WEEKDAYS[weekdayOf(day)]}, not a ${WEEKDAYS[named]}`);
}

/** The text names no year. A fifth weekday of February may be forty years away. */
function nearest(dayIn: (year: number) => number | undefined, { today, step }: Context): number | undefined {
  const now = today();
  const year = Math.floor(monthIndex(now) / 12);
  const days = Array.from({ length: 41 }, (_, index) => dayIn(year + index * step));
  return days.find((day) => day !== undefined && (step > 0 ? day >= now : day <= now));
}

function readRelative(phrase: string, context: Context): number | undefined {
  const { today, step } = context;
  const shift = DAY_WORDS.get(phrase);
  if (shift !== undefined) return today() + shift;
  const count = COUNT.exec(phrase);
  if (count?.[1] !== undefined || count?.[4] !== undefined) {
    const amount = numberNamed(`${count[2]}`);
    return amount === undefined
      ? undefined
      : add(today(), `${count[3]}`, count[4] === "ago" ? -amount : amount);
  }
  const near = NEAR_WEEKDAY.exec(phrase);
  if (near) return nearWeekday(near[1], weekdayNumber(`${near[2]}`), today(), step);
  const inWeek = WEEKDAY_OF_WEEK.exec(phrase);
  if (inWeek) return startOf("week", today()) + 7 * shiftOf(inWeek[2]) + weekdayNumber(`${inWeek[1]}`);
  const unit = NEAR_UNIT.exec(phrase);
  if (unit) return add(today(), `${unit[2]}`, shiftOf(unit[1]));
  const edge = EDGE.exec(phrase);
  if (edge) return edgeOf(`${edge[3]}`, shiftOf(edge[2] ?? "this"), /^(end|last)/.test(phrase), today());
  const nth = NTH_WEEKDAY.exec(phrase);
  return nth ? nthWeekday(nth, context) : undefined;
}

/** "next Friday" is the first one after today; "this Friday" the one of today's week, Monday to Sunday. */
function nearWeekday(which: string | undefined, weekday: number, today: number, step: number): number {
  if (which === "this") return startOf("week", today) + weekday;
  const direction = which === undefined ? step : shiftOf(which);
  let day = which === undefined ? today : today + direction;
  while (weekdayOf(day) !== weekday) day += direction;
  return day;
}

function edgeOf(unit: string, shift: number, isEnd: boolean, today: number): number {
  const start = startOf(unit, today);
  return isEnd ? add(start, unit, shift + 1) - 1 : add(start, unit, shift);
}

function nthWeekday([phrase, ordinal, name, month, year, shift]: RegExpExecArray, context: Context): number {
  const nth = (first: number) => nthFrom(`${ordinal}`, weekdayNumber(`${name}`), first);
  const dayIn = (one: number) => nth(dayOf(one, monthNumber(`${month}`), 1));
  const ofMonth = () => nth(add(startOf("month", context.today()), "month", shiftOf(shift)));
  const ofYear = () => (year === undefined ? nearest(dayIn, context) : dayIn(Number(year)));
  const found = month === undefined ? ofMonth() : ofYear();
  if (found === undefined) throw new Error(`There is no ${phrase}`);
  return found;
}

/** In the month that begins on the first day. */
function nthFrom(ordinal: string, weekday: number, first: number): number | undefined {
  const next = add(first, "month", 1);
  if (ordinal === "last") return nearWeekday("last", weekday, next, 1);
  const found = nearWeekday(undefined, weekday, first, 1) + 7 * ORDINALS.indexOf(ordinal);
  return found < next ? found : undefined;
}

function add(day: number, unit: string, count: number): number {
  const days = DAYS_PER_UNIT.get(unit);
  if (days !== undefined) return day + days * count;
  const month = monthIndex(day) + (MONTHS_PER_UNIT.get(unit) ?? 0) * count;
  const dayOfMonth = day - dayOf(0, monthIndex(day) + 1, 1);
  return Math.min(dayOf(0, month + 1, 1) + dayOfMonth, dayOf(0, month + 2, 1) - 1);
}

function startOf(unit: string, day: number): number {
  if (unit === "week") return day - weekdayOf(day);
  const months = MONTHS_PER_UNIT.get(unit) ?? 1;
  return dayOf(0, Math.floor(monthIndex(day) / months) * months + 1, 1);
}

function numberNamed(word: string): number | undefined {
  if (/^\d{1,5}$/.test(word)) return Number(word);
  return /^an?$/.test(word) ? 1 : NUMBERS.indexOf(word) + 1 || undefined;
}

function shiftOf(word: string | undefined): number {
  return ["last", "this", "next"].indexOf(`${word}`) - 1;
}

function monthNumber(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3)) + 1;
}

/** 0 is Monday. */
function weekdayNumber(name: string): number {
  return WEEKDAYS.findIndex(
    (weekday) => weekday.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase(),
  );
}

/** Days since 1970-01-01, a Thursday. */
function dayOf(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / MILLISECONDS_PER_DAY;
}

function weekdayOf(day: number): number {
  return (new Date(day * MILLISECONDS_PER_DAY).getUTCDay() + 6) % 7;
}

/** Months since January of the year 0. */
function monthIndex(day: number): number {
  const date = new Date(day * MILLISECONDS_PER_DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function exists(year: number, month: number, day: number): boolean {
  return day > 0 && monthIndex(dayOf(year, month, day)) === year * 12 + month - 1;
}

function calendarDay(yearText: string, month: number, dayText: string | undefined): number {
  const short = Number(yearText);
  // Two digits: the century as POSIX has it.
  const year = yearText.length === 2 ? short + (short < 69 ? 2000 : 1900) : short;
  const isMonth = month >= 1 && month <= 12;
  if (isMonth && exists(year, month, Number(dayText))) return dayOf(year, month, Number(dayText));
  throw new Error(`Year ${year}, month ${month}, day ${Number(dayText)} is not a date of the calendar`);
}
