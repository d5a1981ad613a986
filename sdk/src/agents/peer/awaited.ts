import { MOST_AWAITED } from "./limits.ts";

/** One-way messages that members sent to other peers: answers to them are recognised by it. */
export class Awaited {
  readonly #senders = new Map<string, string>();

  note(id: string, sender: string): void {
    this.#senders.set(id, sender);
    const oldest = this.#senders.keys().next();
    if (this.#senders.size > MOST_AWAITED && oldest.done !== true) this.#senders.delete(oldest.value);
  }

  has(id: string | undefined, sender: string): boolean {
    return id !== undefined && this.#senders.get(id) === sender;
  }

  forget(sender: string): void {
    for (const [id, each] of this.#senders) if (each === sender) this.#senders.delete(id);
  }
}
