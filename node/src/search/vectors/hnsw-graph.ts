/** Links per point: the usual choice; 32 doubles the memory of the links for recall that we have. */
const LINKS = 16;
/** Candidates while inserting: below 200 recall falls, above it insertion only gets slower. */
const EF_CONSTRUCTION = 200;
const FIRST_CAPACITY = 1_024;
/** hnswlib's memory for points moves without a copy (mremap); what it touches at once is 45 bytes a spare point. */
const GROWTH = 1.25;
/** Fixed, so that the same insertions make the same graph. */
const SEED = 100;

/** What is used of hnswlib-node. Declared here because the package is optional: its types may not be installed. */
export interface HnswLibrary {
  HierarchicalNSW: new (space: "ip", dimensions: number) => HnswNative;
}
interface HnswNative {
  initIndex(capacity: number, links: number, efConstruction: number, seed: number): void;
  readIndex(file: string): Promise<boolean>;
  writeIndex(file: string): Promise<boolean>;
  resizeIndex(capacity: number): void;
  addPoint(point: number[], label: number): void;
  markDelete(label: number): void;
  unmarkDelete(label: number): void;
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
 * whole process), never changes while it writes (a race inside the addon), and sets `ef` again for each search.
 */
export class HnswGraph {
  readonly #native: HnswNative;
  readonly #deleted: Set<number>;
  /** Deletions (true) and their opposites that came while the file was being written; they follow when it is. */
  readonly #deferred = new Map<number, boolean>();
  #writing = false;

  private constructor(native: HnswNative, deleted: Set<number>) {
    this.#native = native;
    this.#deleted = deleted;
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
  static async read(
    library: HnswLibrary,
    dimensions: number,
    file: string,
    deleted: readonly number[],
  ): Promise<HnswGraph> {
    const native = new library.HierarchicalNSW("ip", dimensions);
    await native.readIndex(file);
    return new HnswGraph(native, new Set(deleted));
  }

  /** Points that can be found. */
  get size(): number {
    return this.#native.getCurrentCount() - this.#deleted.size;
  }

  /** Points that were deleted and still take up room. */
  get deleted(): ReadonlySet<number> {
    return this.#deleted;
  }

  /** While true, nothing may be added. */
  get writing(): boolean {
    return this.#writing;
  }

  /** Deleted ones included. A copy: not for every query. */
  labels(): readonly number[] {
    return this.#native.getIdsList();
  }

  /** A label must be new. */
  add(label: number, point: number[]): void {
    if (this.#native.getCurrentCount() >= this.#native.getMaxElements())
      this.#native.resizeIndex(Math.ceil(this.#native.getMaxElements() * GROWTH));
    this.#native.addPoint(point, label);
  }

  delete(label: number): void {
    if (this.#deleted.has(label)) return;
    this.#deleted.add(label);
    if (this.#writing) this.#defer(label, true);
    else this.#native.markDelete(label);
  }

  /** Takes a deletion back. */
  restore(label: number): void {
    if (!this.#deleted.delete(label)) return;
    if (this.#writing) this.#defer(label, false);
    else this.#native.unmarkDelete(label);
  }

  point(label: number): number[] {
    return this.#native.getPoint(label);
  }

  /** Labels of at most `count` neighbours, roughly the nearest, looking at `effort` candidates. */
  search(query: number[], count: number, effort: number): readonly number[] {
    const wanted = Math.min(count, this.size);
    if (wanted <= 0) return [];
    this.#native.setEf(Math.max(effort, wanted));
    return this.#native.searchKnn(query, wanted).neighbors;
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
      for (const [label, gone] of this.#deferred) {
        if (gone) this.#native.markDelete(label);
        else this.#native.unmarkDelete(label);
      }
      this.#deferred.clear();
    }
  }

  /** What is taken back before it was done is as if it had never been. */
  #defer(label: number, gone: boolean): void {
    if (this.#deferred.get(label) === !gone) this.#deferred.delete(label);
    else this.#deferred.set(label, gone);
  }
}
