import type { DatabaseSync } from "node:sqlite";
import type { ActionId } from "@action-collective/protocol";
import { prepared } from "./statements.ts";

/** Rows read at once: about a millisecond. */
const PAGE = 256;

/** Where an action stands among all, in each order that an index keeps. */
export interface Placed {
  readonly id: ActionId;
  readonly number: number;
  readonly name: string;
  readonly firstSeen: number;
}

/** The orders in which all actions can be leafed through, from any of them on. */
export type WalkOrder = "newest" | "name";

/** Leafs through all actions in order, without counting or skipping any. */
export class ActionOrder {
  readonly #sql;

  constructor(database: DatabaseSync) {
    const columns = "id, rowid AS number, name, first_seen AS firstSeen";
    this.#sql = prepared(database, {
      place: `SELECT ${columns} FROM actions WHERE id = ?`,
      newest: `SELECT ${columns} FROM actions INDEXED BY actions_by_first_seen WHERE (first_seen, rowid) < (?, ?)
        ORDER BY first_seen DESC, rowid DESC LIMIT ${PAGE}`,
      name: `SELECT ${columns} FROM actions INDEXED BY actions_in_order WHERE name >= ?1 COLLATE NOCASE
        AND (name > ?1 COLLATE NOCASE OR rowid > ?2) ORDER BY name COLLATE NOCASE, rowid LIMIT ${PAGE}`,
      locals:
        "SELECT id FROM actions INDEXED BY actions_local WHERE origin = 'local' AND starter = 0 ORDER BY first_seen DESC LIMIT ?",
    });
  }

  /** Undefined for an action that the catalogue does not have. */
  place(id: ActionId): Placed | undefined {
    return this.#sql.place.get(id) as Placed | undefined;
  }

  /** In pages, each read when it is asked for; those after `after`, or all. */
  *from(order: WalkOrder, after?: Placed): Generator<readonly Placed[]> {
    let last = after;
    for (;;) {
      const page = this.#page(order, last);
      if (page.length > 0) yield page;
      last = page.at(-1);
      if (page.length < PAGE) return;
    }
  }

  /** Made here and published by nobody; the newest first. */
  locals(most: number): ActionId[] {
    return (this.#sql.locals.all(most) as { id: ActionId }[]).map(({ id }) => id);
  }

  #page(order: WalkOrder, last: Placed | undefined): Placed[] {
    const rows =
      order === "newest"
        ? this.#sql.newest.all(
            last?.firstSeen ?? Number.MAX_SAFE_INTEGER,
            last?.number ?? Number.MAX_SAFE_INTEGER,
          )
        : this.#sql.name.all(last?.name ?? "", last?.number ?? 0);
    return rows as unknown as Placed[];
  }
}

/** Whether one stands before another, as the indexes have it. Pure; below 0: the first does. */
export function compareIn(order: WalkOrder, a: Placed, b: Placed): number {
  if (order === "newest") return b.firstSeen - a.firstSeen || b.number - a.number;
  const [one, other] = [a.name.toLowerCase(), b.name.toLowerCase()];
  return one === other ? a.number - b.number : one < other ? -1 : 1;
}
