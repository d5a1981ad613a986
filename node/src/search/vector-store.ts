import { BestList, type Neighbour } from "./best-list.ts";
import { toPoint } from "./codes.ts";
import { GraphFileError } from "./errors.ts";
import { FlatIndex } from "./flat-index.ts";
import { HnswGraph, type HnswLibrary } from "./hnsw-graph.ts";
import { TwinGroups } from "./twin-groups.ts";

/** Points inserted between two looks at the mailbox: 3 to 8 ms, the longest that a query waits for insertions. */
const INSERTIONS_PER_STEP = 8;
/** Deleted points slow searches and hold memory; a new graph costs about 1 ms a point, so not for a handful. */
const COMPACT_MIN_DELETED = 1_000;
const COMPACT_SHARE_DELETED = 0.25;
/** Newest points that are compared with the database after loading: where the two drift apart, they do so here. */
const SPOT_CHECKS = 256;
/** Codes as Float32 and back differ by rounding only. */
const SPOT_TOLERANCE = 1e-4;

/**
 * All vectors of the index: the flat index holds every one and is exact; the graph, where there is one, is the
 * quick way through most of them. New vectors can be found at once, in the *tail* that the graph has not taken in
 * yet and that is read flat. Deciding code only: the worker gives it time and files.
 */
export class VectorStore {
  readonly #library: HnswLibrary | undefined;
  readonly #dimensions: number;
  readonly #flat: FlatIndex;
  readonly #twins: TwinGroups;
  readonly #tail = new Set<number>();
  #graph: HnswGraph | undefined;
  #changes = 0;

  constructor(dimensions: number, library: HnswLibrary | undefined) {
    this.#dimensions = dimensions;
    this.#library = library;
    this.#flat = new FlatIndex(dimensions);
    this.#twins = new TwinGroups((number) => this.#flat.codesOf(number));
    this.#graph = library === undefined ? undefined : HnswGraph.create(library, dimensions);
  }

  get graph(): HnswGraph | undefined {
    return this.#graph;
  }

  get size(): number {
    return this.#flat.size;
  }

  /** Distinct vectors that the graph has yet to take in. */
  get tail(): number {
    return this.#tail.size;
  }

  /** Insertions into and deletions from the graph since `saved`. */
  get changes(): number {
    return this.#changes;
  }

  saved(changes: number): void {
    this.#changes -= changes;
  }

  add(number: number, codes: Int8Array): void {
    if (this.#flat.has(number)) return;
    this.#flat.set(number, codes);
    const label = this.#twins.add(number, codes);
    if (label === number && this.#graph !== undefined) this.#tail.add(label);
  }

  remove(number: number): void {
    const label = this.#twins.remove(number);
    this.#flat.remove(number);
    if (label === undefined || this.#tail.delete(label) || this.#graph === undefined) return;
    this.#graph.delete(label);
    this.#changes += 1;
    this.#compactIfWorthIt(this.#graph);
  }

  /**
   * Takes a saved graph over, after all vectors of the database were added: what it lacks joins the tail, what it
   * has too much is deleted.
   * @throws GraphFileError if its points are not the database's vectors
   */
  adopt(graph: HnswGraph, file: string): void {
    const labels = new Set(this.#twins.labels());
    this.#spotCheck(graph, labels, file);
    for (const label of [...graph.labels()]) {
      if (labels.has(label)) continue;
      graph.delete(label);
      this.#changes += 1;
    }
    this.#graph = graph;
    // Anew from what the graph holds: the one that it replaces may have taken some in already.
    this.#tail.clear();
    for (const label of labels) if (!graph.has(label)) this.#tail.add(label);
    this.#compactIfWorthIt(graph);
  }

  /** Moves a few vectors from the tail into the graph. Returns whether more are waiting. */
  insertSome(): boolean {
    const graph = this.#graph;
    if (graph === undefined || graph.writing) return false;
    let left = INSERTIONS_PER_STEP;
    for (const label of this.#tail) {
      if (left === 0) break;
      left -= 1;
      const codes = this.#twins.codesOfLabel(label);
      if (codes !== undefined) graph.add(label, toPoint(codes));
      this.#tail.delete(label);
      this.#changes += 1;
    }
    return this.#tail.size > 0;
  }

  /** The nearest `count` of `only` (exactly) or of all (by the graph, where there is one), best first. */
  search(query: Float32Array, count: number, only?: Iterable<number>): readonly Neighbour[] {
    if (only !== undefined) return this.#flat.search(query, count, only);
    const graph = this.#graph;
    // With most vectors still in the tail the flat index is as quick, and exact.
    if (graph === undefined || this.#tail.size > graph.size) return this.#flat.search(query, count);
    const best = new BestList(count);
    for (const { number: label } of graph.search(query, count)) this.#offerTwins(query, label, best);
    for (const label of this.#tail) this.#offerTwins(query, label, best);
    return best.list();
  }

  /** The cosines of some documents; 0 for those without a vector. */
  cosines(query: Float32Array, numbers: Iterable<number>): Neighbour[] {
    return Array.from(numbers, (number) => ({ number, cosine: this.#flat.cosine(number, query) ?? 0 }));
  }

  #offerTwins(query: Float32Array, label: number, best: BestList): void {
    for (const number of this.#twins.members(label)) this.#flat.offer(query, number, best);
  }

  /** Deletions only mark points; past a share of them a new graph grows while the flat index answers. */
  #compactIfWorthIt(graph: HnswGraph): void {
    const deleted = graph.deleted.size;
    if (this.#library === undefined || deleted < COMPACT_MIN_DELETED) return;
    if (deleted < (graph.size + deleted) * COMPACT_SHARE_DELETED) return;
    this.#graph = HnswGraph.create(this.#library, this.#dimensions);
    for (const label of this.#twins.labels()) this.#tail.add(label);
  }

  #spotCheck(graph: HnswGraph, labels: ReadonlySet<number>, file: string): void {
    const newest = [...graph.labels()].filter((label) => labels.has(label)).sort((a, b) => b - a);
    for (const label of newest.slice(0, SPOT_CHECKS)) {
      const codes = this.#twins.codesOfLabel(label);
      const expected = codes === undefined ? [] : toPoint(codes);
      const point = graph.point(label);
      const same = expected.every((value, index) => Math.abs(value - (point[index] ?? 2)) < SPOT_TOLERANCE);
      if (!same) throw new GraphFileError(file, "holds other vectors than the database");
    }
  }
}
