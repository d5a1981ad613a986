/** What decides whether one more attempt starts now. Times in milliseconds of one clock. */
export interface HedgeState {
  readonly running: number;
  /** Attempts at a time, at most. */
  readonly width: number;
  readonly now: number;
  /** When the next attempt is due: at once after a failure, after the stagger otherwise. */
  readonly dueAt: number;
}

/** How long to wait before the next attempt, 0 for not at all; undefined: until one of those running has ended. Pure. */
export function untilNextAttempt({ running, width, now, dueAt }: HedgeState): number | undefined {
  if (running === 0) return 0;
  if (running >= width) return undefined;
  return Math.max(0, dueAt - now);
}

export interface Hedge<Candidate, Result> {
  /** The best candidate that was not tried yet: asked anew for every attempt, since what is best may have changed. */
  next(): Candidate | undefined;
  /** Undefined or a rejection: it came to nothing, and the next one starts. Its signal aborts when another was first. */
  attempt(candidate: Candidate, signal: AbortSignal): Promise<Result | undefined>;
  /** Told of every rejection; what it throws ends everything. */
  failed(candidate: Candidate, error: unknown): void;
  readonly width: number;
  /** How long an attempt may take before the next one starts beside it. */
  readonly staggerMs: number;
  readonly signal: AbortSignal;
  now(): number;
}

/**
 * The first result of any candidate, or undefined when none gave one. The next candidate starts when one failed or
 * none has answered for a while, so that one that is gone costs the stagger and not its time-out; the first result
 * aborts the others. Rejects with the signal's reason, or with what `failed` throws.
 */
export function hedged<Candidate, Result>(hedge: Hedge<Candidate, Result>): Promise<Result | undefined> {
  const { signal, width, staggerMs, now } = hedge;
  const losers = new AbortController();
  return new Promise((resolve, reject) => {
    let running = 0;
    let dueAt = now();
    let timer: NodeJS.Timeout | undefined;
    let over = false;

    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      settle();
      losers.abort(new DOMException("another attempt was first", "AbortError"));
    };
    const abort = () => end(() => reject(signal.reason));
    const start = async (candidate: Candidate) => {
      try {
        const result = await hedge.attempt(candidate, losers.signal);
        if (result !== undefined) end(() => resolve(result));
      } catch (error) {
        if (!over) hedge.failed(candidate, error);
      }
      running--;
      dueAt = now();
      look();
    };
    const look = (): void => {
      clearTimeout(timer);
      while (!over) {
        const waitMs = untilNextAttempt({ running, width, now: now(), dueAt });
        if (waitMs === undefined) return;
        if (waitMs > 0) {
          timer = setTimeout(look, waitMs);
          return;
        }
        const candidate = hedge.next();
        if (candidate === undefined) {
          if (running === 0) end(() => resolve(undefined));
          return;
        }
        running++;
        dueAt = now() + staggerMs;
        start(candidate).catch((error: unknown) => end(() => reject(error)));
      }
    };

    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    look();
  });
}
