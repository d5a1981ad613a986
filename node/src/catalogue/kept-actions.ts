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
      roots: "SELECT holder, root FROM kept WHERE action = root ORDER BY holder, root",
      isKeptFor: "SELECT 1 FROM kept WHERE holder = ? AND root = ? LIMIT 1",
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

  isKeptFor(holder: string, root: ActionId): boolean {
    return this.#sql.isKeptFor.get(holder, root) !== undefined;
  }

  /** What is kept for each, without what that uses. */
  roots(): Map<string, ActionId[]> {
    const byHolder = new Map<string, ActionId[]>();
    for (const { holder, root } of this.#sql.roots.all() as { holder: string; root: ActionId }[]) {
      const roots = byHolder.get(holder) ?? [];
      byHolder.set(holder, roots);
      roots.push(root);
    }
    return byHolder;
  }

  count(): number {
    return (this.#sql.count.get() as { total: number }).total;
  }
}
