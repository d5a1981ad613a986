import { normaliseText, wordsOf } from "./normalise-text.ts";

/** Written out in a text, these are one piece each; BERT's tokenizer looks for them before anything else. */
const SPECIAL = /(\[(?:PAD|UNK|CLS|SEP|MASK)\])/;
const UNKNOWN = "[UNK]";
/** BERT's: longer words are not looked into. */
const MAX_WORD = 100;
/** More than fills every position of a model: 128 pieces are about 600 characters. Bounds what a hostile text costs. */
const MAX_CHARACTERS = 4096;

/**
 * BERT's uncased WordPiece (Wu et al. 2016), as the library `tokenizers` computes it, without [CLS] and [SEP]: a word is its
 * longest known beginning, then the longest known continuation (`##…`), and so on; unknown as a whole where nothing fits.
 */
export class WordPieces {
  readonly #ids = new Map<string, number>();
  readonly #unknown: number;
  #longest = 0;

  /** @param vocabulary one piece per line; the line is its id */
  constructor(vocabulary: string) {
    for (const piece of vocabulary.trimEnd().split("\n")) {
      this.#ids.set(piece, this.#ids.size);
      this.#longest = Math.max(this.#longest, piece.length);
    }
    this.#unknown = this.#ids.get(UNKNOWN) ?? 0;
  }

  get size(): number {
    return this.#ids.size;
  }

  /** The ids of the text's first pieces, at most `limit`. */
  idsOf(text: string, limit: number): number[] {
    const ids: number[] = [];
    for (const [at, part] of text.slice(0, MAX_CHARACTERS).split(SPECIAL).entries()) {
      if (ids.length >= limit) break;
      if (at % 2 === 1) ids.push(this.#ids.get(part) ?? this.#unknown);
      else this.#addText(part, ids, limit);
    }
    return ids.slice(0, limit);
  }

  #addText(text: string, ids: number[], limit: number): void {
    for (const word of wordsOf(normaliseText(text))) {
      if (ids.length >= limit) return;
      const whole = this.#ids.get(word);
      if (whole === undefined) this.#addParts(word, ids);
      else ids.push(whole);
    }
  }

  #addParts(word: string, ids: number[]): void {
    const before = ids.length;
    let start = tooLong(word) ? -1 : 0;
    while (start >= 0 && start < word.length) {
      const prefix = start === 0 ? "" : "##";
      let end = Math.min(word.length, start + this.#longest - prefix.length);
      let id: number | undefined;
      for (; end > start; end--) {
        id = this.#ids.get(prefix + word.slice(start, end));
        if (id !== undefined) break;
      }
      if (id !== undefined) ids.push(id);
      start = id === undefined ? -1 : end;
    }
    if (start >= 0) return;
    ids.length = before;
    ids.push(this.#unknown);
  }
}

function tooLong(word: string): boolean {
  return word.length > MAX_WORD && [...word].length > MAX_WORD;
}
