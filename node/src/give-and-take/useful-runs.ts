import type { DatabaseSync } from "node:sqlite";
import { RUNS_CACHED_MS } from "./limits.ts";

/**
 * Successful runs here, by who published the action first: to publish it once more is no merit, and what ships with this
 * program is nobody's. Reads the catalogue's tables; all publishers at once, since only actions that ran here are looked at.
 */
export class UsefulRuns {
  readonly #all: () => unknown[];
  #byPublisher = new Map<string, number>();
  #readAt: number | undefined;

  constructor(database: DatabaseSync) {
    // The order of this join is fixed: few actions ever ran here, and many are known.
    const statement = database.prepare(
      `SELECT publisher, sum(succeeded) AS runs FROM counters CROSS JOIN actions ON actions.id = counters.action
        WHERE succeeded > 0 AND starter = 0 GROUP BY publisher`,
    );
    this.#all = () => statement.all();
  }

  /** @param now milliseconds since the epoch */
  of(peer: string, now: number): number {
    if (this.#readAt === undefined || Math.abs(now - this.#readAt) >= RUNS_CACHED_MS) {
      const rows = this.#all() as { publisher: string; runs: number }[];
      this.#byPublisher = new Map(rows.map(({ publisher, runs }) => [publisher, runs]));
      this.#readAt = now;
    }
    return this.#byPublisher.get(peer) ?? 0;
  }
}
