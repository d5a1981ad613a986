import { GraphFileError } from "../errors.ts";
import type { NativeGuard } from "../thread/native-guard.ts";
import { NumberList } from "../words/numbers.ts";
import { type GraphIdentity, loadGraph, saveGraph } from "./graph-file.ts";
import { HnswGraph, type HnswLibrary } from "./hnsw-graph.ts";
import type { VectorTable } from "./vector-table.ts";

/** How long one step of insertion may take: about the longest that a query waits for it. */
const STEP_MS = 3;
/** Deleted points slow searches and hold memory; a new graph costs about 1 ms a point, so not for a handful. */
const COMPACT_MIN_DELETED = 1_000;
const COMPACT_SHARE_DELETED = 0.25;
/** Candidates while searching, where the graph has all dimensions. */
const EFFORT = 200;
/**
 * Where it has only the first ones, more are looked at and scored by all dimensions. With 128 of 256 at 100,000 vectors (the
 * first hold three quarters) recall@10 is 0.90 with 200, 0.96 with 400, 0.98 with 600, at 0.8, 1.5 and 2.1 ms.
 */
const EFFORT_LEADING = 600;
const OVER_FETCH = 2;
/** Insertions that a crash may cost: 10 seconds of background work at the next start, against a write per burst. */
const SAVE_AFTER_CHANGES = 10_000;
/** …or this share, so that large graphs are not written all the time. */
const SAVE_AFTER_SHARE = 0.25;
/** Newest points that are compared with the vectors after loading: where the two drift apart, they do so here. */
const SPOT_CHECKS = 256;
/** Codes as Float32 and back differ by rounding only. */
const SPOT_TOLERANCE = 1e-4;

export interface GraphOptions {
  readonly file: string;
  readonly identity: GraphIdentity;
  readonly library: HnswLibrary;
  readonly guard: NativeGuard;
}

/** What a row is to a graph; 0 is nothing. */
const TAKEN_IN = 1;
const QUEUED = 2;

/** Which rows are in a graph, and which wait to be. */
interface Growing {
  readonly graph: HnswGraph;
  /** By row: see above. */
  readonly states: NumberList;
  /** Rows to take in, from `next` on. */
  readonly queue: NumberList;
  next: number;
}

/**
 * The graph over the rows of a table, a little behind it: new rows wait in a queue, the *tail*, which is read flat. Many
 * deletions make a new graph, which grows beside the old one and replaces it when it has everything.
 */
export class GraphKeeper {
  readonly #options: GraphOptions;
  readonly #table: VectorTable;
  #serving: Growing;
  #successor: Growing | undefined;
  #changes = 0;
  #saving: Promise<string | null> | undefined;

  constructor(table: VectorTable, options: GraphOptions) {
    this.#table = table;
    this.#options = options;
    this.#serving = this.#begin();
  }

  /** Takes the saved graph over, once the table is filled. @returns what was wrong with it, if anything */
  async load(): Promise<string | null> {
    const { library, file, identity, guard } = this.#options;
    let problem: string | null = null;
    try {
      const graph = await guard.during(() => loadGraph(library, file, identity));
      if (graph !== undefined) this.#adopt(graph);
    } catch (error) {
      if (!(error instanceof GraphFileError)) throw error;
      problem = error.message;
    }
    for (let row = 0; row < this.#table.rows; row++) this.added(row);
    return problem;
  }

  /** Rows that searches must read flat. */
  get tail(): number {
    return this.#serving.queue.length - this.#serving.next;
  }

  /** Whether there is nothing to insert. */
  get settled(): boolean {
    return this.tail === 0 && this.#successor === undefined;
  }

  /** Whether searching by the graph is worth it. */
  get useful(): boolean {
    return this.#serving.graph.size > this.tail;
  }

  /** A row that somebody has, new or again. Rows of nothing but zeros are like nothing. */
  added(row: number): void {
    const label = this.#table.labelOf(row);
    if (label === 0 || !this.#table.isUsed(row) || this.#table.codes.isZero(row)) return;
    for (const growing of this.#growing()) {
      const state = growing.states.at(row);
      if (state === TAKEN_IN) growing.graph.restore(label);
      else if (state !== QUEUED) enqueue(growing, row);
    }
  }

  /** A row that nobody has any more. */
  removed(row: number): void {
    for (const { graph, states } of this.#growing())
      if (states.at(row) === TAKEN_IN) graph.delete(this.#table.labelOf(row));
    this.#changes += 1;
  }

  /** A removed row that is going to be another vector's. */
  freed(row: number): void {
    for (const { states } of this.#growing()) states.put(row, 0);
  }

  /** Rows that may be the nearest, the tail's left out. */
  search(query: Float32Array, count: number): readonly number[] {
    const { dimensions } = this.#options.identity;
    const whole = dimensions === this.#table.codes.dimensions;
    const wanted = whole ? count : Math.max(EFFORT_LEADING, count * OVER_FETCH);
    const point = Array.from(query.subarray(0, dimensions));
    const labels = this.#serving.graph.search(point, wanted, Math.max(EFFORT, wanted));
    return labels.flatMap((label) => this.#table.rowOfLabel(label) ?? []);
  }

  tailRows(): Uint32Array {
    return this.#serving.queue.view().slice(this.#serving.next);
  }

  /** Inserts for a moment. @returns whether there is more to do */
  step(): boolean {
    if (this.#saving !== undefined) return false;
    const growing = this.#successor ?? this.#serving;
    this.#options.guard.run(() => this.#insertFor(growing));
    if (growing.next < growing.queue.length) return true;
    if (this.#successor !== undefined) {
      this.#serving = this.#successor;
      this.#successor = undefined;
    }
    return false;
  }

  get worthSaving(): boolean {
    if (this.#saving !== undefined || this.#successor !== undefined) return false;
    return this.#changes >= Math.max(SAVE_AFTER_CHANGES, this.#serving.graph.size * SAVE_AFTER_SHARE);
  }

  get changed(): boolean {
    return this.#changes > 0;
  }

  /** Says what went wrong, if anything did: the graph is a cache, so a failure to save it is not one to serve. */
  save(): Promise<string | null> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async #save(): Promise<string | null> {
    const { file, identity, guard } = this.#options;
    const changes = this.#changes;
    try {
      await guard.during(() => saveGraph(this.#serving.graph, file, identity));
      this.#changes -= changes;
      return null;
    } catch (error) {
      // Tried again when there are as many changes again, not at once.
      this.#changes = 0;
      return error instanceof Error ? error.message : String(error);
    }
  }

  #begin(graph?: HnswGraph): Growing {
    const { library, identity } = this.#options;
    return {
      graph: graph ?? HnswGraph.create(library, identity.dimensions),
      states: new NumberList(),
      queue: new NumberList(),
      next: 0,
    };
  }

  #growing(): readonly Growing[] {
    return this.#successor === undefined ? [this.#serving] : [this.#serving, this.#successor];
  }

  #insertFor(growing: Growing): void {
    const { dimensions } = this.#options.identity;
    const end = performance.now() + STEP_MS;
    while (growing.next < growing.queue.length && performance.now() < end) {
      const row = growing.queue.at(growing.next);
      growing.next += 1;
      if (growing.states.at(row) === TAKEN_IN) continue;
      const used = this.#table.isUsed(row);
      growing.states.put(row, used ? TAKEN_IN : 0);
      if (!used) continue;
      growing.graph.add(this.#table.labelOf(row), this.#table.codes.point(row, dimensions));
      this.#changes += 1;
    }
    if (growing.next === growing.queue.length) {
      growing.queue.clear();
      growing.next = 0;
    }
  }

  /** @throws GraphFileError if its points are not the table's vectors */
  #adopt(graph: HnswGraph): void {
    this.#spotCheck(graph);
    const growing = this.#begin(graph);
    for (const label of graph.labels()) {
      const row = this.#table.rowOfLabel(label);
      const wanted = row !== undefined && this.#table.labelOf(row) === label && this.#table.isUsed(row);
      if (wanted) graph.restore(label);
      else graph.delete(label);
      if (row !== undefined && this.#table.labelOf(row) === label) growing.states.put(row, TAKEN_IN);
    }
    this.#serving = growing;
  }

  /**
   * Deletions only mark points; past a share of them a new graph grows. To be asked when every document has its
   * vector: until then, points without a document may be wanted again.
   */
  compactIfWorthIt(): boolean {
    const { graph } = this.#serving;
    const deleted = graph.deleted.size;
    if (this.#successor !== undefined || deleted < COMPACT_MIN_DELETED) return false;
    if (deleted < (graph.size + deleted) * COMPACT_SHARE_DELETED) return false;
    this.#successor = this.#begin();
    for (let row = 0; row < this.#table.rows; row++)
      if (this.#table.isUsed(row) && !this.#table.codes.isZero(row)) enqueue(this.#successor, row);
    return true;
  }

  #spotCheck(graph: HnswGraph): void {
    const { file, identity } = this.#options;
    const newest = graph
      .labels()
      .filter((label) => {
        const row = this.#table.rowOfLabel(label);
        return row !== undefined && this.#table.labelOf(row) === label;
      })
      .sort((a, b) => b - a);
    for (const label of newest.slice(0, SPOT_CHECKS)) {
      const expected = this.#table.codes.point(this.#table.rowOfLabel(label) ?? 0, identity.dimensions);
      const point = graph.point(label);
      const same = expected.every((value, index) => Math.abs(value - (point[index] ?? 2)) < SPOT_TOLERANCE);
      if (!same) throw new GraphFileError(file, "holds other vectors than the database");
    }
  }
}

function enqueue(growing: Growing, row: number): void {
  growing.states.put(row, QUEUED);
  growing.queue.push(row);
}
