import type { DatabaseSync } from "node:sqlite";

/** How soon to look again while the caller has a transaction open: what is not committed cannot be read. */
const BUSY_MS = 5;

/** Tells somebody of changes once they are committed, once for all of a turn. */
export class Waker {
  readonly #database: DatabaseSync;
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(database: DatabaseSync, wake: () => void) {
    this.#database = database;
    this.#wake = wake;
  }

  /** Something was written, perhaps in a transaction that is still open. Cheap. */
  soon(): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => this.#look(), 0).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    if (!this.#database.isOpen) return;
    if (this.#database.isTransaction) this.#timer = setTimeout(() => this.#look(), BUSY_MS).unref();
    else this.#wake();
  }
}
