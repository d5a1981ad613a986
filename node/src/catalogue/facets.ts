import type { DatabaseSync } from "node:sqlite";
import { decodeManifest, type Language, type Manifest, type Need } from "@action-collective/protocol";
import { readMeta, writeMeta } from "./database.ts";
import { prepared } from "./statements.ts";

/** Under this key stands the rowid up to which a catalogue from before there were facets has none. */
const BEHIND = "facets-behind";
/** Manifests read between two turns of the event loop, at up to 50 µs each. */
const SLICE = 100;

/** What many actions have in common and a search may ask for, as one text each. */
export const facet = {
  tag: (tag: string) => `tag:${tag}`,
  /** SPDX names are the same in upper and lower case. */
  licence: (licence: string) => `licence:${licence.toLowerCase()}`,
  language: (language: Language) => `language:${language}`,
  needs: (need: Need) => `needs:${need}`,
} as const;

/** Pure. */
export function facetsOf({ tags, licence, language, permissions }: Manifest): string[] {
  const { net = [], secrets = [] } = permissions;
  return [
    ...tags.map(facet.tag),
    facet.licence(licence),
    facet.language(language),
    ...(net.length > 0 ? [facet.needs("net")] : []),
    ...(secrets.length > 0 ? [facet.needs("secrets")] : []),
  ];
}

/** An index from facets to the actions that have them, by rowid. */
export class Facets {
  readonly #database: DatabaseSync;
  readonly #sql;
  #behind: number;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepared(database, {
      name: "INSERT INTO facet_names (name) VALUES (?) ON CONFLICT (name) DO NOTHING",
      add: "INSERT OR IGNORE INTO facets (facet, action) SELECT facet, ? FROM facet_names WHERE name = ?",
      find: "SELECT facet FROM facet_names WHERE name = ?",
      last: "SELECT ifnull(max(rowid), 0) AS last FROM actions",
      before: "SELECT rowid AS number, manifest FROM actions WHERE rowid <= ? ORDER BY rowid DESC LIMIT ?",
    });
    const behind = readMeta(database, BEHIND);
    this.#behind = behind === undefined ? this.last() : Number(behind);
    if (behind === undefined) writeMeta(database, BEHIND, String(this.#behind));
  }

  /** The newest action's rowid; the actions are those from 1 to it. */
  last(): number {
    return (this.#sql.last.get() as { last: number }).last;
  }

  /** Joins the transaction that adds the action. */
  add(number: number, manifest: Manifest): void {
    for (const name of facetsOf(manifest)) {
      this.#sql.name.run(name);
      this.#sql.add.run(number, name);
    }
  }

  /** Undefined when no action has it. */
  find(name: string): number | undefined {
    return (this.#sql.find.get(name) as { facet: number } | undefined)?.facet;
  }

  /** False while some actions have none yet. */
  get complete(): boolean {
    return this.#behind === 0;
  }

  /**
   * Reads some of the actions from before there were facets. Until there are none left, no selection is complete.
   * @returns false while some are left.
   */
  catchUp(): boolean {
    if (this.#behind === 0) return true;
    // Another's transaction may be rolled back, and what is written here with it.
    if (this.#database.isTransaction) return false;
    const rows = this.#sql.before.all(this.#behind, SLICE) as { number: number; manifest: Uint8Array }[];
    const next = rows.length < SLICE ? 0 : (rows.at(-1)?.number ?? 1) - 1;
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const { number, manifest } of rows) this.add(number, decodeManifest(manifest).manifest);
      writeMeta(this.#database, BEHIND, String(next));
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
    this.#behind = next;
    return next === 0;
  }
}
