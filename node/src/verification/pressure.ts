/** What the machine is up to, besides what somebody waits for. */
export interface Pressure {
  /** The system's load average of the last minute for each core; 0 where the system tells none. */
  readonly loadPerCore: number;
  /** Background verifications begun in the minute that began at `minuteAt`. */
  readonly begun: number;
  readonly minuteAt: number;
  readonly now: number;
}

/** What the user allows verifications that nobody asked for. */
export interface PressureLimits {
  /** Load average for each core above which they pause. */
  readonly quietLoad: number;
  readonly perMinute: number;
}

export type Decision =
  | { readonly go: true }
  | { readonly go: false; readonly because: "load" | "rate"; readonly againMs: number };

export const MINUTE_MS = 60_000;
/** The system works its load average out anew this often. */
const LOAD_AGAIN_MS = 5_000;

/** Whether the next background verification may begin. Pure. */
export function mayVerify(pressure: Pressure, limits: PressureLimits): Decision {
  const { loadPerCore, begun, minuteAt, now } = pressure;
  if (loadPerCore > limits.quietLoad) return { go: false, because: "load", againMs: LOAD_AGAIN_MS };
  const left = minuteAt + MINUTE_MS - now;
  // A clock that was set back must not hold up anything for longer than a minute.
  if (begun >= limits.perMinute && left > 0)
    return { go: false, because: "rate", againMs: Math.min(left, MINUTE_MS) };
  return { go: true };
}
