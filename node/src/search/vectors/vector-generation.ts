import { BestList, type Neighbour } from "../best-list.ts";
import { VectorFileError } from "../errors.ts";
import type { NativeGuard } from "../thread/native-guard.ts";
import type { DocumentTable } from "../words/document-table.ts";
import type { CatalogueState } from "../words/word-snapshot.ts";
import { EmbeddingQueue } from "./embedding-queue.ts";
import { generationBase } from "./generation-files.ts";
import { deleteGraph } from "./graph-file.ts";
import { GraphKeeper } from "./graph-keeper.ts";
import type { HnswLibrary } from "./hnsw-graph.ts";
import { VectorDatabase } from "./vector-database.ts";
import { VectorTable } from "./vector-table.ts";

/** Rows read from the database in one step: about 3 ms. */
const LOAD_VECTORS = 1_000;
const LOAD_DOCUMENTS = 3_000;
/** Vectors that nobody has are kept for documents that come again, up to this many or this share. */
const PURGE_MIN_UNUSED = 1_000;
const PURGE_SHARE_UNUSED = 0.25;
const PURGE_STEP_ROWS = 500;
/** With so small a share of documents that cannot be embedded, a generation counts as complete. */
const MAX_SHARE_FAILED = 0.01;

/** What the thread is told of an embedder. */
export interface EmbedderDescription {
  readonly id: string;
  readonly dimensions: number;
  readonly graphDimensions: number;
}

export interface GenerationParts {
  readonly embedder: EmbedderDescription;
  /** Beginning of the names of all files. */
  readonly base: string;
  readonly catalogue: CatalogueState;
  /** The table of documents as it is now: it may be made anew. */
  readonly documents: () => DocumentTable;
  readonly library: HnswLibrary | undefined;
  /** Distinct vectors from which on a graph is worth its memory. */
  readonly graphFrom: number;
  readonly guard: NativeGuard;
  readonly warn: (message: string) => void;
  /** There is something to do again. */
  readonly wake: () => void;
}

export interface NewVector {
  readonly key: Uint8Array;
  readonly codes: Int8Array;
  /** Documents with this text. */
  readonly numbers: readonly number[];
}

/** All vectors of one embedder: on disk, in memory, and as a graph; and which documents have theirs. */
export class VectorGeneration {
  readonly embedder: EmbedderDescription;
  readonly queue: EmbeddingQueue;
  readonly #parts: GenerationParts;
  #database: VectorDatabase;
  #table: VectorTable;
  #graph: GraphKeeper | undefined;
  #phase: "vectors" | "documents" | "graph" | "ready" = "vectors";
  #loadedUpTo = 0;
  #purging = -1;
  #damaged = 0;

  constructor(parts: GenerationParts) {
    const { embedder, catalogue, documents } = parts;
    this.embedder = embedder;
    this.#parts = parts;
    const file = `${generationBase(parts.base, embedder)}.sqlite`;
    this.#database = openOrReplace(file, parts, catalogue);
    this.#table = new VectorTable(embedder.dimensions);
    this.queue = new EmbeddingQueue(documents, (number) => this.#table.rowOf(number) !== undefined);
  }

  /** Removes what an embedder left on disk. */
  static async delete(base: string, embedder: { id: string; dimensions: number }): Promise<void> {
    VectorDatabase.delete(`${generationBase(base, embedder)}.sqlite`);
    await deleteGraph(`${generationBase(base, embedder)}.graph`);
  }

  /** Whether what was stored is in memory. */
  get ready(): boolean {
    return this.#phase === "ready";
  }

  /** Documents that have their vector. */
  get documents(): number {
    return this.#table.documents;
  }

  /** Whether every document has its vector and the graph every vector. */
  get settled(): boolean {
    return this.ready && !this.queue.waiting && (this.#graph?.settled ?? true);
  }

  /** The same, but for a few documents that cannot be embedded. */
  get complete(): boolean {
    const failed = this.queue.failed;
    if (!this.ready || !(this.#graph?.settled ?? true) || this.queue.waitingFor > failed) return false;
    return failed <= this.#parts.documents().size * MAX_SHARE_FAILED;
  }

  /** A short piece of loading, inserting or tidying. @returns whether there is more */
  work(): boolean {
    if (!this.ready) return this.load();
    if (this.#wantsGraph) {
      this.#phase = "graph";
      void this.#loadGraph();
      return false;
    }
    if (this.#graph?.step() === true) return true;
    if (!this.queue.waiting && this.#graph?.compactIfWorthIt() === true) return true;
    if (this.#graph?.worthSaving === true) void this.#save();
    return this.#purge();
  }

  /** A short piece of reading what was stored. @returns whether there is more */
  load(): boolean {
    try {
      if (this.#phase === "vectors") return this.#loadVectors();
      return this.#phase === "documents" && this.#loadDocuments();
    } catch (error) {
      this.#startOver(error instanceof Error ? error.message : String(error));
      return true;
    }
  }

  /** What the database has of a text. */
  find(key: Uint8Array): { label: number; codes: Int8Array } | undefined {
    const found = this.#database.find(key);
    return found?.codes === undefined ? undefined : { label: found.label, codes: found.codes };
  }

  /** Stores vectors, and gives them to the documents that are still there. */
  store(
    vectors: readonly NewVector[],
    known: readonly { label: number; codes: Int8Array; number: number }[],
  ): void {
    this.#database.write(() => {
      for (const { label, codes, number } of known) this.#give(label, codes, [number]);
      for (const { key, codes, numbers } of vectors)
        this.#give(this.#database.insert(key, codes), codes, numbers);
    });
  }

  /** A document has gone. */
  remove(number: number): void {
    const row = this.#table.unlink(number);
    // A link that could not be deleted leads nowhere: numbers are used once.
    if (row !== undefined || !this.ready) attempt(() => this.#database.unlink(number));
    if (row !== undefined) this.#graph?.removed(row);
  }

  /** The nearest documents, best first; of `only` exactly. */
  nearest(query: Float32Array, count: number, only?: readonly number[]): readonly Neighbour[] {
    const best = new BestList(count);
    if (only !== undefined) {
      this.#visit(query, only, (number, cosine) => best.offer(number, cosine));
      return best.list();
    }
    const offer = (row: number, cosine: number) => {
      if (cosine < best.floor) return;
      // Lower numbers come first, so more of one row than are wanted can never be among the best.
      for (const number of this.#table.documentsOf(row).slice(0, count)) best.offer(number, cosine);
    };
    const graph = this.#graph;
    if (graph?.useful !== true || !this.ready) this.#table.codes.scan(query, 0, this.#table.rows, offer);
    else {
      let rows: readonly number[] = [];
      this.#parts.guard.run(() => {
        rows = graph.search(query, count);
      });
      this.#table.codes.scanRows(query, Uint32Array.from(rows), offer);
      if (graph.tail > 0) this.#table.codes.scanRows(query, graph.tailRows(), offer);
    }
    return best.list();
  }

  /** Cosines of the documents that have a vector. */
  cosines(query: Float32Array, numbers: readonly number[]): Map<number, number> {
    const cosines = new Map<number, number>();
    this.#visit(query, numbers, (number, cosine) => cosines.set(number, cosine));
    return cosines;
  }

  /** Equal for documents with identical vectors. */
  twinOf(number: number): number {
    const row = this.#table.rowOf(number);
    return row === undefined ? -number : this.#table.labelOf(row);
  }

  /** The vector of a document, in unit length. */
  vectorOf(number: number): Float32Array | undefined {
    const row = this.#table.rowOf(number);
    if (row === undefined) return undefined;
    return Float32Array.from(this.#table.codes.point(row, this.embedder.dimensions));
  }

  /** Saves the graph and closes the database. Says what went wrong with saving. */
  async close(seen: CatalogueState): Promise<string | null> {
    const problem = this.ready && this.#graph?.changed === true ? await this.#graph.save() : null;
    this.#database.close(seen);
    return problem;
  }

  #give(label: number, codes: Int8Array, numbers: readonly number[]): void {
    const { row } = this.#table.add(label, codes);
    for (const number of numbers) {
      if (this.#parts.documents().slotOf(number) === undefined) continue;
      if (this.#table.link(number, row)) this.#graph?.added(row);
      this.#database.link(number, label);
    }
  }

  #visit(
    query: Float32Array,
    numbers: readonly number[],
    visit: (number: number, cosine: number) => void,
  ): void {
    const having = numbers.filter((number) => this.#table.rowOf(number) !== undefined);
    const rows = Uint32Array.from(having, (number) => this.#table.rowOf(number) ?? 0);
    let at = 0;
    this.#table.codes.scanRows(query, rows, (_, cosine) => visit(having[at++] as number, cosine));
  }

  /** The file was sound enough to be opened, but cannot be read. */
  #startOver(problem: string): void {
    const { base, warn, catalogue } = this.#parts;
    const file = `${generationBase(base, this.embedder)}.sqlite`;
    warn(
      `Search: ${new VectorFileError(file, `cannot be read (${problem})`).message}. They are computed anew.`,
    );
    this.#database.abandon();
    VectorDatabase.delete(file);
    this.#database = new VectorDatabase(file, this.embedder, catalogue);
    this.#table = new VectorTable(this.embedder.dimensions);
    this.#phase = "vectors";
    this.#loadedUpTo = 0;
  }

  #loadVectors(): boolean {
    const page = this.#database.vectorsAfter(this.#loadedUpTo, LOAD_VECTORS);
    for (const { label, codes } of page) {
      this.#loadedUpTo = label;
      if (codes !== undefined) this.#table.add(label, codes);
      else {
        this.#damaged += 1;
        this.#database.delete(label);
      }
    }
    if (page.length === LOAD_VECTORS) return true;
    if (this.#damaged > 0) {
      const { id } = this.embedder;
      this.#parts.warn(`Search: ${this.#damaged} vectors by ${id} are damaged and are computed anew.`);
    }
    this.#phase = "documents";
    this.#loadedUpTo = 0;
    return true;
  }

  #loadDocuments(): boolean {
    const page = this.#database.documentsAfter(this.#loadedUpTo, LOAD_DOCUMENTS);
    for (const { number, label } of page) {
      this.#loadedUpTo = number;
      const row = this.#table.rowOfLabel(label);
      if (this.#parts.documents().slotOf(number) === undefined) this.#database.unlink(number);
      else if (row !== undefined) this.#table.link(number, row);
    }
    if (page.length === LOAD_DOCUMENTS) return true;
    this.queue.restart();
    this.#phase = "graph";
    void this.#loadGraph();
    return false;
  }

  get #wantsGraph(): boolean {
    const { library, graphFrom } = this.#parts;
    return this.#graph === undefined && library !== undefined && this.#table.rows >= graphFrom;
  }

  async #loadGraph(): Promise<void> {
    const { base, guard, library } = this.#parts;
    const file = `${generationBase(base, this.embedder)}.graph`;
    let problem: string | null = null;
    if (this.#wantsGraph && library !== undefined) {
      const identity = { vectors: this.#database.identity, dimensions: this.embedder.graphDimensions };
      this.#graph = new GraphKeeper(this.#table, { file, identity, library, guard });
      problem = await this.#graph.load();
    }
    if (problem !== null) this.#parts.warn(`Search: ${problem}. It is being made anew; nothing is lost.`);
    this.#phase = "ready";
    this.#parts.wake();
  }

  async #save(): Promise<void> {
    const problem = await this.#graph?.save();
    if (typeof problem === "string")
      this.#parts.warn(`Search: the graph was not saved and will be made anew: ${problem}`);
    this.#parts.wake();
  }

  /** Forgets vectors that nobody has, when all documents have theirs and those that are left over are many. */
  #purge(): boolean {
    if (this.#purging < 0) {
      const least = Math.max(PURGE_MIN_UNUSED, this.#table.rows * PURGE_SHARE_UNUSED);
      if (this.queue.waiting || this.#table.unused < least) return false;
      this.#purging = this.#table.rows;
    }
    const last = Math.max(0, this.#purging - PURGE_STEP_ROWS);
    this.#database.write(() => {
      while (this.#purging > last) {
        this.#purging -= 1;
        if (this.#table.isUsed(this.#purging)) continue;
        this.#graph?.freed(this.#purging);
        for (const label of this.#table.free(this.#purging)) this.#database.delete(label);
      }
    });
    if (last > 0) return true;
    this.#purging = -1;
    return false;
  }
}

function openOrReplace(file: string, parts: GenerationParts, catalogue: CatalogueState): VectorDatabase {
  try {
    return new VectorDatabase(file, parts.embedder, catalogue);
  } catch (error) {
    if (!(error instanceof VectorFileError)) throw error;
    parts.warn(`Search: ${error.message}. They are computed anew; keyword search goes on.`);
    VectorDatabase.delete(file);
    return new VectorDatabase(file, parts.embedder, catalogue);
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The caller says why that does no harm.
  }
}
