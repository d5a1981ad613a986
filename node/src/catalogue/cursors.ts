import type { DatabaseSync } from "node:sqlite";
import { prepared } from "./statements.ts";

export interface Cursor {
  readonly epoch: string;
  readonly after: number;
}

/** How far this peer has read each neighbour's log of records. Losing one costs a second reading, nothing else. */
export class Cursors {
  readonly #sql;

  constructor(database: DatabaseSync) {
    this.#sql = prepared(database, {
      load: "SELECT epoch, after FROM cursors WHERE peer = ?",
      save: "INSERT OR REPLACE INTO cursors (peer, epoch, after) VALUES (?, ?, ?)",
      /** Strangers come and go: the newest rows are enough. */
      trim: "DELETE FROM cursors WHERE rowid <= (SELECT max(rowid) FROM cursors) - 10000",
    });
  }

  load(peer: string): Cursor | undefined {
    const row = this.#sql.load.get(peer) as { epoch: string; after: number } | undefined;
    return row === undefined ? undefined : { epoch: row.epoch, after: row.after };
  }

  save(peer: string, cursor: Cursor): void {
    this.#sql.save.run(peer, cursor.epoch, cursor.after);
    this.#sql.trim.run();
  }
}
