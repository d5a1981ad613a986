/** How numbers and times are written on the pages: pure, the clock is given. */

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Decimal units, three digits: `1.46 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

const STEPS = [
  ["s", 60],
  ["min", 60],
  ["h", 24],
  ["d", 365],
  ["y", Number.POSITIVE_INFINITY],
] as const;

/** The largest whole unit: `just now`, `3 min ago`, `in 2 h`. */
export function agoText(at: number, now: number): string {
  const text = spanText(Math.abs(now - at));
  if (text === "0 s") return "just now";
  return at <= now ? `${text} ago` : `in ${text}`;
}

/** How long something lasts, in its largest whole unit. */
export function spanText(ms: number): string {
  let value = Math.floor(ms / 1000);
  for (const [unit, size] of STEPS) {
    if (value < size) return `${value} ${unit}`;
    value = Math.floor(value / size);
  }
  return `${value} y`;
}

export const durationText = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

/** Local date and time, for a title. */
export const momentText = (at: number): string => new Date(at).toLocaleString();

/** Its beginning and end, which is what people compare. */
export const shortId = (id: string): string => (id.length <= 16 ? id : `${id.slice(0, 6)}…${id.slice(-6)}`);

export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** A share of 1 as a percentage without false precision. */
export const percentText = (share: number): string => `${Math.round(share * 100)} %`;
