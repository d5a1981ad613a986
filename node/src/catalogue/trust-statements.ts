import type { DatabaseSync } from "node:sqlite";
import type { TrustStatement } from "@action-collective/protocol";
import { prepared } from "./statements.ts";
import { Touched } from "./touched.ts";

interface Row {
  peer: string;
  level: TrustStatement["level"];
  reason: string;
  since: number;
  published: number;
}

const COLUMNS = "peer, level, reason, since, published";

/** Whom the user of this peer vouches for or distrusts. What is not published is written nowhere but here. */
export class TrustStatements {
  readonly #sql;
  /** Of whom something was said, or taken back. */
  readonly touched = new Touched<string>();

  constructor(database: DatabaseSync) {
    this.#sql = prepared(database, {
      get: `SELECT ${COLUMNS} FROM trust_statements WHERE peer = ?`,
      all: `SELECT ${COLUMNS} FROM trust_statements ORDER BY since DESC, peer`,
      put: `INSERT INTO trust_statements (${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (peer) DO UPDATE SET level = ?2, reason = ?3, since = ?4, published = ?5`,
      remove: "DELETE FROM trust_statements WHERE peer = ?",
      count: "SELECT count(*) AS statements FROM trust_statements",
    });
  }

  get(peer: string): TrustStatement | undefined {
    const row = this.#sql.get.get(peer) as Row | undefined;
    return row === undefined ? undefined : statementOf(row);
  }

  /** The newest first. */
  all(): TrustStatement[] {
    return (this.#sql.all.all() as unknown as Row[]).map(statementOf);
  }

  put({ peer, level, reason, since, published }: TrustStatement): void {
    this.#sql.put.run(peer, level, reason, since, published ? 1 : 0);
    this.touched.mark(peer);
  }

  remove(peer: string): void {
    this.#sql.remove.run(peer);
    this.touched.mark(peer);
  }

  count(): number {
    return (this.#sql.count.get() as { statements: number }).statements;
  }
}

function statementOf({ peer, level, reason, since, published }: Row): TrustStatement {
  return { peer, level, reason, since, published: published === 1 };
}
