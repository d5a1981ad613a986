import type { DatabaseSync } from "node:sqlite";
import { Backlog } from "./backlog.ts";
import { type Accept, Candidates, type FoundDocument, type Question } from "./candidates.ts";
import { DocumentStore } from "./document-store.ts";
import { boundDocument } from "./document-text.ts";
import { SearchLimitError, SearchStoppedError } from "./errors.ts";
import { fuse, vectorWeight } from "./fuse.ts";
import { KeywordIndex, queryTerms } from "./keyword-index.ts";
import { describeEmbedder, type OpenVectors, openVectors } from "./open-vectors.ts";
import { QueryEmbedder } from "./query-embedder.ts";
import { migrate, transaction } from "./tables.ts";
import type { SearchDocument, SearchHit, SearchOptions, SearchQuery, SearchStats } from "./types.ts";

/** Most hits of one search. */
export const MAX_LIMIT = 1_000;
/** What is past this in a query is not read: requests are sentences, not books. */
const MAX_QUERY_CHARACTERS = 4_000;
/** Candidates that each side puts forward for a hit: leaves room for filters. */
const CANDIDATES_PER_HIT = 4;
/** Never fewer candidates than this, so that both sides' favourites meet. */
const MIN_CANDIDATES = 100;

/**
 * The search station: documents in, ranked hits out. Everything lasting is in the catalogue's database; vectors
 * are computed and searched in a worker thread, whose graph file is a cache.
 */
export class SearchIndex {
  readonly #database: DatabaseSync;
  readonly #log: SearchOptions["log"];
  readonly #documents: DocumentStore;
  readonly #keywords: KeywordIndex;
  readonly #vectors: OpenVectors;
  readonly #backlog: Backlog;
  readonly #candidates: Candidates;
  readonly #queryEmbedder: QueryEmbedder;
  /** Searches that read the database now: `stop` waits for them, so that the caller may close it afterwards. */
  readonly #reading = new Set<Promise<unknown>>();
  #stopped = false;

  private constructor(options: SearchOptions, documents: DocumentStore, vectors: OpenVectors) {
    const { database, log } = options;
    const { client, embedder } = vectors;
    this.#database = database;
    this.#log = log;
    this.#documents = documents;
    this.#vectors = vectors;
    this.#keywords = new KeywordIndex(database);
    this.#backlog = new Backlog({ database, documents, embedder, vectors: client, log });
    this.#candidates = new Candidates({ documents, keywords: this.#keywords, vectors: client });
    this.#queryEmbedder = new QueryEmbedder(embedder, log);
  }

  /**
   * Makes its tables where they are missing, starts the worker, hands it the stored vectors, and goes on in the
   * background with documents that have none. Not to be called inside a transaction.
   */
  static async open(options: SearchOptions): Promise<SearchIndex> {
    const generation = migrate(options.database, describeEmbedder(options).id);
    const documents = new DocumentStore(options.database);
    const vectors = await openVectors(options, documents, generation);
    const index = new SearchIndex(options, documents, vectors);
    index.#backlog.wake();
    return index;
  }

  /**
   * Makes a document findable: by keyword when this returns, by vector a moment later. An id that is known is
   * replaced, or left alone if nothing about it changed. Joins the transaction that the caller has open, if any.
   * @throws SearchStoppedError
   */
  add(document: SearchDocument): void {
    this.#assertRunning();
    const bounded = boundDocument(document);
    const text = JSON.stringify(bounded);
    const known = this.#documents.find(document.id);
    if (known?.document === text) return;
    transaction(this.#database, () => {
      if (known !== undefined) this.#forget(known.number);
      this.#keywords.add(this.#documents.insert(document.id, text), bounded);
    });
    this.#backlog.wake();
  }

  /**
   * Takes a document out: it is in no result once this returns. An id that is not known is no error.
   * @throws SearchStoppedError
   */
  remove(id: string): void {
    this.#assertRunning();
    const known = this.#documents.find(id);
    if (known === undefined) return;
    transaction(this.#database, () => this.#forget(known.number));
    this.#backlog.wake();
  }

  /**
   * The best hits for a query in anybody's words, best first.
   * @throws SearchStoppedError, SearchLimitError, and whatever `accept` or `weigh` throw
   */
  async search(query: string, options: SearchQuery): Promise<SearchHit[]> {
    this.#assertRunning();
    const { limit, accept, weigh = () => 1 } = options;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      throw new SearchLimitError(limit, MAX_LIMIT);
    const text = query.slice(0, MAX_QUERY_CHARACTERS);
    const terms = queryTerms(text);
    const question = { terms, vector: await this.#queryEmbedder.embed(text) };
    this.#assertRunning();
    const finding = this.#find(question, limit, accept);
    this.#reading.add(finding);
    const found = await finding.finally(() => this.#reading.delete(finding));
    const alpha = vectorWeight(this.#vectors.embedder.strength ?? "semantic", terms.length);
    const ids = new Map(found.map(({ number, id }) => [number, id]));
    const candidates = found.map((candidate) => ({ ...candidate, factor: weigh(candidate.id) }));
    return fuse(candidates, alpha)
      .slice(0, limit)
      .map(({ number, score, parts }) => ({ id: ids.get(number) ?? "", score, parts }));
  }

  /** Resolves when all that was added or removed has arrived everywhere, the graph included. */
  async settled(): Promise<void> {
    await this.#backlog.settled();
    // A worker that has failed settles nothing more, and has said so.
    await this.#vectors.client.call("settle", null).catch(() => null);
  }

  stats(): SearchStats {
    const documents = this.#documents.countDocuments();
    const backlog = this.#documents.countBacklog();
    const { engine, embedder } = this.#vectors;
    return { documents, vectors: documents - backlog, backlog, engine, embedder: embedder.id };
  }

  /** Saves the graph and ends the worker. The database stays open: it is the catalogue's. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await Promise.allSettled(this.#reading);
    await this.#backlog.stop();
    const problem = await this.#vectors.client.stop();
    if (problem !== null) this.#log.warn(`Search: the graph was not saved and will be rebuilt: ${problem}`);
  }

  async #find(question: Question, limit: number, accept: Accept | undefined): Promise<FoundDocument[]> {
    const count = Math.max(MIN_CANDIDATES, limit * CANDIDATES_PER_HIT);
    const found = await this.#candidates.find(question, count);
    if (accept === undefined) return found;
    const accepted = found.filter(({ id }) => accept(id));
    if (accepted.length >= limit) return accepted;
    this.#assertRunning();
    return this.#candidates.findAccepted(question, count, limit, accept);
  }

  #forget(number: number): void {
    this.#documents.delete(number);
    this.#keywords.remove(number);
  }

  #assertRunning(): void {
    if (this.#stopped) throw new SearchStoppedError();
  }
}
