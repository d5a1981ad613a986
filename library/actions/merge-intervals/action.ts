type Bound = number | string;
type Span = { start: Bound; end: Bound };
type MergeIntervalsInput = { intervals: Span[]; joinTouching?: boolean; within?: Span };
type Overlap = Span & { count: number };
type MergeIntervalsOutput = {
  merged: Span[];
  gaps: Span[];
  overlaps: Overlap[];
  total: number;
  gapTotal: number;
  mostAtOnce: number;
};
/** A bound as it was written, and the number by which it compares. */
type Point = { text: Bound; value: number };
type Interval = { start: Point; end: Point };
type Stretch = Interval & { count: number };

const DATE_TIME = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/;

/** What a set of intervals covers, leaves open and covers more than once. */
export default function mergeIntervals(input: MergeIntervalsInput): MergeIntervalsOutput {
  const { intervals, within, joinTouching = true } = input;
  refuseMixture(within === undefined ? intervals : [within, ...intervals]);
  const frame = within && readInterval(within);
  const clipped = intervals.map(readInterval).flatMap((interval) => clip(interval, frame));
  const merged = join(clipped, joinTouching);
  const gaps = gapsBetween(merged, frame);
  const stretches = countCover(clipped);
  const overlaps = stretches.filter(({ count }) => count > 1);
  return {
    merged: merged.map(asWritten),
    gaps: gaps.map(asWritten),
    overlaps: overlaps.map((stretch) => ({ ...asWritten(stretch), count: stretch.count })),
    total: totalOf(merged),
    gapTotal: totalOf(gaps),
    mostAtOnce: stretches.reduce((most, { count }) => Math.max(most, count), 0),
  };
}

/** Times with and without an offset do not compare, and neither do numbers and times. */
function refuseMixture(spans: Span[]): void {
  const kinds = new Set(spans.flatMap(({ start, end }) => [kindOf(start), kindOf(end)]));
  if (kinds.size > 1)
    throw new Error(`All bounds must be of one kind, but there are ${[...kinds].sort().join(" and ")}`);
}

function kindOf(bound: Bound): string {
  if (typeof bound === "number") return "numbers";
  return DATE_TIME.exec(bound)?.[3] === undefined ? "times without an offset" : "times with an offset";
}

function readInterval({ start, end }: Span): Interval {
  const interval = { start: readPoint(start), end: readPoint(end) };
  if (interval.start.value > interval.end.value)
    throw new Error(`The interval from ${start} to ${end} ends before it starts`);
  return interval;
}

function readPoint(text: Bound): Point {
  if (typeof text === "number") return { text, value: text };
  const [, date = "", time = "T00:00", offset = "Z"] = DATE_TIME.exec(text) ?? [];
  const value = Date.parse(date + time + offset);
  const day = Date.parse(`${date}T00:00Z`);
  if (Number.isNaN(value) || new Date(day).toISOString().slice(0, 10) !== date)
    throw new Error(`"${text}" is neither a date nor a date-time: write 2024-03-05 or 2024-03-05T10:00`);
  return { text, value };
}

/** Intervals of no length and those outside the frame cover nothing. */
function clip({ start, end }: Interval, frame: Interval | undefined): Interval[] {
  const from = frame && frame.start.value > start.value ? frame.start : start;
  const to = frame && frame.end.value < end.value ? frame.end : end;
  return from.value < to.value ? [{ start: from, end: to }] : [];
}

function join(intervals: Interval[], joinTouching: boolean): Interval[] {
  const merged: Interval[] = [];
  for (const { start, end } of intervals.toSorted((a, b) => a.start.value - b.start.value)) {
    const last = merged.at(-1);
    const reaches = last && (joinTouching ? start.value <= last.end.value : start.value < last.end.value);
    if (!reaches) merged.push({ start, end });
    else if (end.value > last.end.value) last.end = end;
  }
  return merged;
}

/** Between the merged intervals and, in a frame, before and after them. */
function gapsBetween(merged: Interval[], frame: Interval | undefined): Interval[] {
  const starts = [...merged.map(({ start }) => start), ...(frame ? [frame.end] : [])];
  const ends = [...(frame ? [frame.start] : starts.slice(0, 1)), ...merged.map(({ end }) => end)];
  return starts
    .map((end, index) => ({ start: ends[index] ?? end, end }))
    .filter(({ start, end }) => start.value < end.value);
}

/** Stretches with the number of intervals that cover them, cut only where that number changes. */
function countCover(intervals: Interval[]): Stretch[] {
  const changes = new Map<number, { at: Point; by: number }>();
  const change = (at: Point, by: number) =>
    changes.set(at.value, { at, by: by + (changes.get(at.value)?.by ?? 0) });
  for (const { start, end } of intervals) {
    change(start, 1);
    change(end, -1);
  }
  const sorted = [...changes.values()].filter(({ by }) => by !== 0).sort((a, b) => a.at.value - b.at.value);
  let count = 0;
  return sorted.map(({ at, by }, index) => {
    count += by;
    return { start: at, end: sorted[index + 1]?.at ?? at, count };
  });
}

function totalOf(intervals: Interval[]): number {
  return intervals.reduce((sum, { start, end }) => sum + end.value - start.value, 0);
}

function asWritten({ start, end }: Interval): Span {
  return { start: start.text, end: end.text };
}
