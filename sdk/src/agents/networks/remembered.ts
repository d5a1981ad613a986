import type { Message } from "../types.ts";
import { networkLimits } from "./limits.ts";

/** Which messages have been here: the message itself for as long as anybody has it, and the newest ids, for copies of it. */
export class Remembered {
  readonly #messages = new WeakSet<Message>();
  readonly #ids = new Set<string>();

  /** Whether it is here for the first time; from now on it is not. */
  isNew(message: Message): boolean {
    // Whoever invents ids can silence only itself.
    const id = JSON.stringify([message.from, message.id]);
    if (this.#messages.has(message) || this.#ids.has(id)) return false;
    this.#messages.add(message);
    this.#ids.add(id);
    if (this.#ids.size > networkLimits.remembered) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }
}
