import type { DatabaseSync } from "node:sqlite";
import type { ActionId } from "@action-collective/protocol";
import { readMeta, writeMeta } from "./database.ts";
import { prepared } from "./statements.ts";

const SINCE = "holdings-since";

/** A block on this peer's disk. */
export interface StoredBlock {
  /** Its multihash as text: what its file is called. */
  readonly block: string;
  readonly bytes: number;
}

/** `always`: one's own, the starter library's and what lock files pin, whatever the quota says. */
export type Keeping = "always" | "while-worth-it";

/** An action whose blocks are all held here. */
export interface Holding {
  readonly id: ActionId;
  /** Its blocks together. */
  readonly bytes: number;
  readonly keeping: Keeping;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly blocks: readonly (StoredBlock & { readonly sharers: number })[];
}

export interface HeldTotals {
  /** Of strangers' actions; a block counts once, and not at all when an action that is always kept needs it too. */
  readonly bytes: number;
  readonly actions: number;
  /** Those of them that few others hold. */
  readonly scarce: number;
  /** Actions that are always kept. */
  readonly kept: number;
}

interface Row {
  id: ActionId;
  bytes: number;
  kept: number;
  since: number;
}

/**
 * Whose blocks lie on this disk: the one place that says so. Pins and files follow it. Changes are made inside a
 * transaction of the caller's.
 */
export class Holdings {
  /** When this began to be written down, in milliseconds since the epoch: as old as the catalogue, or its migration. */
  readonly since: number;
  readonly #sql;
  #bytes: number | undefined;

  constructor(database: DatabaseSync) {
    this.since = sinceOf(database);
    this.#sql = prepared(database, {
      hold: `INSERT INTO holdings (action, bytes, kept, since) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (action) DO UPDATE SET bytes = ?2, kept = ?3`,
      addBlock: `INSERT INTO held_blocks (block, action, bytes, kept) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (block, action) DO UPDATE SET bytes = ?3, kept = ?4`,
      keep: "UPDATE holdings SET kept = ? WHERE action = ?",
      keepBlocks: "UPDATE held_blocks SET kept = ? WHERE action = ?",
      release: "DELETE FROM holdings WHERE action = ?",
      blocksOf: "SELECT block, bytes FROM held_blocks WHERE action = ?",
      removeBlocks: "DELETE FROM held_blocks WHERE action = ?",
      alone: `SELECT block FROM held_blocks AS own WHERE action = ?1
        AND NOT EXISTS (SELECT 1 FROM held_blocks WHERE block = own.block AND action <> ?1)`,
      sharers: "SELECT count(*) AS sharers FROM held_blocks WHERE block = ?",
      kept: "SELECT 1 FROM holdings WHERE action = ? AND kept = 1",
      holds: "SELECT 1 FROM holdings WHERE action = ?",
      needs: "SELECT 1 FROM held_blocks WHERE block = ? LIMIT 1",
      actionsWith: "SELECT action AS id FROM held_blocks WHERE block = ? LIMIT ?",
      counted:
        "SELECT max(bytes) AS bytes FROM held_blocks WHERE block = ? GROUP BY block HAVING max(kept) = 0",
      bytes:
        "SELECT total(bytes) AS bytes FROM (SELECT max(bytes) AS bytes FROM held_blocks GROUP BY block HAVING max(kept) = 0)",
      counts: `SELECT count(*) FILTER (WHERE kept = 0) AS actions, count(*) FILTER (WHERE kept = 0 AND scarce = 1) AS scarce,
        count(*) FILTER (WHERE kept = 1) AS kept FROM holdings`,
      lowest:
        "SELECT action AS id, bytes, kept, since FROM holdings WHERE kept = 0 ORDER BY worth, action LIMIT ?",
      longestUnseen:
        "SELECT action AS id, bytes, kept, since FROM holdings WHERE kept = 0 ORDER BY appraised LIMIT ?",
      page: "SELECT action AS id, bytes, kept, since FROM holdings WHERE action > ? ORDER BY action LIMIT ?",
      appraise: "UPDATE holdings SET worth = ?, scarce = ?, appraised = ? WHERE action = ?",
      due: `SELECT action AS id, bytes, kept, since FROM holdings WHERE provided < ?
        ORDER BY provided > 0, kept DESC, worth DESC LIMIT ?`,
      provided: "UPDATE holdings SET provided = ? WHERE action = ?",
      lost: `SELECT rowid AS number, id FROM actions WHERE standing = 'passed' AND rowid > ?
        AND NOT EXISTS (SELECT 1 FROM holdings WHERE action = actions.id) ORDER BY rowid LIMIT ?`,
      unclaimed: `SELECT rowid AS number, id FROM actions WHERE rowid > ?
        AND NOT EXISTS (SELECT 1 FROM holdings WHERE action = actions.id) ORDER BY rowid LIMIT ?`,
    });
  }

  /** Written down once the blocks are on disk. Holding it again changes what it says, not since when. */
  hold(id: ActionId, blocks: readonly StoredBlock[], keeping: Keeping, now: number): void {
    const flag = keeping === "always" ? 1 : 0;
    const names = [...this.#blocksOf(id), ...blocks].map(({ block }) => block);
    this.#recounted(names, () => {
      this.#sql.removeBlocks.run(id);
      this.#sql.hold.run(id, sumOf(blocks), flag, now);
      for (const { block, bytes } of blocks) this.#sql.addBlock.run(block, id, bytes, flag);
    });
  }

  /** Changes how long it is kept, if it is held. */
  keep(id: ActionId, keeping: Keeping): void {
    const flag = keeping === "always" ? 1 : 0;
    const names = this.#blocksOf(id).map(({ block }) => block);
    this.#recounted(names, () => {
      this.#sql.keep.run(flag, id);
      this.#sql.keepBlocks.run(flag, id);
    });
  }

  release(id: ActionId): void {
    const names = this.#blocksOf(id).map(({ block }) => block);
    this.#recounted(names, () => {
      this.#sql.removeBlocks.run(id);
      this.#sql.release.run(id);
    });
  }

  /** A transaction did not go through: what was counted along with it is counted anew. */
  rolledBack(): void {
    this.#bytes = undefined;
  }

  /** Its blocks that nothing else held needs. */
  alone(id: ActionId): string[] {
    return (this.#sql.alone.all(id) as { block: string }[]).map(({ block }) => block);
  }

  holds(id: ActionId): boolean {
    return this.#sql.holds.get(id) !== undefined;
  }

  isKept(id: ActionId): boolean {
    return this.#sql.kept.get(id) !== undefined;
  }

  /** Whether an action that is held needs this block. */
  needs(block: string): boolean {
    return this.#sql.needs.get(block) !== undefined;
  }

  /** Actions held here that need this block, at most `most`. */
  actionsWith(block: string, most: number): ActionId[] {
    return (this.#sql.actionsWith.all(block, most) as { id: ActionId }[]).map(({ id }) => id);
  }

  totals(): HeldTotals {
    this.#bytes ??= (this.#sql.bytes.get() as { bytes: number }).bytes;
    const { actions, scarce, kept } = this.#sql.counts.get() as Omit<HeldTotals, "bytes">;
    return { bytes: this.#bytes, actions, scarce, kept };
  }

  /** Strangers' actions by the worth they had when they were last appraised, the lowest first. */
  lowest(most: number): Holding[] {
    return this.#withBlocks(this.#sql.lowest.all(most));
  }

  /** Strangers' actions that were appraised longest ago. */
  longestUnseen(most: number): Holding[] {
    return this.#withBlocks(this.#sql.longestUnseen.all(most));
  }

  /** All that is held, one's own too, in the order of the ids; "" begins. */
  page(after: string, most: number): Holding[] {
    return this.#withBlocks(this.#sql.page.all(after, most));
  }

  appraise(id: ActionId, worth: number, scarce: boolean, now: number): void {
    this.#sql.appraise.run(worth, scarce ? 1 : 0, now, id);
  }

  /** Not announced since `before`: what never was first, then one's own, then the worthiest. */
  due(before: number, most: number): Holding[] {
    return this.#withBlocks(this.#sql.due.all(before, most));
  }

  provided(id: ActionId, now: number): void {
    this.#sql.provided.run(now, id);
  }

  /** Actions that passed here and are not held, in the order they came; 0 begins. */
  lost(after: number, most: number): { readonly number: number; readonly id: ActionId }[] {
    return this.#sql.lost.all(after, most) as { number: number; id: ActionId }[];
  }

  /** Every action that is not held, whatever became of its test. */
  unclaimed(after: number, most: number): { readonly number: number; readonly id: ActionId }[] {
    return this.#sql.unclaimed.all(after, most) as { number: number; id: ActionId }[];
  }

  #blocksOf(id: ActionId): StoredBlock[] {
    return this.#sql.blocksOf.all(id) as unknown as StoredBlock[];
  }

  /** Keeps the sum right without reading every row again, 90 ms for 50,000 actions. */
  #recounted(blocks: readonly string[], change: () => void): void {
    const distinct = [...new Set(blocks)];
    const before = this.#counted(distinct);
    change();
    if (this.#bytes !== undefined) this.#bytes += this.#counted(distinct) - before;
  }

  #counted(blocks: readonly string[]): number {
    return blocks.reduce((sum, block) => {
      const row = this.#sql.counted.get(block) as { bytes: number } | undefined;
      return sum + (row?.bytes ?? 0);
    }, 0);
  }

  #withBlocks(rows: unknown[]): Holding[] {
    return (rows as Row[]).map((row) => ({
      ...row,
      keeping: row.kept === 1 ? "always" : "while-worth-it",
      blocks: this.#blocksOf(row.id).map(({ block, bytes }) => ({
        block,
        bytes,
        sharers: (this.#sql.sharers.get(block) as { sharers: number }).sharers,
      })),
    }));
  }
}

function sinceOf(database: DatabaseSync): number {
  const known = readMeta(database, SINCE);
  if (known !== undefined) return Number(known);
  const { now } = database.prepare("SELECT unixepoch() * 1000 AS now").get() as { now: number };
  writeMeta(database, SINCE, String(now));
  return now;
}

function sumOf(blocks: readonly StoredBlock[]): number {
  return blocks.reduce((sum, { bytes }) => sum + bytes, 0);
}
