import { MOST_REPLIABLE, REPLY_MS } from "./limits.ts";

interface Question {
  /** Of the agent that wrote. */
  readonly name: string;
  /** To which it wrote. */
  readonly peer: string;
  /** Of its message. */
  readonly id: string;
}

/** Who may be answered by letter though nobody may write to it: whoever wrote first. The oldest is forgotten first. */
export class Repliable {
  readonly #now: () => number;
  /** Until when, in order of last use. */
  readonly #until = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  note(question: Question): void {
    const key = keyOf(question);
    this.#until.delete(key);
    this.#until.set(key, this.#now() + REPLY_MS);
    if (this.#until.size <= MOST_REPLIABLE) return;
    const oldest = this.#until.keys().next();
    if (!oldest.done) this.#until.delete(oldest.value);
  }

  /** Whether a letter of that peer that answers this may come in. */
  has(question: Question): boolean {
    return (this.#until.get(keyOf(question)) ?? 0) > this.#now();
  }
}

/** Names and peer ids hold no spaces, so no two keys run together. */
function keyOf({ name, peer, id }: Question): string {
  return `${name} ${peer} ${id}`;
}
