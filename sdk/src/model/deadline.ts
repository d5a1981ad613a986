import { ModelTimeoutError } from "./errors.ts";

/** One answer's time: ends when the caller's signal does, or when the time is over. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** `promise`, or a rejection as soon as the signal fires, whatever the promise does. */
  race<Value>(promise: PromiseLike<Value>): Promise<Value>;
  /** Throws the caller's reason or the time-out, if either ended it. */
  throwIfOver(): void;
}

export function deadline(timeoutMs: number, outer: AbortSignal | undefined): Deadline {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new ModelTimeoutError(timeoutMs)), timeoutMs);
  const follow = () => controller.abort(outer?.reason);
  outer?.addEventListener("abort", follow, { once: true });
  const { signal } = controller;
  return {
    signal,
    race: (promise) =>
      new Promise((resolve, reject) => {
        const over = () => reject(signal.reason);
        if (signal.aborted) return over();
        signal.addEventListener("abort", over, { once: true });
        promise.then(resolve, reject).then(() => signal.removeEventListener("abort", over));
      }),
    throwIfOver: () => signal.throwIfAborted(),
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
    },
  };
}
