import { MOST_ANCESTORS, MOST_REMEMBERED, MOST_REMEMBERED_BYTES } from "./limits.ts";
import { sizeOf } from "./message.ts";
import type { Message } from "./types.ts";

/** Messages by id, as long as there is room; what answers what makes threads of them. */
export class Threads {
  readonly #messages = new Map<string, Message>();
  #bytes = 0;

  get size(): number {
    return this.#messages.size;
  }

  remember(message: Message): void {
    if (this.#messages.has(message.id)) return;
    this.#messages.set(message.id, message);
    this.#bytes += sizeOf(message);
    for (const [id, oldest] of this.#messages) {
      if (this.#messages.size <= MOST_REMEMBERED && this.#bytes <= MOST_REMEMBERED_BYTES) return;
      this.#messages.delete(id);
      this.#bytes -= sizeOf(oldest);
    }
  }

  /** What led to it, the oldest first. */
  ancestors({ replyTo }: Message): readonly Message[] {
    const found: Message[] = [];
    for (let id = replyTo; id !== undefined && found.length < MOST_ANCESTORS; ) {
      const message: Message | undefined = this.#messages.get(id);
      // Whoever makes ids may let a thread bite its tail.
      if (message === undefined || found.includes(message)) break;
      found.push(message);
      id = message.replyTo;
    }
    return found.reverse();
  }

  clear(): void {
    this.#messages.clear();
    this.#bytes = 0;
  }
}
