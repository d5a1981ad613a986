import type { DatabaseSync } from "node:sqlite";
import type { Embedder } from "../embedders/types.ts";
import { DocumentStore } from "./document-store.ts";
import { boundDocument, embeddingText } from "./document-text.ts";
import { EmbedderDesk } from "./embedder-desk.ts";
import { SearchNeedsFileError, SearchStoppedError } from "./errors.ts";
import { describeEmbedder, previousEmbedder } from "./open-embedders.ts";
import { type Question, Questions } from "./questions.ts";
import { catalogueState, migrate, transaction } from "./tables.ts";
import type { ThreadMessage, ThreadState } from "./thread/messages.ts";
import { ThreadClient } from "./thread/thread-client.ts";
import type { Candidate, FindOptions, Found, SearchDocument, SearchOptions, SearchStats } from "./types.ts";
import { Waker } from "./waker.ts";

export { MAX_COUNT } from "./questions.ts";

/** What is past this in a query is not read: requests are sentences, not books. */
const MAX_QUERY_CHARACTERS = 4_000;
/** See SearchOptions. */
const GRAPH_FROM = 120_000;

/**
 * The search station, as the main thread sees it: documents in, candidates out. It writes documents to the catalogue's
 * database and asks the search thread, which reads them there by itself; nothing here takes more than a moment.
 */
export class SearchIndex {
  readonly #database: DatabaseSync;
  readonly #log: SearchOptions["log"];
  readonly #documents: DocumentStore;
  readonly #target: Embedder;
  readonly #desk: EmbedderDesk;
  readonly #thread: ThreadClient;
  readonly #questions: Questions;
  readonly #waker: Waker;
  #state: ThreadState;
  #stopped: Promise<void> | undefined;

  private constructor(options: SearchOptions, file: string, target: Embedder, desk: EmbedderDesk) {
    const { database, log, indexFile, useHnsw = "auto", hnswModule = "hnswlib-node" } = options;
    const { graphFrom = GRAPH_FROM } = options;
    this.#database = database;
    this.#log = log;
    this.#documents = new DocumentStore(database);
    this.#target = target;
    this.#desk = desk;
    this.#state = { documents: 0, vectors: 0, embedder: desk.serving.id, engine: "flat", rebuilding: null };
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
    this.#questions = new Questions(this.#thread);
    this.#waker = new Waker(database, () => this.#thread.notice({ notice: "wake" }));
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
    const { embedder: target } = options;
    const desk = new EmbedderDesk(target, await previousEmbedder(options, target), options.log);
    const index = new SearchIndex(options, file, target, desk);
    await index.#thread.ready();
    return index;
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
    this.#waker.soon();
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
    this.#waker.soon();
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
    return this.#questions.similar(ids, least);
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
    const question = { text: text.slice(0, MAX_QUERY_CHARACTERS), vectors, embedder };
    const { candidates } = await this.#find(question, { count: count + 1 });
    return candidates
      .filter(({ id }) => id !== document.id)
      .sort((left, right) => (right.cosine ?? -1) - (left.cosine ?? -1) || right.keyword - left.keyword)
      .slice(0, count);
  }

  /** Resolves when all that was committed has arrived everywhere, the graph included. */
  async settled(): Promise<void> {
    if (this.#stopped !== undefined) return;
    // A thread that has failed settles nothing, and has said so.
    await this.#thread.call("settle", null).catch(() => null);
  }

  stats(): SearchStats {
    const documents = this.#documents.countDocuments();
    const { embedder, engine, rebuilding } = this.#state;
    const vectors = Math.min(documents, this.#state.vectors);
    return { documents, vectors, backlog: documents - vectors, engine, embedder, rebuilding };
  }

  /** Saves what the thread holds and ends it. The database stays open: it is the catalogue's. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#waker.stop();
    for (const problem of await this.#thread.stop()) this.#log.warn(`Search: ${problem}`);
    await this.#desk.stop(this.#target);
  }

  #find(question: Question, options: FindOptions): Promise<Found> {
    this.#assertRunning();
    return this.#questions.find(question, options);
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

  #assertRunning(): void {
    if (this.#stopped !== undefined) throw new SearchStoppedError();
  }
}

function withoutHnsw(problem: string): string {
  return (
    `Search: hnswlib-node is not available (${problem}), so searches read every vector: the same results, ` +
    "slower beyond 1,000,000 actions. To have it, install a C++ compiler and run `npm rebuild hnswlib-node`."
  );
}
