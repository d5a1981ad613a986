import { setTimeout as pause } from "node:timers/promises";

export interface UntilOptions {
  /** What is waited for, for the error message. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/** Polls until `probe` gives something other than undefined or false, and returns it; a throwing probe is asked again. */
export async function until<Value>(
  probe: () => Value | undefined | false | Promise<Value | undefined | false>,
  { what, timeoutMs = 15_000, everyMs = 25 }: UntilOptions,
): Promise<Value> {
  const end = performance.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await pause(everyMs);
  } while (performance.now() < end);
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`, { cause: last });
}
