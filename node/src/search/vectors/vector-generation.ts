import { BestList, type Neighbour } from "../best-list.ts";
import type { NativeGuard } from "../thread/native-guard.ts";
import type { Engine } from "../types.ts";
import type { DocumentTable } from "../words/document-table.ts";
import type { CatalogueState } from "../words/word-snapshot.ts";
import { EmbeddingQueue } from "./embedding-queue.ts";
import { generationBase } from "./generation-files.ts";
import { deleteGraph } from "./graph-file.ts";
import { GraphKeeper } from "./graph-keeper.ts";
import type { HnswLibrary } from "./hnsw-graph.ts";
import { type KnownVector, type NewVector, StoredVectors } from "./stored-vectors.ts";
import { VectorDatabase } from "./vector-database.ts";

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

/** All vectors of one embedder: as they are stored, as a graph, and which documents still wait for theirs. */
export class VectorGeneration {
  readonly embedder: EmbedderDescription;
  readonly queue: EmbeddingQueue;
  readonly #parts: GenerationParts;
  readonly #stored: StoredVectors;
  #graph: GraphKeeper | undefined;
  #loadingGraph: Promise<void> | undefined;
  #ready = false;

  constructor(parts: GenerationParts) {
    const { embedder, base, catalogue, documents, warn } = parts;
    this.embedder = embedder;
    this.#parts = parts;
    const file = `${generationBase(base, embedder)}.sqlite`;
    this.#stored = new StoredVectors({ file, embedder, catalogue, documents, warn });
    const has = (number: number) => this.#stored.table.rowOf(number) !== undefined;
    this.queue = new EmbeddingQueue(documents, has);
  }

  /** Removes what an embedder left on disk. */
  static async delete(base: string, embedder: { id: string; dimensions: number }): Promise<void> {
    VectorDatabase.delete(`${generationBase(base, embedder)}.sqlite`);
    await deleteGraph(`${generationBase(base, embedder)}.graph`);
  }

  /** Whether what was stored is in memory, the graph included. */
  get ready(): boolean {
    return this.#ready && this.#loadingGraph === undefined;
  }

  /** Documents that have their vector. */
  get documents(): number {
    return this.#stored.table.documents;
  }

  /** What searches go by now. */
  get engine(): Engine {
    return this.#usefulGraph === undefined ? "flat" : "hnsw";
  }

  /** Whether every document has its vector and the graph every vector. */
  get settled(): boolean {
    return this.ready && !this.queue.waiting && (this.#graph?.settled ?? true);
  }

  /** The same, but for a few documents that cannot be embedded. */
  get complete(): boolean {
    const { failed, waitingFor } = this.queue;
    if (!this.ready || !(this.#graph?.settled ?? true) || waitingFor > failed) return false;
    return failed <= this.#parts.documents().size * MAX_SHARE_FAILED;
  }

  /** A short piece of loading, inserting or tidying. @returns whether there is more */
  work(): boolean {
    if (this.#loadingGraph !== undefined) return false;
    if (!this.#ready) return this.load();
    if (this.#wantsGraph) this.#startGraph();
    const graph = this.#graph;
    if (this.#loadingGraph !== undefined) return false;
    // In between, too: a large graph takes an hour to make, and a crash must not cost it all.
    if (graph?.worthSaving === true) void this.#save(graph);
    if (graph?.step() === true) return true;
    // What nobody has now may be wanted again while documents wait for their vector.
    if (this.queue.waiting) return false;
    if (graph?.compactIfWorthIt() === true) return true;
    return this.#stored.worthPurging && this.#stored.purge((row) => graph?.freed(row));
  }

  /** A short piece of reading what was stored. @returns whether there is more */
  load(): boolean {
    if (this.#ready || this.#loadingGraph !== undefined || this.#stored.load()) return !this.#stored.loaded;
    this.queue.restart();
    this.#startGraph();
    return false;
  }

  /** What the database has of a text. */
  find(key: Uint8Array): { label: number; codes: Int8Array } | undefined {
    return this.#stored.find(key);
  }

  /** Stores vectors, and gives them to the documents that are still there. */
  store(vectors: readonly NewVector[], known: readonly KnownVector[]): void {
    for (const row of this.#stored.store(vectors, known)) this.#graph?.added(row);
  }

  /** A document has gone. */
  remove(number: number): void {
    const row = this.#stored.remove(number);
    if (row !== undefined) this.#graph?.removed(row);
  }

  /** The nearest documents, best first; of `only` exactly. */
  nearest(query: Float32Array, count: number, only?: readonly number[]): readonly Neighbour[] {
    const best = new BestList(count);
    if (only === undefined) this.#offerAll(query, count, best);
    else this.#visit(query, only, (number, cosine) => best.offer(number, cosine));
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
    const { table } = this.#stored;
    const row = table.rowOf(number);
    return row === undefined ? -number : table.labelOf(row);
  }

  /** The vector of a document, in unit length. */
  vectorOf(number: number): Float32Array | undefined {
    const { table } = this.#stored;
    const row = table.rowOf(number);
    if (row === undefined) return undefined;
    return Float32Array.from(table.codes.point(row, this.embedder.dimensions));
  }

  /** Saves the graph and closes the database. Says what went wrong with saving. */
  async close(seen: CatalogueState): Promise<string | null> {
    // The addon must not be at work when its thread ends.
    await this.#loadingGraph;
    const problem = this.#graph?.changed === true ? await this.#graph.save() : null;
    this.#stored.close(seen);
    return problem;
  }

  #offerAll(query: Float32Array, count: number, best: BestList): void {
    const { codes, rows } = this.#stored.table;
    const offer = (row: number, cosine: number) => {
      if (cosine < best.floor) return;
      // Lower numbers come first, so more of one row than are wanted can never be among the best.
      const documents = this.#stored.table.documentsOf(row);
      for (const number of documents.slice(0, count)) best.offer(number, cosine);
    };
    const graph = this.#usefulGraph;
    if (graph === undefined) {
      codes.scan(query, rows, () => best.floor, offer);
      return;
    }
    let found: readonly number[] = [];
    this.#parts.guard.run(() => {
      found = graph.search(query, count);
    });
    codes.scanRows(query, Uint32Array.from(found), offer);
    if (graph.tail > 0) codes.scanRows(query, graph.tailRows(), offer);
  }

  #visit(
    query: Float32Array,
    numbers: readonly number[],
    visit: (number: number, cosine: number) => void,
  ): void {
    const { table } = this.#stored;
    const having = numbers.filter((number) => table.rowOf(number) !== undefined);
    const rows = Uint32Array.from(having, (number) => table.rowOf(number) ?? 0);
    let at = 0;
    table.codes.scanRows(query, rows, (_, cosine) => visit(having[at++] as number, cosine));
  }

  get #usefulGraph(): GraphKeeper | undefined {
    return this.#graph?.useful === true && this.#loadingGraph === undefined ? this.#graph : undefined;
  }

  get #wantsGraph(): boolean {
    const { library, graphFrom } = this.#parts;
    return this.#graph === undefined && library !== undefined && this.#stored.table.rows >= graphFrom;
  }

  #startGraph(): void {
    this.#loadingGraph = this.#loadGraph().finally(() => {
      this.#loadingGraph = undefined;
      this.#ready = true;
      this.#parts.wake();
    });
  }

  /** Makes a graph if one is wanted, from what was saved as far as that goes. */
  async #loadGraph(): Promise<void> {
    const { base, guard, library, warn } = this.#parts;
    if (!this.#wantsGraph || library === undefined) return;
    const file = `${generationBase(base, this.embedder)}.graph`;
    const identity = { vectors: this.#stored.identity, dimensions: this.embedder.graphDimensions };
    this.#graph = new GraphKeeper(this.#stored.table, { file, identity, library, guard });
    const problem = await this.#graph.load();
    if (problem !== null) warn(`Search: ${problem}. It is being made anew; nothing is lost.`);
  }

  async #save(graph: GraphKeeper): Promise<void> {
    const problem = await graph.save();
    if (problem !== null)
      this.#parts.warn(`Search: the graph was not saved and will be made anew: ${problem}`);
    this.#parts.wake();
  }
}
