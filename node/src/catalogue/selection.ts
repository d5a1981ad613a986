import type { DatabaseSync } from "node:sqlite";
import { type ActionId, type Filters, needSchema, type PeerId } from "@action-collective/protocol";
import { counting } from "./counting-sql.ts";
import { type Facets, facet } from "./facets.ts";
import { prepared } from "./statements.ts";

/** Rows read at once: about a millisecond with their conditions. */
const PAGE = 256;

/** A condition that an index can walk: how many rows it has (counted up to a bound), and the rows. */
interface Walk {
  readonly count: number;
  readonly pages: () => Iterable<readonly number[]>;
}

type Conditions = Pick<
  Filters,
  "verified" | "permissions" | "tags" | "languages" | "licences" | "authors" | "seenAfter" | "seenBefore"
>;

/**
 * Which actions can pass the filters that the catalogue has an index for. Always all of those that pass, and perhaps
 * some more (an author's withdrawn ones): whoever asks looks at each again.
 */
export class Selection {
  readonly #database: DatabaseSync;
  readonly #facets: Facets;
  readonly #sql;

  constructor(database: DatabaseSync, facets: Facets) {
    this.#database = database;
    this.#facets = facets;
    const upTo = (rows: string) => `SELECT count(*) AS count FROM (SELECT 1 FROM ${rows} LIMIT ?)`;
    const seen = "actions WHERE first_seen >= ? AND first_seen < ?";
    this.#sql = prepared(database, {
      facetCount: upTo("facets WHERE facet = ?"),
      facet: "SELECT action AS number FROM facets WHERE facet = ? AND action > ? ORDER BY action LIMIT ?",
      authorCount: upTo("records WHERE author = ? AND kind = 'publication'"),
      author: `SELECT actions.rowid AS number, records.subject AS key
        FROM records CROSS JOIN actions ON actions.id = records.subject
        WHERE records.author = ? AND records.kind = 'publication' AND records.subject > ?
        ORDER BY records.subject LIMIT ?`,
      passedCount: upTo("actions WHERE standing = 'passed'"),
      passed:
        "SELECT rowid AS number FROM actions WHERE standing = 'passed' AND rowid > ? ORDER BY rowid LIMIT ?",
      seenCount: upTo(seen),
      seen: `SELECT rowid AS number FROM ${seen} LIMIT ?`,
      ids: "SELECT id FROM actions WHERE rowid IN (SELECT value FROM json_each(?))",
      publisher: "SELECT publisher FROM actions WHERE id = ? AND publisher <> '-'",
      publishes: counting(
        "1 AS yes",
        "SELECT * FROM records WHERE author = ?1 AND kind = 'publication' AND subject = ?2",
      ),
    });
  }

  /** Whether that peer publishes the action, and neither took it back nor lost its key before. */
  publishes(author: PeerId, action: ActionId): boolean {
    return this.#sql.publishes.get(author, action) !== undefined;
  }

  /** Who published it first; undefined for what nobody did. */
  publisher(action: ActionId): PeerId | undefined {
    return (this.#sql.publisher.get(action) as { publisher: PeerId } | undefined)?.publisher;
  }

  /**
   * The narrowest of the conditions, as pages of rowids, if it has at most `most` rows; undefined where none has, or
   * while the index is behind.
   */
  narrowest(conditions: Conditions, most: number): Iterable<readonly number[]> | undefined {
    if (!this.#facets.catchUp()) return undefined;
    const walks = this.#walks(conditions, most + 1);
    const best = walks.reduce<Walk | undefined>(
      (least, walk) => (least === undefined || walk.count < least.count ? walk : least),
      undefined,
    );
    return best !== undefined && best.count <= most ? best.pages() : undefined;
  }

  /** How many actions there are. */
  total(): number {
    return this.#facets.last();
  }

  /** Every action there is, or the newest so many, as pages of rowids. */
  *everything(newest: number = Number.POSITIVE_INFINITY): Iterable<readonly number[]> {
    const last = this.#facets.last();
    for (let first = Math.max(1, last - newest + 1); first <= last; first += PAGE)
      yield Array.from({ length: Math.min(PAGE, last - first + 1) }, (_, index) => first + index);
  }

  /** The ids of the actions with these rowids, in any order. */
  idsOf(numbers: readonly number[]): ActionId[] {
    const rows = this.#sql.ids.all(JSON.stringify(numbers)) as { id: ActionId }[];
    return rows.map(({ id }) => id);
  }

  /** The ids of those that pass what the catalogue can see; what failed here never does. */
  fitting(numbers: readonly number[], conditions: Conditions): ActionId[] {
    const { tags = [], licences = [], languages = [], authors = [], permissions } = conditions;
    const { complete } = this.#facets;
    const values: (string | number)[] = [JSON.stringify(numbers)];
    const where = ["a.rowid IN (SELECT value FROM json_each(?))"];
    const has = (names: readonly string[], not = "") => {
      const ids = names.map((name) => this.#facets.find(name)).filter((id) => id !== undefined);
      where.push(`${not} EXISTS (SELECT 1 FROM facets WHERE action = a.rowid AND facet IN (${marks(ids)}))`);
      values.push(...ids);
    };
    // While the index is behind, whoever asks must see for itself.
    if (complete) {
      for (const tag of tags) has([facet.tag(tag)]);
      if (licences.length > 0) has(licences.map(facet.licence));
      if (languages.length > 0) has(languages.map(facet.language));
      const refused = needSchema.options.filter((need) => permissions?.includes(need) === false);
      if (refused.length > 0) has(refused.map(facet.needs), "NOT");
    }
    if (authors.length > 0) {
      where.push(
        `EXISTS (SELECT 1 FROM records WHERE author IN (${marks(authors)}) AND kind = 'publication' AND subject = a.id)`,
      );
      values.push(...authors);
    }
    const standing =
      "(SELECT standing FROM actions AS own INDEXED BY actions_standing_of WHERE own.id = a.id)";
    where.push(conditions.verified === true ? `${standing} = 'passed'` : `${standing} <> 'failed'`);
    if (conditions.seenAfter !== undefined || conditions.seenBefore !== undefined) {
      where.push("a.first_seen >= ? AND a.first_seen < ?");
      values.push(...rangeOf(conditions));
    }
    const rows = this.#database.prepare(`SELECT a.id FROM actions AS a WHERE ${where.join(" AND ")}`);
    return (rows.all(...values) as { id: ActionId }[]).map(({ id }) => id);
  }

  #walks(conditions: Conditions, bound: number): Walk[] {
    const { tags = [], licences = [], languages = [], authors = [] } = conditions;
    const walks = tags.map((tag) => this.#facetWalk([facet.tag(tag)], bound));
    if (licences.length > 0) walks.push(this.#facetWalk(licences.map(facet.licence), bound));
    if (languages.length > 0) walks.push(this.#facetWalk(languages.map(facet.language), bound));
    if (authors.length > 0) {
      const distinct = [...new Set(authors)];
      const count = distinct.reduce(
        (sum, author) => sum + countOf(this.#sql.authorCount.get(author, bound)),
        0,
      );
      walks.push({
        count,
        pages: () =>
          chain(distinct, (author) => keyset("", (after) => this.#sql.author.all(author, after, PAGE))),
      });
    }
    if (conditions.verified === true)
      walks.push({
        count: countOf(this.#sql.passedCount.get(bound)),
        pages: () => keyset(0, (after) => this.#sql.passed.all(after, PAGE)),
      });
    if (conditions.seenAfter !== undefined || conditions.seenBefore !== undefined) {
      const range = rangeOf(conditions);
      const count = countOf(this.#sql.seenCount.get(...range, bound));
      walks.push({ count, pages: () => pagesOf(this.#sql.seen.all(...range, bound)) });
    }
    return walks;
  }

  #facetWalk(names: readonly string[], bound: number): Walk {
    const facets = [...new Set(names)]
      .map((name) => this.#facets.find(name))
      .filter((id) => id !== undefined);
    const count = facets.reduce((sum, id) => sum + countOf(this.#sql.facetCount.get(id, bound)), 0);
    const rows = (id: number) => keyset(0, (after) => this.#sql.facet.all(id, after, PAGE));
    return { count, pages: () => chain(facets, rows) };
  }
}

function rangeOf({ seenAfter, seenBefore }: Conditions): [number, number] {
  return [seenAfter ?? 0, seenBefore ?? Number.MAX_SAFE_INTEGER];
}

function marks(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}

function countOf(row: unknown): number {
  return (row as { count: number }).count;
}

interface WalkedRow {
  readonly number: number;
  /** What the walk goes by, where that is not the number. */
  readonly key?: string;
}

/** Pages in the order of the keys, each read when it is asked for. */
function* keyset<Key extends number | string>(
  first: Key,
  read: (after: Key) => unknown[],
): Iterable<readonly number[]> {
  let after = first;
  for (;;) {
    const page = read(after) as WalkedRow[];
    const last = page.at(-1);
    if (last !== undefined) yield page.map(({ number }) => number);
    if (last === undefined || page.length < PAGE) return;
    after = (last.key ?? last.number) as Key;
  }
}

/** A list that was read at once, in pages. */
function* pagesOf(rows: unknown[]): Iterable<readonly number[]> {
  const numbers = (rows as WalkedRow[]).map(({ number }) => number);
  for (let first = 0; first < numbers.length; first += PAGE) yield numbers.slice(first, first + PAGE);
}

function* chain<Key>(
  keys: readonly Key[],
  pages: (key: Key) => Iterable<readonly number[]>,
): Iterable<readonly number[]> {
  for (const key of keys) yield* pages(key);
}
