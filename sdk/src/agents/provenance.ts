import { type MessageFields, makeMessage } from "./message.ts";
import type { Caller, Message } from "./types.ts";

/**
 * Who made which message, and who received it, by identity: nobody can pass on what they did not hear, nor speak in another's
 * name. It holds nothing alive.
 */
export class Provenance<Party extends object> {
  readonly #speakers = new WeakMap<Message, { readonly party: Party | undefined; readonly caller: Caller }>();
  readonly #received = new WeakMap<Message, WeakSet<Party>>();

  /** @throws {InvalidMessageError} */
  make(party: Party | undefined, caller: Caller, fields: MessageFields): Message {
    const message = makeMessage(fields);
    this.#speakers.set(message, { party, caller });
    return message;
  }

  received(message: Message, party: Party): void {
    let parties = this.#received.get(message);
    if (parties === undefined) {
      parties = new WeakSet();
      this.#received.set(message, parties);
    }
    parties.add(party);
  }

  /** It is this one's own, or was delivered to it. */
  holds(party: Party, message: Message): boolean {
    return this.#speakers.get(message)?.party === party || this.#received.get(message)?.has(party) === true;
  }

  /** As the speaker was when it spoke. Undefined for what was not made in this space. */
  caller(message: Message): Caller | undefined {
    return this.#speakers.get(message)?.caller;
  }
}
