import type { Neighbour } from "./best-list.ts";

/** Links per point: the usual choice at 256 dimensions; 32 doubles the memory of the links for recall we have. */
const LINKS = 16;
/** Candidates while inserting: below 200 recall falls, above it insertion only gets slower. */
const EF_CONSTRUCTION = 200;
/** Candidates while searching: recall@10 ≥ 0.95 at 100,000 vectors, about 0.5 ms. hnswlib forgets it on loading. */
const EF_SEARCH = 200;
const FIRST_CAPACITY = 1_024;
/** Growing copies the graph inside hnswlib; by half as much again keeps both copies and waste small. */
const GROWTH = 1.5;
/** Fixed, so that the same insertions make the same graph. */
const SEED = 100;

/** What is used of hnswlib-node. Declared here because the package is optional: its types may not be installed. */
export interface HnswLibrary {
  HierarchicalNSW: new (space: "ip", dimensions: number) => HnswNative;
}
interface HnswNative {
  initIndex(capacity: number, links: number, efConstruction: number, seed: number): void;
  readIndexSync(file: string): void;
  writeIndex(file: string): Promise<boolean>;
  resizeIndex(capacity: number): void;
  addPoint(point: number[], label: number): void;
  markDelete(label: number): void;
  searchKnn(point: number[], count: number): { distances: number[]; neighbors: number[] };
  getIdsList(): number[];
  getPoint(label: number): number[];
  getMaxElements(): number;
  getCurrentCount(): number;
  getNumDimensions(): number;
  setEf(ef: number): void;
}

/**
 * hnswlib with its edges covered: it grows by itself, never gets a filter callback (one that throws aborts the
 * whole process), never adds while it writes (a race inside the addon), and sets `ef` again after loading.
 */
export class HnswGraph {
  readonly #native: HnswNative;
  readonly #labels: Set<number>;
  readonly #deleted: Set<number>;
  /** Deletions that came while the file was being written; they follow when it is. */
  readonly #deferred: number[] = [];
  #writing = false;

  private constructor(native: HnswNative, deleted: Set<number>) {
    this.#native = native;
    this.#native.setEf(EF_SEARCH);
    this.#deleted = deleted;
    this.#labels = new Set(native.getIdsList().filter((label) => !deleted.has(label)));
  }

  static create(library: HnswLibrary, dimensions: number): HnswGraph {
    const native = new library.HierarchicalNSW("ip", dimensions);
    native.initIndex(FIRST_CAPACITY, LINKS, EF_CONSTRUCTION, SEED);
    return new HnswGraph(native, new Set());
  }

  /**
   * Reads a file whose checksum the caller has verified. hnswlib does not tell which points were deleted, so the
   * caller remembers that too. @throws what hnswlib says of a file that it cannot read
   */
  static read(library: HnswLibrary, dimensions: number, file: string, deleted: readonly number[]): HnswGraph {
    const native = new library.HierarchicalNSW("ip", dimensions);
    native.readIndexSync(file);
    return new HnswGraph(native, new Set(deleted));
  }

  /** Points that can be found. */
  get size(): number {
    return this.#labels.size;
  }

  /** Points that were deleted and still take up room. */
  get deleted(): ReadonlySet<number> {
    return this.#deleted;
  }

  has(label: number): boolean {
    return this.#labels.has(label);
  }

  labels(): Iterable<number> {
    return this.#labels;
  }

  /** While this is true, `add` must not be called. */
  get writing(): boolean {
    return this.#writing;
  }

  /** The label must be new: numbers are never used twice, so none is ever overwritten. */
  add(label: number, point: number[]): void {
    if (this.#native.getCurrentCount() >= this.#native.getMaxElements()) {
      this.#native.resizeIndex(Math.ceil(this.#native.getMaxElements() * GROWTH));
    }
    this.#native.addPoint(point, label);
    this.#labels.add(label);
  }

  delete(label: number): void {
    if (!this.#labels.delete(label)) return;
    if (this.#writing) this.#deferred.push(label);
    else this.#markDeleted(label);
  }

  point(label: number): number[] {
    return this.#native.getPoint(label);
  }

  /** At most `count` neighbours, roughly the nearest. */
  search(query: Float32Array, count: number): Neighbour[] {
    const wanted = Math.min(count, this.size);
    if (wanted === 0) return [];
    this.#native.setEf(Math.max(EF_SEARCH, wanted));
    const { neighbors, distances } = this.#native.searchKnn(Array.from(query), wanted);
    return neighbors.map((number, index) => ({ number, cosine: 1 - (distances[index] ?? 1) }));
  }

  /** The least that a complete file takes: hnswlib reports no error when the disk is full. */
  get leastBytes(): number {
    const perPoint = this.#native.getNumDimensions() * 4 + LINKS * 2 * 4;
    return this.#native.getCurrentCount() * perPoint;
  }

  async write(file: string): Promise<void> {
    this.#writing = true;
    try {
      await this.#native.writeIndex(file);
    } finally {
      this.#writing = false;
      for (const label of this.#deferred.splice(0)) this.#markDeleted(label);
    }
  }

  #markDeleted(label: number): void {
    this.#native.markDelete(label);
    this.#deleted.add(label);
  }
}
