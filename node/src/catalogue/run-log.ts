import type { DatabaseSync } from "node:sqlite";
import type { ActionId, Permitted } from "@action-collective/protocol";
import { permissionsSchema } from "@action-collective/protocol";
import { prepared } from "./statements.ts";
import type { KeptRun, RunEntry, RunsWanted } from "./types.ts";

/** How many runs are kept: enough to look back over days, small enough (about 3 MB) to forget about. */
const RUNS_KEPT = 10_000;
/** Kinds of refused attempts that are kept, and of one agent: who is refused a lot pushes out its own first. */
const REFUSALS_KEPT = 2_000;
const REFUSALS_OF_AN_AGENT = 200;
/** Runs between two looks at how many there are, which takes a millisecond. */
const TRIM_EVERY = 64;

interface Row {
  place: number;
  id: string;
  action: ActionId;
  name: string | null;
  started: number;
  duration: number;
  status: string;
  agent: string | null;
  agent_name: string | null;
  permitted: Permitted | null;
  granted: string;
  attempts: number;
}

/**
 * The audit log: what was run here, for whom, by what right and with which grants, and what was not let run. An attempt that
 * ended before the action was called is no run: no counter sees it, the same attempt of the same agent is one line that says
 * how often, and all such lines have a bound of their own, so that however many are refused, no run is pushed out by them.
 * Nothing that went in or came out is here.
 */
export class RunLog {
  readonly #sql;
  /** The first run after a start is a reason to look: a program that is often started anew must not grow its log. */
  #untilTrim = 1;

  constructor(database: DatabaseSync) {
    this.#sql = prepared(database, {
      add: `INSERT INTO runs (id, action, started, duration, status, agent, agent_name, permitted, granted, attempts)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      trim: `DELETE FROM runs WHERE attempts = 0 AND rowid <= (
        SELECT rowid FROM runs WHERE attempts = 0 ORDER BY rowid DESC LIMIT 1 OFFSET ${RUNS_KEPT})`,
      same: "SELECT rowid AS place, attempts FROM runs WHERE attempts > 0 AND agent IS ? AND action = ? AND status = ?",
      drop: "DELETE FROM runs WHERE rowid = ?",
      trimAgent: `DELETE FROM runs WHERE rowid IN (SELECT rowid FROM runs WHERE attempts > 0 AND agent = ?
        ORDER BY rowid DESC LIMIT -1 OFFSET ${REFUSALS_OF_AN_AGENT})`,
      refusals: "SELECT count(*) AS total FROM runs INDEXED BY runs_refused WHERE attempts > 0",
      trimRefusals: `DELETE FROM runs WHERE rowid IN (SELECT rowid FROM runs WHERE attempts > 0
        ORDER BY rowid DESC LIMIT -1 OFFSET ${REFUSALS_KEPT})`,
      list: `SELECT runs.rowid AS place, runs.id, action, actions.name, started, duration, status, agent, agent_name, permitted,
        granted, runs.attempts FROM runs LEFT JOIN actions ON actions.id = runs.action
        WHERE runs.rowid < ?1 AND (?2 IS NULL OR action = ?2) AND (?3 = 0 OR status <> 'ok')
        ORDER BY runs.rowid DESC LIMIT ?4`,
    });
  }

  /** What was called, however it ended. */
  addRun(run: RunEntry): void {
    this.#add(run, 0);
    this.#untilTrim -= 1;
    if (this.#untilTrim > 0) return;
    this.#untilTrim = TRIM_EVERY;
    this.#sql.trim.run();
  }

  /**
   * What ended before the action was called. Call inside a transaction.
   * @returns how often the same happened
   */
  addRefusal(run: RunEntry): number {
    const agent = run.agent?.id ?? null;
    const before = this.#sql.same.get(agent, run.action, run.status) as
      | { place: number; attempts: number }
      | undefined;
    if (before !== undefined) this.#sql.drop.run(before.place);
    const attempts = (before?.attempts ?? 0) + 1;
    this.#add(run, attempts);
    if (agent !== null) this.#sql.trimAgent.run(agent);
    const { total } = this.#sql.refusals.get() as { total: number };
    if (total > REFUSALS_KEPT) this.#sql.trimRefusals.run();
    return attempts;
  }

  /** Newest first. */
  list({ limit, before = Number.MAX_SAFE_INTEGER, action, failed = false }: RunsWanted): KeptRun[] {
    const rows = this.#sql.list.all(before, action ?? null, failed ? 1 : 0, limit);
    return (rows as unknown as Row[]).map(keptRun);
  }

  #add(run: RunEntry, attempts: number): void {
    const { id, action, started, durationMs, status, agent, permitted, granted = {} } = run;
    const whose = [agent?.id ?? null, agent?.name ?? null, permitted ?? null] as const;
    const head = [id, action, started, durationMs, status] as const;
    this.#sql.add.run(...head, ...whose, JSON.stringify(granted), attempts);
  }
}

function keptRun(row: Row): KeptRun {
  const { place, id, action, name, started, duration: durationMs, status, agent, permitted, attempts } = row;
  return {
    ...{ place, id, action, name: name ?? "", started, durationMs, status },
    ...(agent === null ? {} : { agent: { id: agent, name: row.agent_name ?? "" } }),
    ...(permitted === null ? {} : { permitted }),
    granted: permissionsSchema.parse(JSON.parse(row.granted)),
    ...(attempts === 0 ? {} : { attempts }),
  };
}
