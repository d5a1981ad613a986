import type { Link, Message } from "../types.ts";
import { type Conversation, Network } from "./network.ts";

/**
 * Hands a message to the first node it is linked to, each of its answers to the second, and so on; answers with those of the
 * last. What fails on the way is answered at once, and goes no further.
 */
export class Chain extends Network {
  protected async *converse(conversation: Conversation): AsyncGenerator<Message, void, undefined> {
    const [first, ...rest] = this.links;
    if (first === undefined) return;
    let said: AsyncIterable<Message> = this.hear(first, conversation.message, conversation);
    for (const link of rest) said = this.#onward(said, link, conversation);
    yield* said;
  }

  async *#onward(
    said: AsyncIterable<Message>,
    link: Link,
    conversation: Conversation,
  ): AsyncGenerator<Message, void, undefined> {
    for await (const message of said) {
      if (message.intent === "error") yield message;
      else yield* this.hear(link, message, conversation);
    }
  }
}
