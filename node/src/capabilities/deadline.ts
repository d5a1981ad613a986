/** The longest that a timer of Node's waits, in milliseconds; what is later is looked at again. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Calls back once the clock has reached that time; at once if it has.
 * @param time by the clock, which tells milliseconds since 1970
 * @returns no longer
 */
export function callAt(time: number, clock: () => number, then: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const left = time - clock();
    if (left <= 0) return then();
    timer = setTimeout(look, Math.min(left, LONGEST_WAIT_MS));
    timer.unref();
  };
  look();
  return () => clearTimeout(timer);
}
