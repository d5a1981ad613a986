import type { DatabaseSync } from "node:sqlite";
import type { ActionId } from "@action-collective/protocol";
import { RunLog } from "./run-log.ts";
import { prepared } from "./statements.ts";
import { Touched } from "./touched.ts";
import type { Counters, RunEntry } from "./types.ts";

const NONE: Counters = { runs: 0, succeeded: 0, useful: 0, useless: 0 };

/** Whether what is counted may ever be published. */
export type Audience = "everybody" | "nobody";

/** This peer's own runs: the audit log, and the counters that become feedback. No inputs, no outputs, no task text. */
export class Usage {
  readonly log: RunLog;
  readonly #sql;
  /** Whose counters were written. */
  readonly touched = new Touched<ActionId>();

  constructor(database: DatabaseSync) {
    this.log = new RunLog(database);
    this.#sql = prepared(database, {
      count: `INSERT INTO counters (action, runs, succeeded, useful, useless, dirty) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (action) DO UPDATE SET runs = runs + ?2, succeeded = succeeded + ?3, useful = useful + ?4,
        useless = useless + ?5, dirty = max(dirty, ?6)`,
      withhold: `INSERT INTO untold (action, runs, succeeded, useful, useless) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (action) DO UPDATE SET runs = runs + ?2, succeeded = succeeded + ?3, useful = useful + ?4,
        useless = useless + ?5`,
      untold: "SELECT runs, succeeded, useful, useless FROM untold WHERE action = ?",
      used: `INSERT INTO counters (action, last_used) VALUES (?1, ?2)
        ON CONFLICT (action) DO UPDATE SET last_used = max(ifnull(last_used, 0), ?2)`,
      lastUsed: "SELECT last_used FROM counters WHERE action = ?",
      get: "SELECT runs, succeeded, useful, useless FROM counters WHERE action = ?",
      all: "SELECT action, runs, succeeded, useful, useless FROM counters WHERE runs + useful + useless > 0",
      dirty: "SELECT action FROM counters WHERE dirty = 1 LIMIT ?",
      clean: "UPDATE counters SET dirty = 0 WHERE action = ?",
    });
  }

  addRun(run: RunEntry): void {
    this.log.addRun(run);
    this.#sql.used.run(run.action, run.started);
  }

  /** When this peer last ran it, in milliseconds since the epoch; undefined when it never did. */
  lastUsed(action: ActionId): number | undefined {
    return (
      (this.#sql.lastUsed.get(action) as { last_used: number | null } | undefined)?.last_used ?? undefined
    );
  }

  /** Call inside a transaction: what nobody may hear of is written twice. */
  count(action: ActionId, change: Partial<Counters>, audience: Audience = "everybody"): void {
    const { runs, succeeded, useful, useless } = { ...NONE, ...change };
    this.#sql.count.run(action, runs, succeeded, useful, useless, audience === "everybody" ? 1 : 0);
    if (audience === "nobody") this.#sql.withhold.run(action, runs, succeeded, useful, useless);
    this.touched.mark(action);
  }

  counters(action: ActionId): Counters {
    return (this.#sql.get.get(action) as Counters | undefined) ?? NONE;
  }

  /** Of the counters, what may be published. */
  toldOf(action: ActionId): Counters {
    const all = this.counters(action);
    const untold = (this.#sql.untold.get(action) as Counters | undefined) ?? NONE;
    return {
      runs: all.runs - untold.runs,
      succeeded: all.succeeded - untold.succeeded,
      useful: all.useful - untold.useful,
      useless: all.useless - untold.useless,
    };
  }

  /** Of every action that was ever used. */
  allCounters(): Iterable<Counters & { readonly action: ActionId }> {
    return this.#sql.all.iterate() as unknown as Iterable<Counters & { readonly action: ActionId }>;
  }

  /** Actions whose counters changed since they were last published. */
  dirty(most: number): ActionId[] {
    return (this.#sql.dirty.all(most) as { action: ActionId }[]).map((row) => row.action);
  }

  published(action: ActionId): void {
    this.#sql.clean.run(action);
  }
}
