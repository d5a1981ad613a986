import { GraphFileError } from "./errors.ts";
import { type GraphIdentity, loadGraph, saveGraph } from "./graph-file.ts";
import { HashEmbedder } from "./hash-embedder.ts";
import type { HnswLibrary } from "./hnsw-graph.ts";
import { VectorStore } from "./vector-store.ts";
import type {
  VectorAnswer,
  VectorBatch,
  VectorQuery,
  WorkerOptions,
  WorkerRequest,
} from "./worker-messages.ts";

/** Insertions that a crash may cost: 10 seconds of background work at the next start, against a write per burst. */
const SAVE_AFTER_CHANGES = 10_000;

/** What the worker does with its mail, apart from the thread: answers requests, and inserts while there are none. */
export class VectorService {
  readonly #options: WorkerOptions;
  readonly #library: HnswLibrary | undefined;
  readonly #identity: GraphIdentity;
  readonly #embedder = new HashEmbedder();
  readonly #settling: (() => void)[] = [];
  readonly #store: VectorStore;
  /** Until the saved graph was looked at, inserting would do again what is done already. */
  #loaded = false;
  #inserting = false;
  #stopped = false;
  #saving: Promise<string | null> | undefined;

  constructor(options: WorkerOptions, library: HnswLibrary | undefined) {
    this.#options = options;
    this.#library = library;
    this.#store = new VectorStore(options.dimensions, library);
    const { generation, embedder, dimensions } = options;
    this.#identity = { generation, embedder, dimensions };
  }

  async answer(request: WorkerRequest): Promise<unknown> {
    switch (request.name) {
      case "embed":
        return this.#embedder.embed(request.input);
      case "add":
        return this.#add(request.input);
      case "remove":
        for (const number of request.input) this.#store.remove(number);
        this.#insertInBackground();
        return null;
      case "loaded":
        return this.#adoptSaved();
      case "search":
        return this.#search(request.input);
      case "settle":
        return this.#settle();
      case "stop":
        return this.#stop();
    }
  }

  #add({ numbers, codes }: VectorBatch): null {
    const { dimensions } = this.#options;
    numbers.forEach((number, index) => {
      this.#store.add(number, codes.subarray(index * dimensions, (index + 1) * dimensions));
    });
    this.#insertInBackground();
    return null;
  }

  async #adoptSaved(): Promise<string | null> {
    let problem: string | null = null;
    if (this.#library !== undefined) {
      const { indexFile } = this.#options;
      try {
        const graph = await loadGraph(this.#library, indexFile, this.#identity);
        if (graph !== undefined) this.#store.adopt(graph, indexFile);
      } catch (error) {
        if (!(error instanceof GraphFileError)) throw error;
        problem = error.message;
      }
    }
    this.#loaded = true;
    this.#insertInBackground();
    return problem;
  }

  #search({ query, count, also, only }: VectorQuery): VectorAnswer {
    const nearest = this.#store.search(query, count, only);
    const found = new Set(nearest.map(({ number }) => number));
    const others = this.#store.cosines(
      query,
      also.filter((number) => !found.has(number)),
    );
    const all = [...nearest, ...others];
    return {
      numbers: Uint32Array.from(all, ({ number }) => number),
      cosines: Float32Array.from(all, ({ cosine }) => cosine),
    };
  }

  async #settle(): Promise<null> {
    await this.#saving;
    if (this.#store.tail > 0) await new Promise<void>((resolve) => this.#settling.push(resolve));
    return null;
  }

  async #stop(): Promise<string | null> {
    this.#stopped = true;
    await this.#saving;
    return this.#store.changes > 0 ? this.#save() : null;
  }

  /** One step between two looks at the mailbox, until the tail is empty. */
  #insertInBackground(): void {
    if (this.#inserting || this.#stopped || !this.#loaded) return;
    this.#inserting = true;
    setImmediate(() => {
      this.#inserting = false;
      if (this.#stopped) return;
      if (this.#store.insertSome()) this.#insertInBackground();
      else this.#rest();
    });
  }

  #rest(): void {
    // While a file is being written nothing is inserted; the save goes on with it when it is done.
    if (this.#saving !== undefined) return;
    for (const resolve of this.#settling.splice(0)) resolve();
    if (this.#store.changes >= SAVE_AFTER_CHANGES) void this.#save();
  }

  /** Says what went wrong, if anything did: the graph is a cache, so a failure to save it is not one to serve. */
  async #save(): Promise<string | null> {
    const { graph, changes } = this.#store;
    if (graph === undefined) return null;
    this.#saving = saveGraph(graph, this.#options.indexFile, this.#identity).then(
      () => {
        this.#store.saved(changes);
        return null;
      },
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const problem = await this.#saving;
    this.#saving = undefined;
    this.#insertInBackground();
    return problem;
  }
}
