import type { DatabaseSync } from "node:sqlite";
import {
  type ActionId,
  decodeManifest,
  type EncodedManifest,
  type Json,
  type PeerId,
  type Standing,
} from "@action-collective/protocol";
import { Facets } from "./facets.ts";
import { prepared } from "./statements.ts";
import { Touched } from "./touched.ts";
import type { KnownAction, Namesake, Origin, Proved, StandingChange, Wanted } from "./types.ts";

interface ActionRow {
  id: ActionId;
  manifest: Uint8Array;
  origin: Origin;
  first_seen: number;
  standing: Standing;
  reason: string;
  runner: string | null;
  attempts: number;
}

const COLUMNS = "id, manifest, origin, first_seen, standing, reason, runner, attempts";

/** As the column holds it: more is more urgent. */
const LEVELS: Readonly<Record<Wanted, number>> = { rest: 0, popular: 1, asked: 2 };

/** Proved, and due for a new proof by now. */
const STALE = "SELECT id FROM actions WHERE standing IN ('passed', 'failed') AND due <= ?2 AND";

/** Every action this peer has heard of, and where it stands here. */
export class Actions {
  readonly #sql;
  readonly facets: Facets;
  /** Whose standing was written. */
  readonly touched = new Touched<ActionId>();

  constructor(database: DatabaseSync) {
    this.facets = new Facets(database);
    this.#sql = prepared(database, {
      get: `SELECT ${COLUMNS} FROM actions WHERE id = ?`,
      insert:
        "INSERT INTO actions (id, name, manifest, origin, first_seen, standing) VALUES (?, ?, ?, ?, ?, 'pending') ON CONFLICT (id) DO NOTHING",
      published: "UPDATE actions SET origin = 'network' WHERE id = ?",
      byPrefix: "SELECT id FROM actions WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
      starter: "UPDATE actions SET starter = 1 WHERE id = ?",
      isStarter: "SELECT 1 FROM actions WHERE id = ? AND starter = 1",
      locals: "SELECT count(*) AS total FROM actions WHERE origin = 'local'",
      isLocal: "SELECT 1 FROM actions WHERE id = ? AND origin = 'local' AND starter = 0",
      byName: `SELECT id, standing = 'failed' AS failed, starter FROM actions WHERE name = ? COLLATE NOCASE
        ORDER BY standing = 'failed', starter DESC, first_seen LIMIT ?`,
      // From the author's records on: a crowd of strangers may have taken the name.
      ofAuthor: `SELECT action.id FROM records AS said CROSS JOIN actions AS action ON action.id = said.subject
        WHERE said.author = ? AND said.kind = 'publication' AND action.name = ? ORDER BY said.created DESC LIMIT ?`,
      standingOf: "SELECT standing FROM actions INDEXED BY actions_standing_of WHERE id = ?",
      standing: `UPDATE actions SET standing = ?1, reason = ?2, report = ?3, runner = ?4, attempts = ?5, due = ?6,
        wanted = iif(?1 = 'pending', wanted, 0), strength =
        1.0 * json_extract(?3, '$.strength.killed') / nullif(json_extract(?3, '$.strength.mutants'), 0) WHERE id = ?7`,
      postpone: "UPDATE actions SET attempts = ?, due = ? WHERE id = ?",
      putOff: "UPDATE actions SET due = ? WHERE id = ?",
      proved: "SELECT id, standing, strength FROM actions INDEXED BY actions_standing_of WHERE id = ?",
      allProved:
        "SELECT id, standing, strength FROM actions INDEXED BY actions_standing_of WHERE standing <> 'pending'",
      report: "SELECT report FROM actions WHERE id = ?",
      strength:
        "SELECT json_extract(report, '$.strength.killed') AS killed, json_extract(report, '$.strength.mutants') AS mutants FROM actions WHERE id = ?",
      hurry: "UPDATE actions SET due = ? WHERE standing = 'pending' AND due > ?",
      publishedBy: "UPDATE actions SET publisher = ? WHERE id = ? AND publisher = '-'",
      want: "UPDATE actions SET wanted = max(wanted, ?) WHERE id = ? AND standing = 'pending'",
      publisherAfter:
        "SELECT publisher FROM actions WHERE standing = 'pending' AND wanted = ? AND publisher > ? ORDER BY publisher LIMIT 1",
      due: "SELECT id FROM actions WHERE standing = 'pending' AND wanted = ? AND publisher = ? AND due <= ? ORDER BY due LIMIT ?",
      isDue: "SELECT 1 FROM actions WHERE id = ? AND due <= ?",
      nextDue: "SELECT min(due) AS due FROM actions WHERE standing = 'pending'",
      // Two ranges, because an index cannot look up "not equal".
      stale: `${STALE} runner < ?1 UNION ALL ${STALE} runner > ?1 LIMIT 1`,
      counts: "SELECT standing, count(*) AS total FROM actions GROUP BY standing",
    });
  }

  get(id: ActionId): KnownAction | undefined {
    const row = this.#sql.get.get(id) as ActionRow | undefined;
    if (row === undefined) return undefined;
    return {
      id: row.id,
      manifest: decodeManifest(row.manifest).manifest,
      manifestBytes: row.manifest,
      origin: row.origin,
      firstSeen: row.first_seen,
      standing: row.standing,
      reason: row.reason,
      runner: row.runner ?? undefined,
      attempts: row.attempts,
    };
  }

  /** The standing alone: what ranking asks for on every hit. */
  standing(id: ActionId): Standing | undefined {
    return (this.#sql.standingOf.get(id) as Pick<ActionRow, "standing"> | undefined)?.standing;
  }

  /** @returns true when the action was not known before. */
  add(action: EncodedManifest, origin: Origin, now: number): boolean {
    const { changes, lastInsertRowid } = this.#sql.insert.run(
      action.id,
      action.manifest.name,
      action.bytes,
      origin,
      now,
    );
    const added = changes === 1;
    if (added) this.facets.add(Number(lastInsertRowid), action.manifest);
    if (!added && origin === "network") this.#sql.published.run(action.id);
    if (origin === "library") this.#sql.starter.run(action.id);
    return added;
  }

  /** Ships with this program, whoever has published it since. */
  isStarter(id: ActionId): boolean {
    return this.#sql.isStarter.get(id) !== undefined;
  }

  /** How many were made here and are published by nobody. */
  locals(): number {
    return (this.#sql.locals.get() as { total: number }).total;
  }

  /** Made here, and published by nobody so far. */
  isLocal(id: ActionId): boolean {
    return this.#sql.isLocal.get(id) !== undefined;
  }

  change(id: ActionId, change: StandingChange): void {
    const report = change.report === undefined ? null : JSON.stringify(change.report);
    const { standing, reason, runner, attempts, due } = change;
    this.#sql.standing.run(standing, reason, report, runner ?? null, attempts, due, id);
    this.touched.mark(id);
  }

  /** Standing and measured strength, without the report. */
  proved(id: ActionId): Proved | undefined {
    return this.#sql.proved.get(id) as Proved | undefined;
  }

  /** The same of every action that is not pending. */
  allProved(): Iterable<Proved> {
    return this.#sql.allProved.iterate() as unknown as Iterable<Proved>;
  }

  /** The full report of the newest verification, as it was stored. */
  report(id: ActionId): Json | undefined {
    const row = this.#sql.report.get(id) as { report: string | null } | undefined;
    return row?.report == null ? undefined : (JSON.parse(row.report) as Json);
  }

  /** How many mutants its unit test noticed when it was last looked at thoroughly. */
  strength(id: ActionId): { mutants: number; killed: number } | undefined {
    const row = this.#sql.strength.get(id) as { killed: number | null; mutants: number | null } | undefined;
    if (row?.killed == null || !row.mutants) return undefined;
    return { mutants: row.mutants, killed: row.killed };
  }

  /** Ids that begin with `prefix`, at most `most`. */
  byPrefix(prefix: string, most: number): ActionId[] {
    return this.#ids(this.#sql.byPrefix.all(prefix, `${prefix}\uffff`, most));
  }

  /** What has that name, the starter library's first and what failed here last. */
  byName(name: string, most: number): Namesake[] {
    const rows = this.#sql.byName.all(name, most) as { id: ActionId; failed: number; starter: number }[];
    return rows.map(({ id, failed, starter }) => ({ id, failed: failed === 1, starter: starter === 1 }));
  }

  /** Those of exactly that name which a peer ever published, the newest by its own words first. */
  ofAuthor(author: PeerId, name: string, most: number): ActionId[] {
    return (this.#sql.ofAuthor.all(author, name, most) as { id: ActionId }[]).map(({ id }) => id);
  }

  /** New neighbours may hold what nobody could give before: nothing pending waits longer than until `now`. */
  hurry(now: number): void {
    this.#sql.hurry.run(now, now);
  }

  /** Remembers who published an action first: what fairness counts by. Actions of the library are nobody's. */
  publishedBy(id: ActionId, publisher: string): void {
    this.#sql.publishedBy.run(publisher, id);
  }

  /** Moves a pending action forward in the queue; never back, and what is proved stays as it is. */
  want(id: ActionId, wanted: Wanted): void {
    this.#sql.want.run(LEVELS[wanted], id);
  }

  /** The next publisher, in the order of their ids, with pending actions that are wanted so much; "" begins. */
  publisherAfter(wanted: Wanted, publisher: string): string | undefined {
    const row = this.#sql.publisherAfter.get(LEVELS[wanted], publisher) as { publisher: string } | undefined;
    return row?.publisher;
  }

  /** A publisher's pending actions that are wanted so much and due by now, the longest due first. */
  due(wanted: Wanted, publisher: string, now: number, most: number): ActionId[] {
    return this.#ids(this.#sql.due.all(LEVELS[wanted], publisher, now, most));
  }

  /** True for an action that may be tried again by now. */
  isDue(id: ActionId, now: number): boolean {
    return this.#sql.isDue.get(id, now) !== undefined;
  }

  /** When the next pending action falls due; undefined when none waits. */
  nextDue(): number | undefined {
    return (this.#sql.nextDue.get() as { due: number | null }).due ?? undefined;
  }

  /** An action whose standing was proved by a runner other than this one, and is due. */
  stale(runner: string, now: number): ActionId | undefined {
    return (this.#sql.stale.get(runner, now) as { id: ActionId } | undefined)?.id;
  }

  /** Tries again later, and leaves the standing and its report as they are. */
  postpone(id: ActionId, attempts: number, due: number): void {
    this.#sql.postpone.run(attempts, due, id);
  }

  /** Its turn comes later, and nothing else changes. */
  putOff(id: ActionId, due: number): void {
    this.#sql.putOff.run(due, id);
  }

  counts(): Record<Standing, number> {
    const counts: Record<Standing, number> = { passed: 0, failed: 0, pending: 0, unknown: 0 };
    for (const row of this.#sql.counts.all() as { standing: Standing; total: number }[])
      counts[row.standing] = row.total;
    return counts;
  }

  #ids(rows: unknown[]): ActionId[] {
    return (rows as { id: ActionId }[]).map((row) => row.id);
  }
}
