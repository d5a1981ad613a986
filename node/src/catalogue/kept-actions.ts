import type { DatabaseSync } from "node:sqlite";
import type { ActionId } from "@action-collective/protocol";
import { prepared } from "./statements.ts";

/**
 * What is kept here because somebody's lock file wants it: the action that is pinned (`root`) and all that it uses.
 * Changes are made inside a transaction of the caller's.
 */
export class KeptActions {
  readonly #sql;

  constructor(database: DatabaseSync) {
    this.#sql = prepared(database, {
      add: "INSERT OR IGNORE INTO kept (holder, root, action) VALUES (?, ?, ?)",
      remove: "DELETE FROM kept WHERE holder = ? AND root = ?",
      under: "SELECT action FROM kept WHERE holder = ? AND root = ?",
      isKept: "SELECT 1 FROM kept WHERE action = ? LIMIT 1",
      holders: "SELECT holder FROM kept WHERE root = ?1 AND action = ?1 ORDER BY holder",
      roots: "SELECT root FROM kept WHERE holder = ? AND action = root ORDER BY root",
      count: "SELECT count(*) AS total FROM kept",
    });
  }

  add(holder: string, root: ActionId, actions: readonly ActionId[]): void {
    for (const action of new Set([root, ...actions])) this.#sql.add.run(holder, root, action);
  }

  /** @returns what was kept for it. */
  remove(holder: string, root: ActionId): ActionId[] {
    const rows = this.#sql.under.all(holder, root) as { action: ActionId }[];
    this.#sql.remove.run(holder, root);
    return rows.map(({ action }) => action);
  }

  isKept(action: ActionId): boolean {
    return this.#sql.isKept.get(action) !== undefined;
  }

  /** For whom this very action is kept. */
  holders(root: ActionId): string[] {
    return (this.#sql.holders.all(root) as { holder: string }[]).map(({ holder }) => holder);
  }

  /** What is kept for one of them, without what that uses. */
  roots(holder: string): ActionId[] {
    return (this.#sql.roots.all(holder) as { root: ActionId }[]).map(({ root }) => root);
  }

  count(): number {
    return (this.#sql.count.get() as { total: number }).total;
  }
}
