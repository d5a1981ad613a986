type ParseDurationInput = { text: string };
type ParseDurationOutput = { milliseconds: number; iso: string; words: string; approximate: boolean };
type Unit = "year" | "month" | "week" | "day" | "hour" | "minute" | "second" | "millisecond";
/** Months have no fixed length, so they are kept apart from the exact part. */
type Amount = { months: number; milliseconds: number };

const MONTHS_PER_YEAR = 12;
/** A twelfth of the mean Gregorian year of 365.2425 days. */
const MILLISECONDS_PER_MEAN_MONTH = 2_629_746_000;
const MILLISECONDS: Readonly<Record<Exclude<Unit, "year" | "month">, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};

/** Singular forms; "m" is always minutes. */
const SPELLINGS: readonly [Unit, string[]][] = [
  ["year", ["y", "yr", "year"]],
  ["month", ["mo", "mon", "mth", "month"]],
  ["week", ["w", "wk", "week"]],
  ["day", ["d", "day"]],
  ["hour", ["h", "hr", "hour"]],
  ["minute", ["m", "min", "minute"]],
  ["second", ["s", "sec", "second"]],
  ["millisecond", ["ms", "msec", "millisecond"]],
];
const UNITS: ReadonlyMap<string, Unit> = new Map(
  SPELLINGS.flatMap(([unit, names]) =>
    names.flatMap((name) => [name, `${name}s`].map((n) => [n, unit] as const)),
  ),
);

const ISO_DATE_UNITS: readonly Unit[] = ["year", "month", "week", "day"];
const ISO_TIME_UNITS: readonly Unit[] = ["hour", "minute", "second"];
const NUMBER = "(\\d+(?:[.,]\\d+)?)";
const ISO = new RegExp(
  `^P(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
  "i",
);
const CLOCK = /^(\d+):([0-5]\d):([0-5]\d(?:[.,]\d+)?)$/;

/** Reads "1h 30m", "2 days and 3 hours", "01:30:00" or ISO 8601 ("P1DT2H"); a leading minus makes it negative. */
export default function parseDuration(input: ParseDurationInput): ParseDurationOutput {
  const text = input.text.trim();
  const isNegative = text.startsWith("-");
  const { months, milliseconds } = total(readParts(text.replace(/^[+-]\s*/, ""), text), text);
  const size = months * MILLISECONDS_PER_MEAN_MONTH + milliseconds;
  if (!Number.isSafeInteger(size)) throw new Error(`"${text}" is too long to be counted in milliseconds`);
  const sign = isNegative && size > 0 ? "-" : "";
  const counts = split({ months, milliseconds });
  return {
    milliseconds: sign === "" ? size : -size,
    iso: sign + toIso(counts),
    words: (sign === "" ? "" : "minus ") + toWords(counts),
    approximate: months > 0,
  };
}

function readParts(text: string, original: string): Map<Unit, number> {
  const clock = CLOCK.exec(text);
  if (clock !== null) return numbered(ISO_TIME_UNITS, clock.slice(1));
  const iso = ISO.exec(text);
  if (iso === null) return readWords(text, original);
  const parts = numbered([...ISO_DATE_UNITS, ...ISO_TIME_UNITS], iso.slice(1));
  if (parts.size === 0 || /t$/i.test(text)) throw unreadable(original);
  return parts;
}

function numbered(units: readonly Unit[], texts: readonly (string | undefined)[]): Map<Unit, number> {
  const parts = new Map<Unit, number>();
  for (const [index, unit] of units.entries()) {
    const text = texts[index];
    if (text !== undefined) parts.set(unit, Number(text.replace(",", ".")));
  }
  return parts;
}

function readWords(text: string, original: string): Map<Unit, number> {
  const parts = new Map<Unit, number>();
  let rest = text.toLowerCase().replace(/,|\band\b/g, " ");
  while (rest !== "" || parts.size === 0) {
    const [match, number, name = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]+)\s*/.exec(rest) ?? [];
    const unit = UNITS.get(name);
    if (match === undefined || unit === undefined) throw unreadable(original);
    if (parts.has(unit)) throw new Error(`"${original}" names ${unit}s twice`);
    parts.set(unit, Number(number));
    rest = rest.slice(match.length);
  }
  return parts;
}

function unreadable(text: string): Error {
  return new Error(`Cannot read "${text}" as a duration: write it like "1h 30m", "01:30:00" or "PT1H30M"`);
}

function total(parts: ReadonlyMap<Unit, number>, text: string): Amount {
  const amount = { months: 0, milliseconds: 0 };
  for (const [unit, count] of parts) {
    if (unit === "year") amount.months += count * MONTHS_PER_YEAR;
    else if (unit === "month") amount.months += count;
    else amount.milliseconds += count * MILLISECONDS[unit];
  }
  if (!Number.isInteger(amount.months)) throw new Error(`"${text}" is not a whole number of months`);
  return { months: amount.months, milliseconds: Math.round(amount.milliseconds) };
}

/** Largest units first; the units of zero are left out. Weeks become days. */
function split({ months, milliseconds }: Amount): [Unit, number][] {
  const { day, hour, minute, second } = MILLISECONDS;
  const counts: [Unit, number][] = [
    ["year", Math.floor(months / MONTHS_PER_YEAR)],
    ["month", months % MONTHS_PER_YEAR],
    ["day", Math.floor(milliseconds / day)],
    ["hour", Math.floor((milliseconds % day) / hour)],
    ["minute", Math.floor((milliseconds % hour) / minute)],
    ["second", (milliseconds % minute) / second],
  ];
  return counts.filter(([, count]) => count !== 0);
}

function toIso(counts: readonly [Unit, number][]): string {
  const write = (units: readonly Unit[]) =>
    counts
      .filter(([unit]) => units.includes(unit))
      .map(([unit, count]) => count + unit.charAt(0).toUpperCase())
      .join("");
  const time = write(ISO_TIME_UNITS);
  const iso = `P${write(ISO_DATE_UNITS)}${time && `T${time}`}`;
  return iso === "P" ? "PT0S" : iso;
}

function toWords(counts: readonly [Unit, number][]): string {
  const words = counts.map(([unit, count]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return words.join(" ") || "0 seconds";
}
