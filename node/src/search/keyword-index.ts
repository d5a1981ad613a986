import type { DatabaseSync, StatementSync } from "node:sqlite";
import { keywordColumns } from "./document-text.ts";
import { affordableTerms, TermCounts } from "./term-budget.ts";
import { contentWords } from "./tokenise.ts";
import type { SearchDocument } from "./types.ts";

/**
 * Weights of the columns, chosen on BFCL, Seal-Tools and tldr-pages (`npm run bench:search -- --data FILE`).
 * Equal weights lose 1.1, 1.4 and 0.0 points of nDCG@10 against these. The sets have no phrasings and no tags: the
 * weights of those two are reasoned, not measured.
 */
const COLUMN_WEIGHTS = {
  /** A name is an action in two or three words: a hit there is rarely an accident. */
  name: 3,
  /** A phrasing is how somebody expected to be asked; below the name, because a publisher writes it to be found. */
  useWhen: 2,
  description: 1.5,
  /** Long and repetitive ("the id of the user…"): helps on the tail, hurts when it counts as much as the rest. */
  parameters: 0.6,
  /** Few and chosen, like a name, but broad. */
  tags: 1.5,
} as const;

/** Each term costs a walk through its list of documents. 48 lose half a point on Seal-Tools, 96 gain nothing. */
export const MAX_QUERY_TERMS = 64;

export interface KeywordHit {
  readonly number: number;
  /** BM25, positive, higher is better, comparable within one query only. */
  readonly score: number;
}

/** The words of a query that the index is asked for: distinct, without stop words, bounded. */
export function queryTerms(query: string): string[] {
  return [...new Set(contentWords(query))].slice(0, MAX_QUERY_TERMS);
}

/**
 * Full-text search by FTS5 over weighted columns. A query never reaches FTS5 as the user wrote it: its terms are
 * letters and digits only, each in quotes, joined by OR, so there is no syntax to inject.
 */
export class KeywordIndex {
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #search: StatementSync;
  readonly #searchOnly: StatementSync;
  readonly #counts: TermCounts;

  constructor(database: DatabaseSync) {
    const { name, useWhen, description, parameters, tags } = COLUMN_WEIGHTS;
    // Stored in the table, so that ORDER BY rank sorts inside FTS5.
    database.exec(
      `INSERT INTO search_words (search_words, rank)
       VALUES ('rank', 'bm25(${name}, ${useWhen}, ${description}, ${parameters}, ${tags})')`,
    );
    this.#insert = database.prepare(
      `INSERT INTO search_words (rowid, name, use_when, description, parameters, tags) VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#delete = database.prepare("DELETE FROM search_words WHERE rowid = ?");
    this.#search = database.prepare(
      "SELECT rowid AS number, -rank AS score FROM search_words WHERE search_words MATCH ? ORDER BY rank LIMIT ?",
    );
    // The plus keeps SQLite from running the whole query once for each rowid.
    this.#searchOnly = database.prepare(
      `SELECT rowid AS number, -rank AS score FROM search_words
       WHERE search_words MATCH ? AND +rowid IN (SELECT value FROM json_each(?)) ORDER BY rank LIMIT ?`,
    );
    const count = database.prepare("SELECT count(*) AS count FROM search_words WHERE search_words MATCH ?");
    this.#counts = new TermCounts((term) => Number(count.get(quote(term))?.count));
  }

  add(number: number, document: SearchDocument): void {
    const { name, useWhen, description, parameters, tags } = keywordColumns(document);
    this.#insert.run(number, name, useWhen, description, parameters, tags);
    this.#counts.changed();
  }

  remove(number: number): void {
    this.#delete.run(number);
    this.#counts.changed();
  }

  /** The best `limit` documents that have at least one of the terms, best first; among `only` where it is given. */
  search(terms: readonly string[], limit: number, only?: readonly number[]): KeywordHit[] {
    const affordable = affordableTerms(terms, (term) => this.#counts.of(term));
    if (affordable.length === 0) return [];
    const match = affordable.map(quote).join(" OR ");
    const rows =
      only === undefined
        ? this.#search.all(match, limit)
        : this.#searchOnly.all(match, JSON.stringify(only), limit);
    return rows.map((row) => ({ number: Number(row.number), score: Number(row.score) }));
  }
}

/** Terms are letters, marks and digits (see `words`), so quotes are all that is needed. */
function quote(term: string): string {
  return `"${term}"`;
}
