/** More of one kind are not told apart: a report of a size that people read has far fewer. */
const MOST_NAMES = 10_000;

/** One made-up name for each real one, the same wherever it stands: `peer-1`, `peer-2`, in order of appearance. */
export class Pseudonyms {
  readonly #kind: string;
  readonly #names = new Map<string, string>();

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** How many were given. */
  get size(): number {
    return this.#names.size;
  }

  of(real: string): string {
    const known = this.#names.get(real);
    if (known !== undefined) return known;
    if (this.#names.size >= MOST_NAMES) return `${this.#kind}-other`;
    const name = `${this.#kind}-${this.#names.size + 1}`;
    this.#names.set(real, name);
    return name;
  }
}
