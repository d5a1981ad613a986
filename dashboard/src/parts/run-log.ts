import type { PeerEvent, RunsPage, RunView } from "@action-collective/protocol";

export type RunStarted = Extract<PeerEvent, { type: "run-started" }>;

/** What the log shows: runs under way first, then those that ended, newest first. */
export interface RunLog {
  readonly running: readonly RunStarted[];
  readonly ended: readonly RunView[];
  /** Where the next page begins; absent at the end. */
  readonly next?: string;
}

/** Which runs somebody wants to see. */
export interface RunFilter {
  readonly action?: string | undefined;
  readonly failed: boolean;
}

/** Rows that are kept on the page; older ones can be asked for again. */
const MOST_ROWS = 1_000;
const MOST_RUNNING = 100;

export const NO_RUNS: RunLog = { running: [], ended: [] };

/** The first page; runs that are under way stay. Pure, as are all here. */
export function withFirst({ running }: RunLog, { runs, next }: RunsPage): RunLog {
  const ended = new Set(runs.map(({ run }) => run));
  return {
    running: running.filter(({ run }) => !ended.has(run)),
    ended: runs,
    ...(next === undefined ? {} : { next }),
  };
}

/** One page more below. */
export function withMore(log: RunLog, { runs, next }: RunsPage): RunLog {
  const known = new Set(log.ended.map(({ run }) => run));
  const ended = [...log.ended, ...runs.filter(({ run }) => !known.has(run))].slice(0, MOST_ROWS);
  return {
    running: log.running,
    ended,
    ...(next === undefined || ended.length === MOST_ROWS ? {} : { next }),
  };
}

/** One that begins. */
export function withStarted(log: RunLog, event: RunStarted, { action }: RunFilter): RunLog {
  if (action !== undefined && event.id !== action) return log;
  // One event may come after the end that it announces was read as a page.
  if ([...log.running, ...log.ended].some(({ run }) => run === event.run)) return log;
  return { ...log, running: [event, ...log.running].slice(0, MOST_RUNNING) };
}

/** One that ended, or was turned away. */
export function withEnded(log: RunLog, run: RunView, { action, failed }: RunFilter): RunLog {
  const running = log.running.filter((one) => one.run !== run.run);
  if ((action !== undefined && run.id !== action) || (failed && run.status === "ok"))
    return { ...log, running };
  const others = log.ended.filter((one) => one.run !== run.run && !isRepeated(one, run));
  return { ...log, running, ended: [run, ...others].slice(0, MOST_ROWS) };
}

/** The same attempt once more: the peer keeps only the last, and counts. */
function isRepeated(one: RunView, again: RunView): boolean {
  return (
    one.attempts !== undefined &&
    again.attempts !== undefined &&
    one.id === again.id &&
    one.status === again.status &&
    one.agent?.id === again.agent?.id
  );
}
