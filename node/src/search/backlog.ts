import type { DatabaseSync } from "node:sqlite";
import { toCodes } from "./codes.ts";
import type { Change, DocumentStore, StoredVector } from "./document-store.ts";
import { embeddingText } from "./document-text.ts";
import { checkVectors } from "./embedder-check.ts";
import { transaction } from "./tables.ts";
import type { Embedder, SearchDocument, SearchLog } from "./types.ts";
import { toBatch } from "./vector-batch.ts";
import type { VectorClient } from "./vector-client.ts";

/** Documents per step: reading, coding and storing them takes about 2 ms of the event loop. */
const BATCH_DOCUMENTS = 64;
/** How soon to look again while the caller has a transaction open on the connection that we share. */
const BUSY_MS = 5;
/** After a failure the wait doubles from the first to the last of these. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

export interface BacklogParts {
  readonly database: DatabaseSync;
  readonly documents: DocumentStore;
  readonly embedder: Embedder;
  readonly vectors: VectorClient;
  readonly log: SearchLog;
}

/**
 * Carries changes from the database to the vector side, in the background, in small steps. The queue is a table,
 * so it is bounded by the catalogue itself and survives a crash; this is only the pump.
 */
export class Backlog {
  readonly #parts: BacklogParts;
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #wokenMeanwhile = false;
  #delivery: Promise<void> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #stopped = false;

  constructor(parts: BacklogParts) {
    this.#parts = parts;
  }

  /** Something may have changed. Cheap; may be called inside a transaction. */
  wake(): void {
    if (this.#running) this.#wokenMeanwhile = true;
    else if (this.#timer === undefined) this.#schedule(0);
  }

  /** Resolves when every change has arrived, or when `stop` is called. */
  async settled(): Promise<void> {
    if (this.#stopped) return;
    const done = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.wake();
    await done;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    // Not the embedder, which may be a slow server: nothing is stored of what it says now.
    await this.#delivery?.catch(() => undefined);
    this.#release();
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#run();
    }, delayMs);
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#wokenMeanwhile = false;
    await this.#runStep();
    this.#running = false;
    if (this.#wokenMeanwhile) this.wake();
  }

  async #runStep(): Promise<void> {
    try {
      // What is not committed may never be: it waits.
      if (this.#parts.database.isTransaction) return this.#schedule(BUSY_MS);
      const changes = this.#parts.documents.changes(BATCH_DOCUMENTS);
      if (changes.length === 0) return this.#release();
      const vectors = await this.#embed(changes);
      if (this.#stopped) return;
      // Embedding took time: a transaction may be open now, and what it rolls back must not take these with it.
      if (this.#parts.database.isTransaction) return this.#schedule(BUSY_MS);
      this.#delivery = this.#deliver(changes, vectors);
      await this.#delivery;
      this.#retryMs = FIRST_RETRY_MS;
      this.#schedule(0);
    } catch (error) {
      this.#retry(error);
    }
  }

  async #embed(changes: readonly Change[]): Promise<StoredVector[]> {
    const wanted = changes.filter((change) => !change.gone);
    if (wanted.length === 0) return [];
    const { embedder } = this.#parts;
    const texts = wanted.map(({ document }: { document: SearchDocument }) => embeddingText(document));
    const vectors = checkVectors(embedder, texts.length, await embedder.embed(texts, "document"));
    return wanted.map(({ number }, index) => ({
      number,
      codes: toCodes(vectors[index] ?? new Float32Array()),
    }));
  }

  /** First the database, then the worker: should the second fail, the next start brings it up to date. */
  async #deliver(changes: readonly Change[], found: readonly StoredVector[]): Promise<void> {
    const { database, documents, vectors } = this.#parts;
    const kept: StoredVector[] = [];
    transaction(database, () => {
      for (const vector of found) if (documents.saveVector(vector.number, vector.codes)) kept.push(vector);
      for (const change of changes) documents.settle(change);
    });
    const gone = changes.filter((change) => change.gone).map(({ number }) => number);
    if (gone.length > 0) await vectors.call("remove", Uint32Array.from(gone));
    // In order of number, so that among identical vectors the first document leads, as it will after a restart.
    kept.sort((left, right) => left.number - right.number);
    if (kept.length > 0) await vectors.call("add", toBatch(kept));
  }

  #retry(error: unknown): void {
    if (this.#stopped) return;
    const { embedder, log } = this.#parts;
    const reason = error instanceof Error ? error.message : String(error);
    log.warn(
      `Search: vectors by ${embedder.id} are behind, trying again in ${this.#retryMs / 1000} s: ${reason}`,
    );
    this.#schedule(this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
