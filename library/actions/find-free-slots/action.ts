type Span = { start: string; end: string };
type FindFreeSlotsInput = {
  from: string;
  to: string;
  minutes: number;
  busy?: Span[];
  workingHours?: Span;
  workingDays?: number[];
  bufferMinutes?: number;
  startEvery?: number;
  limit?: number;
};
type Slot = { start: string; end: string; minutes: number };
type FindFreeSlotsOutput = { slots: Slot[]; complete: boolean };
/** Minutes since 1970-01-01T00:00 on the common clock. */
type Interval = { start: number; end: number };

const MILLISECONDS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1440;
const MAX_DAYS = 366;
const WEEKDAYS = [1, 2, 3, 4, 5];
const DEFAULT_LIMIT = 100;

/** Free stretches of at least the wanted length, or proposals of just that length at regular start times. */
export default function findFreeSlots(input: FindFreeSlotsInput): FindFreeSlotsOutput {
  const range = intervalOf({ start: input.from, end: input.to }, "from must come before to");
  if (range.end - range.start > MAX_DAYS * MINUTES_PER_DAY)
    throw new Error(`Search at most ${MAX_DAYS} days at once`);
  const buffer = input.bufferMinutes ?? 0;
  const busy = (input.busy ?? [])
    .map((span) =>
      intervalOf(span, `The busy time from ${span.start} to ${span.end} must end after it starts`),
    )
    .map(({ start, end }) => ({ start: start - buffer, end: end + buffer }))
    .sort((a, b) => a.start - b.start);
  const free = workingTimes(input, range).flatMap((window) => subtract(window, busy));
  const { minutes, startEvery, limit = DEFAULT_LIMIT } = input;
  const found = free
    .filter(({ start, end }) => end - start >= minutes)
    .flatMap((gap) => (startEvery === undefined ? [gap] : proposals(gap, minutes, startEvery)));
  return { slots: found.slice(0, limit).map(toSlot), complete: found.length <= limit };
}

/** Windows that touch, as around midnight with hours 00:00 to 24:00, become one. */
function workingTimes(
  { workingHours, workingDays = WEEKDAYS }: FindFreeSlotsInput,
  range: Interval,
): Interval[] {
  const opens = minuteOfDay(workingHours?.start ?? "09:00");
  const closes = minuteOfDay(workingHours?.end ?? "17:00");
  // Hours that end before they start run past midnight.
  const length = closes > opens ? closes - opens : closes - opens + MINUTES_PER_DAY;
  const windows: Interval[] = [];
  for (let day = Math.floor(range.start / MINUTES_PER_DAY) - 1; day * MINUTES_PER_DAY < range.end; day += 1) {
    if (!workingDays.includes(isoWeekday(day))) continue;
    const start = Math.max(range.start, day * MINUTES_PER_DAY + opens);
    const end = Math.min(range.end, day * MINUTES_PER_DAY + opens + length);
    const last = windows.at(-1);
    if (last?.end === start) last.end = end;
    else if (end > start) windows.push({ start, end });
  }
  return windows;
}

function subtract(window: Interval, busy: Interval[]): Interval[] {
  const gaps: Interval[] = [];
  let free = window.start;
  for (const { start, end } of busy) {
    if (start >= window.end) break;
    if (start > free) gaps.push({ start: free, end: start });
    free = Math.max(free, end);
  }
  return [...gaps, { start: free, end: window.end }];
}

/** Starts at round times of the clock, counted from midnight: with 30, at every full and half hour. */
function proposals(gap: Interval, minutes: number, every: number): Interval[] {
  const found: Interval[] = [];
  const midnight = Math.floor(gap.start / MINUTES_PER_DAY) * MINUTES_PER_DAY;
  for (
    let start = midnight + Math.ceil((gap.start - midnight) / every) * every;
    start + minutes <= gap.end;
    start += every
  )
    found.push({ start, end: start + minutes });
  return found;
}

function toSlot({ start, end }: Interval): Slot {
  return { start: clockTime(start), end: clockTime(end), minutes: end - start };
}

function intervalOf({ start, end }: Span, problem: string): Interval {
  const interval = { start: readTime(start), end: readTime(end) };
  if (interval.start >= interval.end) throw new Error(problem);
  return interval;
}

function readTime(text: string): number {
  const minute = Date.parse(`${text}Z`) / MILLISECONDS_PER_MINUTE;
  if (Number.isNaN(minute) || clockTime(minute) !== text)
    throw new Error(`${text} is not a date and time of the calendar`);
  return minute;
}

function clockTime(minute: number): string {
  return new Date(minute * MILLISECONDS_PER_MINUTE).toISOString().slice(0, 16);
}

function minuteOfDay(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

/** 1 is Monday, 7 is Sunday. */
function isoWeekday(day: number): number {
  return new Date(day * MINUTES_PER_DAY * MILLISECONDS_PER_MINUTE).getUTCDay() || 7;
}
