import type { DatabaseSync } from "node:sqlite";
import {
  cidFromBytes,
  DAG_CBOR,
  type Item,
  itemOfRecord,
  LiveSet,
  type LiveSetView,
  MAX_ITEM_CREATED,
  textOfCid,
} from "@action-collective/protocol";
import { prepared } from "./statements.ts";

/** What every CID of a record begins with: version 1, dag-cbor, sha2-256, 32 bytes (SPEC §2.3). */
const CID_PREFIX = Uint8Array.of(1, DAG_CBOR, 0x12, 32);

/** What an author signed, or what is published of an action. */
export type RecordsOf = { readonly author: string } | { readonly publicationsOf: string };

/** What decides whether a record is withheld, and where it stands in the set. */
interface WithholdRow extends Item {
  readonly author: string;
  readonly kind: string;
  readonly subject: string;
}

/** One step of the set behind the table. */
interface Change {
  readonly what: "added" | "removed";
  readonly item: Item;
}

/**
 * The records as neighbours catch up with them (SPEC §10.1): the ordered set of their items, kept in step with the table.
 * What changes inside a transaction is noted and takes effect when that ends, so that nobody is promised a record that is
 * rolled back.
 */
export class LiveTable {
  readonly #database: DatabaseSync;
  readonly #set: LiveSet;
  readonly #changes: Change[] = [];
  readonly #sql;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepared(database, {
      all: `SELECT created, digest FROM records WHERE created <= ${MAX_ITEM_CREATED} ORDER BY created, digest`,
      bytes: "SELECT bytes FROM records WHERE id = ?",
      ofAuthor: "SELECT created, digest, author, kind, subject FROM records WHERE author = ?",
      ofAction:
        "SELECT created, digest, author, kind, subject FROM records WHERE subject = ? AND kind = 'publication'",
    });
    this.#set = LiveSet.ofSorted(this.#sql.all.iterate() as unknown as Iterable<Item>);
  }

  get set(): LiveSetView {
    return this.#set;
  }

  /** Wire forms in the order asked for; what is not held is left out. */
  bytes(items: readonly Item[]): Uint8Array[] {
    return items.flatMap((item) => {
      const row = this.#sql.bytes.get(idOf(item)) as { bytes: Uint8Array } | undefined;
      return row === undefined ? [] : [row.bytes];
    });
  }

  itemOf(record: Uint8Array): Item | undefined {
    return itemOfRecord(record);
  }

  added({ created, digest }: Item): void {
    this.#note({ what: "added", item: { created, digest } });
  }

  removed({ created, digest }: Item): void {
    this.#note({ what: "removed", item: { created, digest } });
  }

  /**
   * Decides anew about the records of that selection: what is withheld stays in the table and leaves the set, so that
   * neighbours see none of it; what is not is in the set. Not inside a transaction. What is added later is not withheld.
   */
  reconsider(of: RecordsOf, isWithheld: (record: Omit<WithholdRow, keyof Item>) => boolean): void {
    const rows =
      "author" in of ? this.#sql.ofAuthor.all(of.author) : this.#sql.ofAction.all(of.publicationsOf);
    for (const row of rows as unknown as WithholdRow[])
      this.#note({
        what: isWithheld(row) ? "removed" : "added",
        item: { created: row.created, digest: row.digest },
      });
  }

  /** The transaction that the changes belong to is on disk. */
  committed(): void {
    for (const change of this.#changes.splice(0)) this.#apply(change);
  }

  rolledBack(): void {
    this.#changes.length = 0;
  }

  #note(change: Change): void {
    if (change.item.created > MAX_ITEM_CREATED) return;
    if (this.#database.isTransaction) this.#changes.push(change);
    else this.#apply(change);
  }

  #apply({ what, item }: Change): void {
    if (what === "added") this.#set.add(item);
    else this.#set.delete(item);
  }
}

function idOf({ digest }: Item): string {
  const cid = new Uint8Array(CID_PREFIX.length + digest.length);
  cid.set(CID_PREFIX);
  cid.set(digest, CID_PREFIX.length);
  return textOfCid(cidFromBytes(cid, DAG_CBOR));
}
