/** First wait before an action is tried again; doubles with every attempt. */
const FIRST_MS = 2_000;
/** Longest wait between tries for blocks that nobody gave: somebody may come back online. */
const LONGEST_MS = 10 * 60_000;
/** As for blocks, for what an action uses: the wait is never longer than what was waited already, and many may wait. */
const LONGEST_FOR_USED_MS = 60 * 60_000;
/** How often the machine may fail to bring a test to an end before this peer says "unknown". */
export const UNKNOWN_TRIES = 4;

/** Pure. @returns milliseconds to wait after the given number of attempts (1 = the first failed). */
export function retryAfter(attempts: number): number {
  return Math.min(LONGEST_MS, doubled(attempts));
}

/** Pure. As retryAfter, for an action that waits for what it uses. */
export function retryUsingAfter(attempts: number): number {
  return Math.min(LONGEST_FOR_USED_MS, doubled(attempts));
}

function doubled(attempts: number): number {
  return FIRST_MS * 2 ** Math.min(attempts - 1, 20);
}

/** A proved standing that could not be proved again holds; it is tried once in a while. */
const AGAIN_MS = 6 * 60 * 60_000;

/** Pure. @returns milliseconds to wait before a proved standing is put to the test again, once that did not work. */
export function proveAgainAfter(attempts: number): number {
  return AGAIN_MS * Math.min(attempts, 28);
}
