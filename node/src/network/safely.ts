import type { Log } from "./options.ts";

/** What an unknown thrown value says. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/**
 * Wraps a listener: libp2p rethrows what a listener throws as an uncaught exception, which would take the process
 * down. The failure is logged, never swallowed.
 */
export function safely<A extends unknown[]>(
  log: Log,
  what: string,
  listener: (...args: A) => unknown,
): (...args: A) => void {
  const report = (error: unknown) => log("error", `${what} failed`, { reason: reason(error) });
  return (...args) => {
    try {
      const result = listener(...args);
      if (result instanceof Promise) result.catch(report);
    } catch (error) {
      report(error);
    }
  };
}
