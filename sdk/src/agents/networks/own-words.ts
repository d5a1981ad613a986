import type { Json } from "@action-collective/protocol";
import { makeMessage } from "../message.ts";
import { findPlace } from "../place-of.ts";
import type { Message, Node } from "../types.ts";

export interface OwnWordsOptions {
  /** What its own messages have, where it is in no space. */
  readonly newId?: (() => string) | undefined;
  readonly clock?: (() => number) | undefined;
}

export function randomId(): string {
  return crypto.randomUUID();
}

/** What a node says itself, in a space or outside. */
export class OwnWords {
  readonly #node: Node;
  readonly #newId: () => string;
  readonly #clock: () => number;

  constructor(node: Node, { newId = randomId, clock = Date.now }: OwnWordsOptions) {
    this.#node = node;
    this.#newId = newId;
    this.#clock = clock;
  }

  reply(message: Message, content: Json, intent: string): Message {
    const place = findPlace(this.#node);
    return place?.reply(message, content, { intent }) ?? this.to(message.from, intent, content, message);
  }

  /** Where there is no space to make it. */
  to(to: string, intent: string, content: Json, about: Message): Message {
    const [id, timestamp] = [this.#newId(), this.#clock()];
    return makeMessage({ id, from: this.#node.id, to, intent, content, replyTo: about.id, timestamp });
  }
}
