/** More than this are not kept one by one: reading everything is then as quick. */
const MOST = 10_000;

/**
 * Says what was written, so that a reader takes in only that. A mark outlives the rollback of what it stands for: the
 * reader finds what it knew.
 */
export class Touched<Id> {
  readonly #readers = new Set<Marks<Id>>();

  mark(id: Id): void {
    for (const reader of this.#readers) reader.mark(id);
  }

  /** What is written from now on, and before that everything. */
  reader(): Marks<Id> {
    const reader = new Marks<Id>();
    this.#readers.add(reader);
    return reader;
  }
}

/** What was written since its reader last looked. */
export class Marks<Id> {
  readonly #ids = new Set<Id>();
  #all = true;

  mark(id: Id): void {
    if (this.#all) return;
    this.#ids.add(id);
    if (this.#ids.size > MOST) this.markAll();
  }

  get any(): boolean {
    return this.#all || this.#ids.size > 0;
  }

  /** Nothing is known of what was taken: it could not be read. */
  markAll(): void {
    this.#ids.clear();
    this.#all = true;
  }

  /** Everything, the first time and after very many changes. Nothing is marked any more afterwards. */
  take(): "all" | readonly Id[] {
    const taken = this.#all ? "all" : [...this.#ids];
    this.#ids.clear();
    this.#all = false;
    return taken;
  }
}
