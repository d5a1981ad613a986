import { WordFileError } from "../errors.ts";
import { WordIndex } from "../words/word-index.ts";
import { type CatalogueState, loadWords, saveWords } from "../words/word-snapshot.ts";
import type { CatalogueReader } from "./catalogue-reader.ts";

/** Documents taken in at once: about 2 ms, the longest that a query waits for them. */
const STEP_DOCUMENTS = 32;
/** Changes that a crash may cost, at about 50 µs a document at the next start… */
const SAVE_AFTER_CHANGES = 5_000;
/** …or this share, so that a large index is not written all the time. */
const SAVE_AFTER_SHARE = 1 / 16;
/** Dead slots take time and memory; a new index costs about 50 µs a document, so not for a handful. */
const COMPACT_MIN_DEAD = 1_000;
const COMPACT_SHARE_DEAD = 0.25;

export interface WordsKeeperParts {
  readonly reader: CatalogueReader;
  readonly file: string;
  readonly catalogue: CatalogueState;
  readonly warn: (message: string) => void;
  readonly wake: () => void;
  readonly added: (number: number) => void;
  readonly removed: (number: number) => void;
  /** All slots are others now. */
  readonly renumbered: () => void;
}

/** Keeps the word index up with the catalogue, compact, and saved. */
export class WordsKeeper {
  readonly #parts: WordsKeeperParts;
  #index: WordIndex;
  /** Grows beside the index, without its dead slots, and replaces it. */
  #successor: WordIndex | undefined;
  #savedAt: { document: number; removal: number };
  #saving: Promise<string | null> | undefined;

  constructor(parts: WordsKeeperParts) {
    this.#parts = parts;
    this.#index = this.#load() ?? new WordIndex();
    this.#savedAt = this.#index.position;
  }

  get index(): WordIndex {
    return this.#index;
  }

  /** Takes in what was committed, for at most so long. @returns whether it is all in */
  catchUp(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    while (this.#advance()) if (performance.now() > end) return false;
    return true;
  }

  /** A short piece of work. @returns whether there is more */
  work(): boolean {
    if (this.#advance()) return true;
    if (this.#compact()) return true;
    if (this.#worthSaving) void this.#saveAndSay();
    return false;
  }

  /** Says what went wrong, if anything did: the file is a cache. */
  save(): Promise<string | null> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async close(): Promise<string | null> {
    await this.#saving;
    const { document, removal } = this.#index.position;
    const changed = document !== this.#savedAt.document || removal !== this.#savedAt.removal;
    return changed ? await this.save() : null;
  }

  #load(): WordIndex | undefined {
    const { file, catalogue, reader, warn } = this.#parts;
    try {
      const index = loadWords(file, catalogue);
      if (index === undefined || reader.lists(index.position)) return index;
      throw new WordFileError(file, "is too old");
    } catch (error) {
      if (!(error instanceof WordFileError)) throw error;
      warn(`Search: ${error.message}. It is being made anew from the catalogue; nothing is lost.`);
      return undefined;
    }
  }

  /** @returns whether there is more */
  #advance(): boolean {
    const index = this.#index;
    const { documents, removals, more } = this.#parts.reader.changes(index.position, STEP_DOCUMENTS);
    for (const { number, document } of documents) {
      index.add(number, document);
      this.#parts.added(number);
    }
    for (const { number } of removals) {
      index.remove(number);
      this.#parts.removed(number);
    }
    index.position = {
      document: documents.at(-1)?.number ?? index.position.document,
      removal: removals.at(-1)?.sequence ?? index.position.removal,
    };
    return more;
  }

  /** A new index is simply one that catches up from the beginning. */
  #compact(): boolean {
    const { documents } = this.#index;
    if (this.#successor === undefined) {
      const dead = documents.slots - documents.size;
      if (dead < Math.max(COMPACT_MIN_DEAD, documents.slots * COMPACT_SHARE_DEAD)) return false;
      this.#successor = new WordIndex();
      this.#successor.position = { document: 0, removal: this.#index.position.removal };
    }
    const successor = this.#successor;
    const changes = this.#parts.reader.changes(successor.position, STEP_DOCUMENTS);
    for (const { number, document } of changes.documents) successor.add(number, document);
    for (const { number } of changes.removals) successor.remove(number);
    successor.position = {
      document: changes.documents.at(-1)?.number ?? successor.position.document,
      removal: changes.removals.at(-1)?.sequence ?? successor.position.removal,
    };
    if (changes.more) return true;
    // Both must stand at the same place, or vectors would hear of some changes twice or never.
    while (this.#advance());
    if (successor.position.document < this.#index.position.document) return true;
    if (successor.position.removal < this.#index.position.removal) return true;
    this.#index = successor;
    this.#successor = undefined;
    this.#savedAt = { document: 0, removal: 0 };
    this.#parts.renumbered();
    return false;
  }

  get #worthSaving(): boolean {
    if (this.#saving !== undefined) return false;
    const { position, documents } = this.#index;
    const changes = position.document - this.#savedAt.document + (position.removal - this.#savedAt.removal);
    return changes >= Math.max(SAVE_AFTER_CHANGES, documents.size * SAVE_AFTER_SHARE);
  }

  async #save(): Promise<string | null> {
    const { file, catalogue } = this.#parts;
    this.#savedAt = this.#index.position;
    try {
      await saveWords(this.#index, catalogue.generation, file);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #saveAndSay(): Promise<void> {
    const problem = await this.save();
    if (problem !== null) this.#parts.warn(`Search: the word index was not saved: ${problem}`);
    this.#parts.wake();
  }
}
