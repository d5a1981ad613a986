import type { DocumentTable } from "../words/document-table.ts";

/** Documents that somebody wants; more than this at once means nothing. */
const MAX_WANTED = 1_000;
/** Documents looked at for one batch: most may have their vector already. About a millisecond. */
const MAX_LOOKED_AT = 20_000;

/**
 * Which documents get their vector next: wanted ones, then those that just came, then all others, newest first. Holds
 * almost nothing: that a document has no vector says that it is waiting.
 */
export class EmbeddingQueue {
  readonly #documents: () => DocumentTable;
  readonly #has: (number: number) => boolean;
  /** To be tried again at once. */
  #again: number[] = [];
  readonly #wanted: number[] = [];
  readonly #fresh: number[] = [];
  /** Slots below this were not looked at. */
  #sweep = 0;
  /** Failed alone: tried again when all others are through. */
  #later: number[] = [];

  constructor(documents: () => DocumentTable, has: (number: number) => boolean) {
    this.#documents = documents;
    this.#has = has;
  }

  /** Looks through all documents (again). */
  restart(): void {
    this.#sweep = this.#documents().slots;
  }

  add(number: number): void {
    this.#fresh.push(number);
  }

  want(number: number): void {
    if (this.#wanted.length >= MAX_WANTED) this.#wanted.shift();
    this.#wanted.push(number);
  }

  /** These were given out and got no vector. */
  again(numbers: readonly number[]): void {
    if (numbers.length === 1) this.#later.push(...numbers);
    else this.#again = [...numbers, ...this.#again];
  }

  /** Whether `next` may give something. */
  get waiting(): boolean {
    return this.waitingFor > 0;
  }

  /** How many may be waiting, at most. */
  get waitingFor(): number {
    return this.#again.length + this.#wanted.length + this.#fresh.length + this.#later.length + this.#sweep;
  }

  /** Those that could not be embedded even alone. */
  get failed(): number {
    return this.#later.length;
  }

  /** Up to `count` documents, or fewer (even none) while `waiting`: then ask again, after others had their turn. */
  next(count: number): number[] {
    const chosen = new Set<number>();
    const take = (number: number | undefined) => {
      if (number !== undefined && this.#isWaiting(number)) chosen.add(number);
    };
    while (chosen.size < count && this.#again.length > 0) take(this.#again.shift());
    while (chosen.size < count && this.#wanted.length > 0) take(this.#wanted.pop());
    while (chosen.size < count && this.#fresh.length > 0) take(this.#fresh.pop());
    const { numbers } = this.#documents();
    const last = Math.max(0, this.#sweep - MAX_LOOKED_AT);
    while (chosen.size < count && this.#sweep > last) {
      this.#sweep -= 1;
      take(numbers.at(this.#sweep));
    }
    if (chosen.size === 0 && this.#sweep === 0) {
      // One alone, so that it spoils no others' batch.
      while (chosen.size === 0 && this.#later.length > 0) take(this.#later.shift());
    }
    return [...chosen];
  }

  #isWaiting(number: number): boolean {
    return number !== 0 && !this.#has(number) && this.#documents().slotOf(number) !== undefined;
  }
}
