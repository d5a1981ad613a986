import type { DatabaseSync } from "node:sqlite";
import type { ActionId, PeerId } from "@action-collective/protocol";
import { counting } from "./counting-sql.ts";
import { prepared } from "./statements.ts";

/** The first raters of one action whose word is kept; more of them say nothing new, and writing them takes about 20 ms. */
const RATERS_AUDITED = 4_096;

/** What a rater had said when the answer came. */
export interface Audit {
  readonly rater: PeerId;
  readonly action: ActionId;
  readonly said: "pass" | "fail";
  /** Others that had said the same before, by when they were heard. */
  readonly repeated: number;
}

const SAID_BEFORE = "row_number() OVER (PARTITION BY given.outcome ORDER BY given.received, given.seq) - 1";

const VERDICTS_OF_OTHERS = `
  SELECT * FROM records AS verdict
  WHERE subject = ?1 AND kind = 'verdict' AND outcome <> 'unknown' AND author <> ?2 AND NOT EXISTS (
    SELECT 1 FROM records AS own
    WHERE own.author = verdict.author AND own.kind = 'publication' AND own.subject = verdict.subject)
  ORDER BY received, seq LIMIT ${RATERS_AUDITED}`;

/**
 * What raters had said of an action at the moment when this peer's own test first answered it. Written once: nobody earns
 * by speaking afterwards, or escapes by taking back what it said.
 */
export class Audits {
  readonly #sql;

  constructor(database: DatabaseSync) {
    this.#sql = prepared(database, {
      write: `INSERT OR IGNORE INTO audits (rater, action, said, repeated)
        ${counting(`given.author, given.subject, given.outcome, ${SAID_BEFORE}`, VERDICTS_OF_OTHERS)}`,
      all: "SELECT rater, action, said, repeated FROM audits",
      of: "SELECT rater, action, said, repeated FROM audits INDEXED BY audits_of_action WHERE action = ?",
    });
  }

  /** Call inside the transaction that first answers the action. Who publishes it is no rater of it, nor is `self`. */
  write(action: ActionId, self: PeerId): void {
    this.#sql.write.run(action, self);
  }

  of(action: ActionId): Audit[] {
    return this.#sql.of.all(action) as unknown as Audit[];
  }

  all(): Iterable<Audit> {
    return this.#sql.all.iterate() as unknown as Iterable<Audit>;
  }
}
