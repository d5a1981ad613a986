type Unit = "year" | "month" | "week" | "day" | "hour" | "minute" | "second" | "millisecond";
type Rounding = "nearest" | "down" | "up";
type FormatDurationInput = {
  milliseconds: number;
  units?: Unit[];
  maxUnits?: number;
  rounding?: Rounding;
  keepZeros?: boolean;
};
/** Name, milliseconds and letter. */
type Kind = [Unit, number, string];
type Part = { unit: Unit; letter: string; count: number; size: number };
type FormatDurationOutput = {
  words: string;
  short: string;
  sentence: string;
  clock: string;
  rounded: number;
};

/** Longest first. A month is a twelfth of the mean year of 365.2425 days. */
const LENGTHS: Kind[] = [
  ["year", 31_556_952_000, "y"],
  ["month", 2_629_746_000, "mo"],
  ["week", 604_800_000, "w"],
  ["day", 86_400_000, "d"],
  ["hour", 3_600_000, "h"],
  ["minute", 60_000, "m"],
  ["second", 1000, "s"],
  ["millisecond", 1, "ms"],
];
const USUAL: Unit[] = ["day", "hour", "minute", "second"];
const SECONDS_PER_MINUTE = 60;

/** Writes a length of time in words; rounding carries over, so that 59.9 minutes become an hour. */
export default function formatDuration(input: FormatDurationInput): FormatDurationOutput {
  const { milliseconds, units = USUAL, maxUnits = LENGTHS.length, rounding = "nearest" } = input;
  const used = LENGTHS.filter(([unit]) => units.includes(unit));
  const rounded = round(Math.abs(milliseconds), used, maxUnits, rounding);
  const all = split(rounded, used);
  const first = all.findIndex(({ count }) => count > 0);
  // Of nothing, the smallest unit tells best: 0 seconds.
  const parts = first < 0 ? all.slice(-1) : all.slice(first, first + maxUnits);
  const shown = parts.filter(({ count }) => count > 0 || first < 0 || input.keepZeros === true);
  const isNegative = rounded > 0 && milliseconds < 0;
  const sign = isNegative ? "-" : "";
  const phrases = shown.map(({ unit, count }) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return {
    words: (isNegative ? "minus " : "") + phrases.join(" "),
    sentence: (isNegative ? "minus " : "") + enumerate(phrases),
    short: sign + shown.map(({ letter, count }) => `${count}${letter}`).join(" "),
    clock: sign + clockOf(rounded),
    rounded: isNegative ? -rounded : rounded,
  };
}

/** To the finest unit that still shows when the first unit, perhaps filled up by the rounding, is known. */
function round(size: number, used: Kind[], maxUnits: number, rounding: Rounding): number {
  const values = used.map((_, index) => roundTo(size, used.slice(0, index + 1), rounding));
  const shows = (value: number, index: number) =>
    value === 0 || index - used.findIndex(([, length]) => length <= value) < maxUnits;
  return values.findLast(shows) ?? 0;
}

/** Rounds what is left of the last unit only, because months are no whole number of days. */
function roundTo(size: number, used: Kind[], rounding: Rounding): number {
  const whole = total(split(size, used));
  const step = used.at(-1)?.[1] ?? 0;
  const rest = size - whole;
  const isUp = rounding === "up" ? rest > 0 : rounding === "nearest" && rest * 2 >= step;
  return isUp ? total(split(whole + step, used)) : whole;
}

function split(size: number, used: Kind[]): Part[] {
  let rest = size;
  return used.map(([unit, length, letter]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return { unit, letter, count, size: count * length };
  });
}

function total(parts: Part[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}

/** "1 day, 2 hours and 5 minutes". */
function enumerate(phrases: string[]): string {
  const last = phrases.slice(-1);
  const others = phrases.slice(0, -1).join(", ");
  return others === "" ? last.join() : `${others} and ${last.join()}`;
}

/** Hours, which may be many, minutes and seconds; milliseconds only if there are any. */
function clockOf(size: number): string {
  const seconds = Math.floor(size / 1000);
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE);
  const fraction = size % 1000 === 0 ? "" : `.${pad(size % 1000, 3)}`;
  return `${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}:${pad(seconds % SECONDS_PER_MINUTE, 2)}${fraction}`;
}

function pad(number: number, length: number): string {
  return `${number}`.padStart(length, "0");
}
