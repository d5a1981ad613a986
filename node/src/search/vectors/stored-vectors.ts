import { VectorFileError } from "../errors.ts";
import type { DocumentTable } from "../words/document-table.ts";
import type { CatalogueState } from "../words/word-snapshot.ts";
import { VectorDatabase } from "./vector-database.ts";
import type { EmbedderDescription } from "./vector-generation.ts";
import { VectorTable } from "./vector-table.ts";

/** Rows read from the database in one step: about 3 ms. */
const LOAD_VECTORS = 1_000;
const LOAD_DOCUMENTS = 3_000;
/** Vectors that nobody has are kept for documents that come again, up to this many or this share. */
const PURGE_MIN_UNUSED = 1_000;
const PURGE_SHARE_UNUSED = 0.25;
const PURGE_STEP_ROWS = 500;

export interface StoredVectorsParts {
  readonly file: string;
  readonly embedder: EmbedderDescription;
  readonly catalogue: CatalogueState;
  /** The table of documents as it is now: it may be made anew. */
  readonly documents: () => DocumentTable;
  readonly warn: (message: string) => void;
}

/** A vector that was computed for a text. */
export interface NewVector {
  readonly key: Uint8Array;
  readonly codes: Int8Array;
  /** Documents with this text. */
  readonly numbers: readonly number[];
}

/** A vector that the database has for the text of a document. */
export interface KnownVector {
  readonly label: number;
  readonly codes: Int8Array;
  readonly number: number;
}

/** The vectors of one embedder in the database and, once they are loaded, in memory: what is in one is in the other. */
export class StoredVectors {
  readonly #parts: StoredVectorsParts;
  #database: VectorDatabase;
  table: VectorTable;
  #phase: "vectors" | "documents" | "loaded" = "vectors";
  #loadedUpTo = 0;
  #damaged = 0;
  /** Rows below this are still to be looked at; −1 while nothing is being purged. */
  #purging = -1;

  constructor(parts: StoredVectorsParts) {
    this.#parts = parts;
    const { file, embedder, catalogue, warn } = parts;
    this.table = new VectorTable(embedder.dimensions);
    try {
      this.#database = new VectorDatabase(file, embedder, catalogue);
    } catch (error) {
      if (!(error instanceof VectorFileError)) throw error;
      warn(`Search: ${error.message}. They are computed anew; keyword search goes on.`);
      VectorDatabase.delete(file);
      this.#database = new VectorDatabase(file, embedder, catalogue);
    }
  }

  /** Ties a graph to these vectors. */
  get identity(): string {
    return this.#database.identity;
  }

  get loaded(): boolean {
    return this.#phase === "loaded";
  }

  /** A short piece of loading. @returns whether there is more */
  load(): boolean {
    try {
      if (this.#phase === "vectors") this.#loadVectors();
      else if (this.#phase === "documents") this.#loadDocuments();
    } catch (error) {
      this.#startOver(error instanceof Error ? error.message : String(error));
    }
    return !this.loaded;
  }

  /** What there is for a text. */
  find(key: Uint8Array): { label: number; codes: Int8Array } | undefined {
    const found = this.#database.find(key);
    return found?.codes === undefined ? undefined : { label: found.label, codes: found.codes };
  }

  /**
   * Gives vectors to those of their documents that are still there: first on disk, then in memory.
   * @returns the rows that had no document before
   */
  store(vectors: readonly NewVector[], known: readonly KnownVector[]): number[] {
    const given: { label: number; codes: Int8Array; numbers: readonly number[] }[] = [];
    const lives = (number: number) => this.#parts.documents().slotOf(number) !== undefined;
    this.#database.write(() => {
      for (const { label, codes, number } of known) given.push({ label, codes, numbers: [number] });
      for (const { key, codes, numbers } of vectors)
        given.push({ label: this.#database.insert(key, codes), codes, numbers });
      for (const { label, numbers } of given)
        for (const number of numbers) if (lives(number)) this.#database.link(number, label);
    });
    const rows: number[] = [];
    for (const { label, codes, numbers } of given) {
      const row = this.table.add(label, codes);
      for (const number of numbers) if (lives(number) && this.table.link(number, row)) rows.push(row);
    }
    return rows;
  }

  /** A document has gone. @returns its row, if nobody has that now */
  remove(number: number): number | undefined {
    try {
      this.#database.unlink(number);
    } catch {
      // A link that could not be deleted leads nowhere: numbers are used once.
    }
    return this.table.unlink(number);
  }

  /** Whether so many vectors are nobody's that they should go. */
  get worthPurging(): boolean {
    const least = Math.max(PURGE_MIN_UNUSED, this.table.rows * PURGE_SHARE_UNUSED);
    return this.#purging >= 0 || this.table.unused >= least;
  }

  /** Forgets some vectors that nobody has, telling of each row. @returns whether there is more */
  purge(freed: (row: number) => void): boolean {
    if (this.#purging < 0) this.#purging = this.table.rows;
    const last = Math.max(0, this.#purging - PURGE_STEP_ROWS);
    const rows: number[] = [];
    for (let row = last; row < this.#purging; row++)
      if (!this.table.isUsed(row) && this.table.labelOf(row) !== 0) rows.push(row);
    this.#database.write(() => {
      for (const row of rows) for (const label of this.table.labelsOf(row)) this.#database.delete(label);
    });
    for (const row of rows) {
      freed(row);
      this.table.free(row);
    }
    this.#purging = last > 0 ? last : -1;
    return last > 0;
  }

  close(seen: CatalogueState): void {
    this.#database.close(seen);
  }

  #loadVectors(): void {
    const page = this.#database.vectorsAfter(this.#loadedUpTo, LOAD_VECTORS);
    for (const { label, codes } of page) {
      this.#loadedUpTo = label;
      if (codes !== undefined) this.table.add(label, codes);
      else {
        this.#damaged += 1;
        this.#database.delete(label);
      }
    }
    if (page.length === LOAD_VECTORS) return;
    const { embedder, warn } = this.#parts;
    if (this.#damaged > 0)
      warn(`Search: ${this.#damaged} vectors by ${embedder.id} are damaged and are computed anew.`);
    this.#phase = "documents";
    this.#loadedUpTo = 0;
  }

  #loadDocuments(): void {
    const page = this.#database.documentsAfter(this.#loadedUpTo, LOAD_DOCUMENTS);
    for (const { number, label } of page) {
      this.#loadedUpTo = number;
      const row = this.table.rowOfLabel(label);
      if (this.#parts.documents().slotOf(number) === undefined) this.#database.unlink(number);
      else if (row !== undefined) this.table.link(number, row);
    }
    if (page.length < LOAD_DOCUMENTS) this.#phase = "loaded";
  }

  /** The file was sound enough to be opened, but cannot be read. */
  #startOver(problem: string): void {
    const { file, embedder, catalogue, warn } = this.#parts;
    const error = new VectorFileError(file, `cannot be read (${problem})`);
    warn(`Search: ${error.message}. They are computed anew; keyword search goes on.`);
    this.#database.abandon();
    VectorDatabase.delete(file);
    this.#database = new VectorDatabase(file, embedder, catalogue);
    this.table = new VectorTable(embedder.dimensions);
    this.#phase = "vectors";
    this.#loadedUpTo = 0;
  }
}
