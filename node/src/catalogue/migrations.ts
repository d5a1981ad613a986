import type { DatabaseSync } from "node:sqlite";
import { bodies, decodeCanonical, limits } from "@action-collective/protocol";

/** What turns a file of one version into one of the version after it. */
export interface Migration {
  /** SQL that changes what is there. New tables come after it, with all the others. */
  readonly change: string;
  /** Writes what can be known of old times into the new tables. */
  readonly fill?: (database: DatabaseSync) => void;
}

/** Under this key stands the rowid up to which actions of an older catalogue were looked for on disk. */
export const CLAIMED = "holdings-claimed";

const MIGRATIONS: Readonly<Record<number, Migration>> = {
  2: {
    change: `
      DROP TABLE cursors;
      DELETE FROM meta WHERE key = 'epoch';
      ALTER TABLE counters ADD COLUMN last_used INTEGER;
      UPDATE counters SET last_used = (SELECT max(started) FROM runs WHERE runs.action = counters.action);
      INSERT OR REPLACE INTO meta (key, value) VALUES ('${CLAIMED}', '0');`,
  },
  3: {
    change: `
      ALTER TABLE records ADD COLUMN level INTEGER;
      ALTER TABLE actions ADD COLUMN strength REAL;
      UPDATE actions SET strength = 1.0 * json_extract(report, '$.strength.killed') /
        json_extract(report, '$.strength.mutants') WHERE json_extract(report, '$.strength.mutants') > 0;
      DROP INDEX actions_standing_of;
      DROP INDEX verdicts_by_author;`,
    fill: (database) => {
      database.function("level_in", { deterministic: true }, (bytes) => levelIn(bytes));
      database.exec("UPDATE records SET level = level_in(bytes) WHERE kind = 'trust'");
      // Nobody wrote down when an action was first answered, only when it was last proved (due): what came later than that
      // came too late, and of the rest it is taken as said in time.
      database.exec(`
        INSERT INTO audits (rater, action, said, repeated)
        SELECT verdict.author, verdict.subject, verdict.outcome,
          row_number() OVER (PARTITION BY verdict.subject, verdict.outcome ORDER BY verdict.received, verdict.seq) - 1
        FROM records AS verdict JOIN actions ON actions.id = verdict.subject
        WHERE verdict.kind = 'verdict' AND verdict.outcome <> 'unknown' AND verdict.received <= actions.due
          AND actions.standing IN ('passed', 'failed') AND NOT EXISTS (
            SELECT 1 FROM records AS own WHERE own.author = verdict.author AND own.kind = 'publication'
              AND own.subject = verdict.subject)
          AND NOT EXISTS (
            SELECT 1 FROM records AS key WHERE key.author = verdict.author AND key.kind = 'succession'
              AND key.subject = verdict.author AND key.compromised_since <= verdict.created)`);
    },
  },
  4: {
    change: `
      ALTER TABLE runs ADD COLUMN agent TEXT;
      ALTER TABLE runs ADD COLUMN agent_name TEXT;
      ALTER TABLE runs ADD COLUMN permitted TEXT;
      ALTER TABLE runs ADD COLUMN granted TEXT NOT NULL DEFAULT '{}';
      ALTER TABLE runs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;`,
  },
};

/** The steps from one version to another, in order; undefined when there is no way. */
export function migrationsFrom(version: string, to: number): Migration[] | undefined {
  const steps: Migration[] = [];
  if (!/^\d{1,9}$/u.test(version) || Number(version) > to) return undefined;
  for (let at = Number(version); at < to; at++) {
    const step = MIGRATIONS[at];
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps;
}

/** The level in a trust record's wire form, which passed intake: [head, body, signature]. */
function levelIn(wire: unknown): number | null {
  if (!(wire instanceof Uint8Array)) return null;
  const list = decodeCanonical(wire, limits.recordBytes);
  const body: unknown = Array.isArray(list) ? list[1] : undefined;
  if (!(body instanceof Uint8Array)) return null;
  const parsed = bodies.trust.safeParse(decodeCanonical(body, limits.recordBytes));
  return parsed.success ? parsed.data.level : null;
}
