/** Raised hands, first in first out; each is up once, and keeps its place while it is up. */
export class Hands implements Iterable<string> {
  readonly #raised = new Set<string>();

  set(id: string, up: boolean): void {
    if (up) this.#raised.add(id);
    else this.#raised.delete(id);
  }

  get size(): number {
    return this.#raised.size;
  }

  /** Lowers the first, or the one that was chosen if it is up. @returns whose turn it is */
  take(chosen?: unknown): string | undefined {
    const [first] = this.#raised;
    const next = typeof chosen === "string" && this.#raised.has(chosen) ? chosen : first;
    if (next !== undefined) this.#raised.delete(next);
    return next;
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#raised.values();
  }
}
