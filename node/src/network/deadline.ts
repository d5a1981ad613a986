/**
 * Runs `work` under a signal that aborts after `ms` or with any of `parents`, and lets go of the parents afterwards:
 * `AbortSignal.any` on a signal that lives as long as the peer would collect listeners.
 */
export async function withDeadline<T>(
  ms: number,
  parents: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`nothing came of it within ${ms} ms`, "TimeoutError")),
    ms,
  );
  const releases: (() => void)[] = [];
  try {
    for (const parent of parents) {
      if (!parent) continue;
      parent.throwIfAborted();
      const abort = () => controller.abort(parent.reason);
      parent.addEventListener("abort", abort, { once: true });
      releases.push(() => parent.removeEventListener("abort", abort));
    }
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    for (const release of releases) release();
  }
}

/** Resolves with `work`, or with undefined once `ms` have passed; `work` goes on unattended. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, or rejects with the signal's reason. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal.addEventListener("abort", abort, { once: true });
  });
}
