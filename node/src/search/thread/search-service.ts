import type { HnswLibrary } from "../vectors/hnsw-graph.ts";
import { findCandidates, similarPairs } from "./candidates.ts";
import { CatalogueReader } from "./catalogue-reader.ts";
import type {
  FindAnswer,
  FindRequest,
  ThreadCalls,
  ThreadMessage,
  ThreadNotice,
  ThreadOptions,
  ThreadRequest,
  ThreadState,
} from "./messages.ts";
import { NativeGuard } from "./native-guard.ts";
import { removeCaches } from "./serving-file.ts";
import { VectorsKeeper } from "./vectors-keeper.ts";
import { WordsKeeper } from "./words-keeper.ts";

/**
 * How long a query waits for what was committed before it. It binds only where far more than usual was just written
 * (a first start on a large catalogue): then the query is answered from what has been read so far.
 */
const CATCH_UP_MS = 1_000;
/** How long a start waits for vectors to be read; keywords can be searched, so the rest may come later. */
const LOAD_MS = 500;
/** How often the main thread hears of progress. */
const STATE_EVERY_MS = 100;

type Batch = { resolve(vectors: readonly Float32Array[]): void; reject(error: Error): void };

/** What the thread does with its mail, apart from the thread: answers, and works on in small steps in between. */
export class SearchService {
  readonly #post: (message: ThreadMessage) => void;
  readonly #end: () => void;
  readonly #reader: CatalogueReader;
  readonly #words: WordsKeeper;
  readonly #vectors: VectorsKeeper;
  readonly #batches = new Map<number, Batch>();
  readonly #only = new Map<number, string[]>();
  #settling: (() => void)[] = [];
  #nextBatch = 0;
  #turn: NodeJS.Immediate | undefined;
  #lastState = "";
  #stateTimer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    options: ThreadOptions,
    library: HnswLibrary | undefined,
    problem: string | undefined,
    post: (message: ThreadMessage) => void,
    /** After the last answer. */
    end: () => void,
  ) {
    this.#end = end;
    this.#post = post;
    const { base, catalogue, distrust, embedder, previous, graphFrom } = options;
    const warn = (message: string) => post({ kind: "warn", message });
    const wake = () => this.#wake();
    if (distrust) removeCaches(base);
    this.#reader = new CatalogueReader(options.file);
    this.#words = new WordsKeeper({
      reader: this.#reader,
      file: `${base}.words`,
      catalogue,
      warn,
      wake,
      added: (number) => this.#vectors.added(number),
      removed: (number) => this.#vectors.removed(number),
      renumbered: () => this.#vectors.renumbered(),
    });
    this.#vectors = new VectorsKeeper({
      ...{ base, catalogue, library, graphFrom, warn, wake, previous },
      target: embedder,
      reader: this.#reader,
      documents: () => this.#words.index.documents,
      guard: new NativeGuard(options.guard),
      embed: (name, texts) => this.#embed(name, texts),
      info: (message) => post({ kind: "info", message }),
      switched: (name) => post({ kind: "switched", embedder: name }),
    });
    if (this.#words.catchUp(CATCH_UP_MS)) this.#vectors.load(LOAD_MS);
    this.#sendState();
    post({ kind: "ready", ...(problem === undefined ? {} : { problem }) });
    this.#wake();
  }

  receive(message: ThreadRequest | ThreadNotice): void {
    if ("notice" in message) this.#note(message);
    else void this.#reply(message);
  }

  #note(message: ThreadNotice): void {
    switch (message.notice) {
      case "wake":
        this.#wake();
        return;
      case "want":
        for (const id of message.ids) {
          const slot = this.#words.index.documents.slotOfId(id);
          if (slot !== undefined) this.#vectors.want(this.#words.index.documents.numbers.at(slot));
        }
        this.#wake();
        return;
      case "only":
        this.#keepOnly(message.key, message.ids);
        return;
      case "never":
        this.#only.delete(message.key);
        return;
      case "embedded":
        this.#batches.get(message.batch)?.resolve(message.vectors);
        this.#batches.delete(message.batch);
        return;
      case "not-embedded":
        this.#batches.get(message.batch)?.reject(new Error(message.reason));
        this.#batches.delete(message.batch);
    }
  }

  async #reply(request: ThreadRequest): Promise<void> {
    const { id } = request;
    try {
      this.#post({ kind: "reply", id, output: await this.#answer(request) });
    } catch (error) {
      this.#post({ kind: "failure", id, reason: error instanceof Error ? error.message : String(error) });
    }
    if (request.name === "stop") this.#end();
  }

  #answer(request: ThreadRequest): ThreadCalls[keyof ThreadCalls]["output"] | Promise<null | string[]> {
    switch (request.name) {
      case "find":
        return this.#find(request.input);
      case "similar":
        this.#words.catchUp(CATCH_UP_MS);
        return similarPairs(this.#words.index, this.#vectors.serving, request.input.ids, request.input.least);
      case "settle":
        this.#words.catchUp(CATCH_UP_MS);
        return this.#settle();
      case "release":
        return this.#vectors.release(request.input).then(() => null);
      case "stop":
        return this.#stop();
    }
  }

  #find({ text, vectors, embedder, count, only }: FindRequest): FindAnswer {
    const current = this.#words.catchUp(CATCH_UP_MS);
    const among = this.#vectors.of(embedder);
    const answer = findCandidates(this.#words.index, {
      text,
      count,
      vector: vectors.length === 0 || among === undefined ? undefined : { queries: vectors, among },
      only: only === undefined ? undefined : this.#takeOnly(only),
    });
    this.#wake();
    return current ? answer : { ...answer, exhausted: false };
  }

  #keepOnly(key: number, ids: readonly string[]): void {
    const kept = this.#only.get(key) ?? [];
    for (const id of ids) kept.push(id);
    this.#only.set(key, kept);
  }

  /** @throws where this thread was started after the first part had been sent to another */
  #takeOnly({ key, ids }: { key: number; ids: number }): readonly string[] {
    const kept = this.#only.get(key) ?? [];
    this.#only.delete(key);
    if (kept.length !== ids) throw new Error("it was started again in the middle of the question");
    return kept;
  }

  #embed(embedder: string, texts: readonly string[]): Promise<readonly Float32Array[]> {
    const batch = this.#nextBatch++;
    return new Promise((resolve, reject) => {
      this.#batches.set(batch, { resolve, reject });
      this.#post({ kind: "embed", batch, embedder, texts });
    });
  }

  async #settle(): Promise<null> {
    const settled = new Promise<void>((resolve) => this.#settling.push(resolve));
    this.#wake();
    await settled;
    return null;
  }

  /** One step between two looks at the mailbox, while there is anything to do. */
  #wake(): void {
    if (this.#stopped || this.#turn !== undefined) return;
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      const words = this.#words.work();
      // Words first: a document that cannot be found at all is worse off than one without a vector.
      const vectors = words ? false : this.#vectors.work();
      if (words || vectors) this.#wake();
      else this.#rest();
      this.#stateSoon();
    });
  }

  #rest(): void {
    if (!this.#vectors.settled || this.#vectors.rebuilding !== undefined) return;
    if (this.#settling.length > 0) this.#sendState();
    for (const resolve of this.#settling.splice(0)) resolve();
  }

  #stateSoon(): void {
    if (this.#stateTimer !== undefined) return;
    this.#stateTimer = setTimeout(() => {
      this.#stateTimer = undefined;
      this.#sendState();
    }, STATE_EVERY_MS).unref();
  }

  #sendState(): void {
    const { serving, rebuilding } = this.#vectors;
    const documents = this.#words.index.documents.size;
    const state: ThreadState = {
      documents,
      vectors: serving.documents,
      embedder: serving.embedder.id,
      engine: serving.engine,
      rebuilding:
        rebuilding === undefined
          ? null
          : {
              from: serving.embedder.id,
              to: rebuilding.embedder.id,
              done: rebuilding.documents,
              total: documents,
            },
    };
    const text = JSON.stringify(state);
    if (text === this.#lastState) return;
    this.#lastState = text;
    this.#post({ kind: "state", state });
  }

  async #stop(): Promise<string[]> {
    this.#stopped = true;
    clearImmediate(this.#turn);
    clearTimeout(this.#stateTimer);
    for (const resolve of this.#settling.splice(0)) resolve();
    const problem = await this.#words.close();
    const problems = await this.#vectors.close(this.#words.index.position.document);
    this.#reader.close();
    return problem === null ? problems : [`the word index was not saved: ${problem}`, ...problems];
  }
}
