import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach } from "vitest";
import { SearchIndex } from "../../../node/src/search/search-index.ts";
import type { SearchDocument, SearchOptions } from "../../../node/src/search/types.ts";
import { HashEmbedder } from "../../helpers/hash-embedder.ts";

/** A home on disk for one test: a database file and an index file that outlive the index. */
export class SearchHome {
  readonly directory = mkdtempSync(join(tmpdir(), "search-test-"));
  database = new DatabaseSync(join(this.directory, "catalogue.db"));
  readonly indexFile = join(this.directory, "vectors.index");
  readonly messages: string[] = [];
  readonly #open = new Set<SearchIndex>();

  async open(options: Partial<SearchOptions> = {}): Promise<SearchIndex> {
    const log = {
      info: (message: string) => this.messages.push(message),
      warn: (message: string) => this.messages.push(message),
    };
    const { database, indexFile } = this;
    const index = await SearchIndex.open({
      database,
      indexFile,
      log,
      embedder: new HashEmbedder(),
      ...options,
    });
    this.#open.add(index);
    return index;
  }

  /** Puts another file in the place of the database. No index may be open. */
  replaceDatabase(bytes: Uint8Array): void {
    this.database.close();
    writeFileSync(join(this.directory, "catalogue.db"), bytes);
    this.database = new DatabaseSync(join(this.directory, "catalogue.db"));
  }

  async close(): Promise<void> {
    for (const index of this.#open) await index.stop();
    this.database.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Homes that close themselves after each test. */
export function useHomes(): () => SearchHome {
  const homes: SearchHome[] = [];
  afterEach(async () => {
    for (const home of homes.splice(0)) await home.close();
  });
  return () => {
    const home = new SearchHome();
    homes.push(home);
    return home;
  };
}

export function makeDocument(id: string, more: Partial<SearchDocument> = {}): SearchDocument {
  return { id, name: id, description: "", useWhen: [], parameters: [], tags: [], ...more };
}

/** A small catalogue of different things to do. */
export const ACTIONS: readonly SearchDocument[] = [
  makeDocument("matrices", {
    name: "multiplyMatrices",
    description: "Computes the product of two matrices of numbers.",
    useWhen: ["combine linear transformations into one"],
    parameters: ["a: the left matrix", "b: the right matrix"],
    tags: ["math"],
  }),
  makeDocument("slug", {
    name: "slugify_title",
    description: "Makes a URL-safe identifier out of a text.",
    useWhen: ["I have a headline and want a link for it"],
    parameters: ["text", "separator"],
    tags: ["text"],
  }),
  makeDocument("weekdays", {
    name: "countBusinessDays",
    description: "Counts weekdays between two dates.",
    useWhen: ["how long until the deadline without weekends"],
    parameters: ["from: first date", "to: last date"],
    tags: ["date"],
  }),
  makeDocument("csv", {
    name: "parseCSVTable",
    description: "Reads comma separated values into rows.",
    useWhen: ["turn a spreadsheet export into objects"],
    parameters: ["text: the file's content"],
    tags: ["data"],
  }),
];

/** Repeatable randomness: the same seed, the same numbers (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A unit vector in a random direction. */
export function randomVector(random: () => number, dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}
