/** The longest time that a timer holds, 24 days; a longer one would be over at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The time that something may take: ends when the caller's signal does, or when it is over. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** `promise`, or a rejection as soon as the signal fires, whatever the promise does. */
  race<Value>(promise: PromiseLike<Value>): Promise<Value>;
  /** Throws the caller's reason or that of the time, if either ended it. */
  throwIfOver(): void;
}

/**
 * @param timeoutMs without end when it is undefined
 * @param over what the signal's reason is then
 * @throws the reason of `outer`, where that has fired already
 */
export function deadline(
  timeoutMs: number | undefined,
  outer: AbortSignal | undefined,
  over: () => Error,
): Deadline {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => controller.abort(over()), Math.min(timeoutMs, LONGEST_MS));
  const follow = () => controller.abort(outer?.reason);
  outer?.addEventListener("abort", follow, { once: true });
  const { signal } = controller;
  return {
    signal,
    race: (promise) =>
      new Promise((resolve, reject) => {
        const end = () => reject(signal.reason);
        signal.addEventListener("abort", end, { once: true });
        // Always listened to: what it throws after its time is nobody's affair any more.
        promise.then(resolve, reject).then(() => signal.removeEventListener("abort", end));
        if (signal.aborted) end();
      }),
    throwIfOver: () => signal.throwIfAborted(),
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
    },
  };
}
