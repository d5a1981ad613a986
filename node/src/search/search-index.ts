import type { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DocumentStore } from "./document-store.ts";
import { boundDocument, embeddingText } from "./document-text.ts";
import { EmbedderDesk } from "./embedder-desk.ts";
import { SearchLimitError, SearchNeedsFileError, SearchPairsError, SearchStoppedError } from "./errors.ts";
import { fuse, vectorWeight } from "./fuse.ts";
import { HashEmbedder } from "./hash-embedder.ts";
import { describeEmbedder, previousEmbedder } from "./open-embedders.ts";
import { catalogueState, migrate, transaction } from "./tables.ts";
import type { FindAnswer, FindRequest, ThreadMessage, ThreadState } from "./thread/messages.ts";
import { ThreadClient } from "./thread/thread-client.ts";
import type {
  Candidate,
  Engine,
  FindOptions,
  Found,
  SearchDocument,
  SearchEmbedder,
  SearchHit,
  SearchOptions,
  SearchQuery,
  SearchStats,
} from "./types.ts";

/** Most hits of one search. */
export const MAX_LIMIT = 1_000;
/** Most candidates of each side. */
export const MAX_COUNT = 5_000;
/** Documents that may be compared with each other at once: half a million pairs, about 15 ms of the thread. */
const MAX_SIMILAR = 1_000;
/** What is past this in a query is not read: requests are sentences, not books. */
const MAX_QUERY_CHARACTERS = 4_000;
/** Candidates that each side puts forward for a hit: leaves room for filters. */
const CANDIDATES_PER_HIT = 4;
/** Never fewer candidates than this, so that both sides' favourites meet. */
const MIN_CANDIDATES = 100;
/** Ids filtered, or sent to the thread, between two turns of the event loop: about 2 ms. */
const PAGE_IDS = 2_000;
/** See SearchOptions. */
const GRAPH_FROM = 120_000;
/** How soon to look again while the caller has a transaction open: what is not committed cannot be read. */
const BUSY_MS = 5;

/**
 * The search station, as the main thread sees it: documents in, candidates out. It writes documents to the catalogue's
 * database and asks the search thread, which reads them there by itself; nothing here takes more than a moment.
 */
export class SearchIndex {
  readonly #database: DatabaseSync;
  readonly #log: SearchOptions["log"];
  readonly #documents: DocumentStore;
  readonly #target: SearchEmbedder;
  readonly #desk: EmbedderDesk;
  readonly #thread: ThreadClient;
  #engine: Engine = "flat";
  #state: ThreadState;
  #waking: NodeJS.Timeout | undefined;
  #nextKey = 0;
  /** Searches that read the database now: `stop` waits for them, so that the caller may close it afterwards. */
  readonly #reading = new Set<Promise<unknown>>();
  #stopped: Promise<void> | undefined;

  private constructor(options: SearchOptions, file: string, target: SearchEmbedder, desk: EmbedderDesk) {
    const { database, log, indexFile, useHnsw = "auto", hnswModule = "hnswlib-node" } = options;
    const { graphFrom = GRAPH_FROM } = options;
    this.#database = database;
    this.#log = log;
    this.#documents = new DocumentStore(database);
    this.#target = target;
    this.#desk = desk;
    this.#state = { documents: 0, vectors: 0, embedder: desk.serving.id, rebuilding: null };
    this.#thread = new ThreadClient({
      options: () => {
        const { serving } = this.#desk;
        return {
          file,
          catalogue: catalogueState(database),
          base: indexFile,
          embedder: describeEmbedder(target),
          previous: serving === target ? undefined : describeEmbedder(serving),
          useHnsw,
          hnswModule,
          graphFrom,
        };
      },
      received: (message) => this.#receive(message),
      warn: (message) => log.warn(message),
    });
  }

  /**
   * Makes its tables where they are missing, and starts the search thread; keywords can be searched when this resolves,
   * vectors a moment later. Not to be called inside a transaction.
   * @throws SearchNeedsFileError, and what keeps the thread from starting
   */
  static async open(options: SearchOptions): Promise<SearchIndex> {
    const file = options.database.location();
    if (file === null) throw new SearchNeedsFileError();
    migrate(options.database);
    const target = options.embedder ?? new HashEmbedder();
    const desk = new EmbedderDesk(target, await previousEmbedder(options, target), options.log);
    const index = new SearchIndex(options, file, target, desk);
    index.#engine = await index.#thread.ready();
    return index;
  }

  /** Weight class of the vectors that serve now. */
  get strength(): "lexical" | "semantic" {
    return this.#desk.serving.strength ?? "semantic";
  }

  /**
   * Makes a document findable: by keyword as soon as it is committed, by vector a moment later. An id that is known is
   * replaced, or left alone if nothing about it changed. Joins the transaction that the caller has open, if any.
   * @throws SearchStoppedError
   */
  add(document: SearchDocument): void {
    this.#assertRunning();
    const text = JSON.stringify(boundDocument(document));
    const known = this.#documents.find(document.id);
    if (known?.document === text) return;
    transaction(this.#database, () => {
      if (known !== undefined) this.#documents.delete(known.number);
      this.#documents.insert(document.id, text);
    });
    this.#wakeSoon();
  }

  /**
   * Takes a document out: it is in no result once this is committed. An id that is not known is no error.
   * @throws SearchStoppedError
   */
  remove(id: string): void {
    this.#assertRunning();
    const known = this.#documents.find(id);
    if (known === undefined) return;
    transaction(this.#database, () => this.#documents.delete(known.number));
    this.#wakeSoon();
  }

  /** Raises the turn of documents that wait for their vector, because somebody looks for such. */
  want(ids: readonly string[]): void {
    if (ids.length > 0) this.#thread.notice({ notice: "want", ids });
  }

  /**
   * The best candidates of both sides, each with the scores of both.
   * @throws SearchStoppedError, SearchLimitError, SearchThreadError
   */
  async find(query: string, options: FindOptions): Promise<Found> {
    const text = query.slice(0, MAX_QUERY_CHARACTERS);
    this.#assertRunning();
    return this.#find({ ...(await this.#desk.query(text)), text }, options);
  }

  /**
   * Pairs of documents whose vectors' cosine is at least `least`; documents without a vector are in none.
   * @throws SearchStoppedError, SearchPairsError beyond 1,000 ids, SearchThreadError
   */
  async similar(ids: readonly string[], least: number): Promise<readonly (readonly [string, string])[]> {
    this.#assertRunning();
    if (ids.length > MAX_SIMILAR) throw new SearchPairsError(ids.length, MAX_SIMILAR);
    const positions = await this.#thread.call("similar", { ids, least });
    const at = (index: number) => ids[positions[index] ?? 0] ?? "";
    return Array.from(
      { length: positions.length / 2 },
      (_, pair) => [at(pair * 2), at(pair * 2 + 1)] as const,
    );
  }

  /**
   * What is most like a document that need not be in the index (and is left out if it is): the nearest by vector
   * first, then by keyword.
   * @throws SearchStoppedError, SearchLimitError, SearchThreadError
   */
  async nearestTo(document: SearchDocument, count: number): Promise<readonly Candidate[]> {
    this.#assertRunning();
    const bounded = boundDocument(document);
    const embedder = this.#desk.serving.id;
    const vectors = await this.#desk.documents(embedder, [embeddingText(bounded)]).catch(() => []);
    const text = [bounded.name, bounded.description, ...bounded.useWhen].join("\n");
    const question = { text: text.slice(0, MAX_QUERY_CHARACTERS), vector: vectors[0], embedder };
    const { candidates } = await this.#find(question, { count: count + 1 });
    return candidates
      .filter(({ id }) => id !== document.id)
      .sort((left, right) => (right.cosine ?? -1) - (left.cosine ?? -1) || right.keyword - left.keyword)
      .slice(0, count);
  }

  /**
   * The best hits for a query in anybody's words, best first.
   * @throws SearchStoppedError, SearchLimitError, SearchThreadError, and whatever `accept` or `weigh` throw
   */
  async search(query: string, options: SearchQuery): Promise<SearchHit[]> {
    const { limit, accept, weigh = () => 1 } = options;
    this.#assertRunning();
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      throw new SearchLimitError(limit, MAX_LIMIT);
    const text = query.slice(0, MAX_QUERY_CHARACTERS);
    const question = { ...(await this.#desk.query(text)), text };
    const count = Math.max(MIN_CANDIDATES, limit * CANDIDATES_PER_HIT);
    let { candidates, terms, exhausted } = await this.#find(question, { count });
    if (accept !== undefined) {
      candidates = candidates.filter(({ id }) => accept(id));
      if (candidates.length < limit && !exhausted) {
        const only = await this.#reads(this.#accepted(accept));
        ({ candidates } = await this.#find(question, { count, only }));
      }
    }
    const alpha = vectorWeight(this.strength, terms);
    const ids = new Map(candidates.map(({ number, id }) => [number, id]));
    const weighed = candidates.map(({ number, id, keyword, cosine = 0 }) => {
      return { number, keyword, cosine, factor: weigh(id) };
    });
    return fuse(weighed, alpha)
      .slice(0, limit)
      .map(({ number, score, parts }) => ({ id: ids.get(number) ?? "", score, parts }));
  }

  /** Resolves when all that was committed has arrived everywhere, the graph included. */
  async settled(): Promise<void> {
    if (this.#stopped !== undefined) return;
    // A thread that has failed settles nothing, and has said so.
    await this.#thread.call("settle", null).catch(() => null);
  }

  stats(): SearchStats {
    const documents = this.#documents.countDocuments();
    const { embedder, rebuilding } = this.#state;
    const vectors = Math.min(documents, this.#state.vectors);
    return { documents, vectors, backlog: documents - vectors, engine: this.#engine, embedder, rebuilding };
  }

  /** Saves what the thread holds and ends it. The database stays open: it is the catalogue's. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#waking);
    await Promise.allSettled(this.#reading);
    for (const problem of await this.#thread.stop()) this.#log.warn(`Search: ${problem}`);
    await this.#desk.stop(this.#target);
  }

  async #find(
    question: Pick<FindRequest, "text" | "vector" | "embedder">,
    { count, only }: FindOptions,
  ): Promise<Found> {
    this.#assertRunning();
    if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT)
      throw new SearchLimitError(count, MAX_COUNT);
    if (only === undefined) return toFound(await this.#thread.call("find", { ...question, count, only }));
    const key = this.#nextKey++;
    try {
      for (let at = 0; at < only.length; at += PAGE_IDS) {
        this.#thread.notice({ notice: "only", key, ids: only.slice(at, at + PAGE_IDS) });
        if (at + PAGE_IDS < only.length) await nextTurn();
      }
      return toFound(await this.#thread.call("find", { ...question, count, only: key }));
    } catch (error) {
      this.#thread.notice({ notice: "never", key });
      throw error;
    }
  }

  async #accepted(accept: (id: string) => boolean): Promise<string[]> {
    const accepted: string[] = [];
    for (let last = 0; ; ) {
      this.#assertRunning();
      const page = this.#documents.documentsAfter(last, PAGE_IDS);
      const newest = page.at(-1);
      if (newest === undefined) return accepted;
      last = newest.number;
      for (const { id } of page) if (accept(id)) accepted.push(id);
      await nextTurn();
    }
  }

  #reads<Result>(work: Promise<Result>): Promise<Result> {
    this.#reading.add(work);
    return work.finally(() => this.#reading.delete(work));
  }

  #receive(message: ThreadMessage): void {
    switch (message.kind) {
      case "ready":
        if (message.problem !== undefined) this.#log.warn(withoutHnsw(message.problem));
        return;
      case "state":
        this.#state = message.state;
        return;
      case "warn":
        this.#log.warn(message.message);
        return;
      case "info":
        this.#log.info(message.message);
        return;
      case "embed":
        void this.#embed(message.batch, message.embedder, message.texts);
        return;
      case "switched":
        void this.#switch(message.embedder);
    }
  }

  async #embed(batch: number, embedder: string, texts: readonly string[]): Promise<void> {
    try {
      const vectors = await this.#desk.documents(embedder, texts);
      this.#thread.notice({ notice: "embedded", batch, vectors });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#thread.notice({ notice: "not-embedded", batch, reason });
    }
  }

  async #switch(embedder: string): Promise<void> {
    const old = await this.#desk.switchTo(embedder);
    // A thread that is gone has forgotten them already.
    if (old !== embedder) await this.#thread.call("release", old).catch(() => null);
  }

  /** Tells the thread of changes once they are committed, once for all of a turn. */
  #wakeSoon(delayMs = 0): void {
    this.#waking ??= setTimeout(() => {
      this.#waking = undefined;
      if (this.#stopped !== undefined) return;
      if (this.#database.isTransaction) this.#wakeSoon(BUSY_MS);
      else this.#thread.notice({ notice: "wake" });
    }, delayMs).unref();
  }

  #assertRunning(): void {
    if (this.#stopped !== undefined) throw new SearchStoppedError();
  }
}

function toFound({ numbers, ids, keywords, cosines, twins, terms, exhausted }: FindAnswer): Found {
  const candidates = numbers.map((number, at): Candidate => {
    const cosine = cosines[at] ?? Number.NaN;
    return {
      number,
      id: ids[at] ?? "",
      keyword: keywords[at] ?? 0,
      cosine: Number.isNaN(cosine) ? undefined : cosine,
      twin: twins[at] ?? -number,
    };
  });
  return { candidates, terms, exhausted };
}

function withoutHnsw(problem: string): string {
  return (
    `Search: hnswlib-node is not available (${problem}), so searches read every vector: the same results, ` +
    "slower beyond 1,000,000 actions. To have it, install a C++ compiler and run `npm rebuild hnswlib-node`."
  );
}
