import { createHash } from "node:crypto";

const BATCH = 512;

/** Everything that happened, as one hash; the text too for whoever gives a sink. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #sink: ((line: string) => void) | undefined;
  #lines: string[] = [];
  #count = 0;

  constructor(sink?: (line: string) => void) {
    this.#sink = sink;
  }

  get count(): number {
    return this.#count;
  }

  add(line: string): void {
    this.#count++;
    this.#lines.push(line);
    this.#sink?.(line);
    if (this.#lines.length >= BATCH) this.#flush();
  }

  /** Hexadecimal; what is added later does not change it. */
  digest(): string {
    this.#flush();
    return this.#hash.copy().digest("hex");
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    this.#hash.update(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }
}
