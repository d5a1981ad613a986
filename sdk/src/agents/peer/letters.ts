import type { AgentMessage } from "@action-collective/protocol";
import type { Member } from "../members.ts";
import type { Speech } from "../speech.ts";
import type { Message, Receipt } from "../types.ts";
import type { Awaited } from "./awaited.ts";
import { NotJoinedError, PeerLostError } from "./errors.ts";
import { ANSWER_MARK } from "./incoming.ts";
import type { Outgoing } from "./outgoing.ts";

export interface LettersParts {
  readonly outgoing: Outgoing;
  readonly awaited: Awaited;
  readonly speech: Speech;
  readonly now: () => number;
  readonly newId: () => string;
  /** Makes a member known at the peer. @throws {NotJoinedError | PeerLostError} */
  readonly join: (member: Member) => Promise<void>;
  /** What it is called at the peer. */
  readonly nameOf: (member: Member) => string;
}

/** What members say to agents of other peers, as letters in their own names. */
export class Letters {
  readonly #parts: LettersParts;

  constructor(parts: LettersParts) {
    this.#parts = parts;
  }

  /** Nothing of it happens before the first answer is asked for. */
  ask(message: Message, address: string, asker: Member): AsyncIterable<Message> {
    const { awaited, join, outgoing, speech } = this.#parts;
    let source: AsyncIterator<AgentMessage, undefined> | undefined;
    let over = false;
    const end = { done: true, value: undefined } as const;
    const letter = this.#letter(message, address, asker);
    const next = async (): Promise<IteratorResult<Message, undefined>> => {
      if (source === undefined) {
        await join(asker);
        if (over) return end;
        // Whoever asks all of a peer what they can do is told from then on who comes and goes there.
        if (address.startsWith("*@") && letter.intent === "help") awaited.note(letter.id, asker.id);
        source = outgoing.ask(letter);
      }
      const step = await source.next();
      if (step.done === true) return end;
      const said = step.value;
      const replyTo = said.replyTo === letter.id ? message.id : said.replyTo;
      return { done: false, value: speech.hear({ ...said, replyTo }) };
    };
    const stop = async () => {
      over = true;
      await source?.return?.();
      return end;
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: stop }) };
  }

  /** Never rejects. @param later told of a second receipt, where the first says `kept` */
  async post(
    message: Message,
    address: string,
    sender: Member,
    later?: (receipt: Receipt) => void,
  ): Promise<Receipt> {
    const { awaited, join, now, outgoing } = this.#parts;
    try {
      await join(sender);
    } catch (error) {
      const { code, message: why } = error instanceof NotJoinedError ? error : new PeerLostError();
      return { id: message.id, status: "refused", code, message: why, at: now() };
    }
    awaited.note(message.id, sender.id);
    return outgoing.post(this.#letter(message, address, sender), later);
  }

  /** Sends an answer to a one-way letter back as a letter of its own; whether it got anywhere. */
  async reply(answer: Message, asked: Message, member: Member): Promise<boolean> {
    const letter: AgentMessage = {
      ...(answer as AgentMessage),
      from: this.#parts.nameOf(member),
      to: asked.from,
      replyTo: asked.id,
      metadata: { ...answer.metadata, [ANSWER_MARK]: true },
    };
    const { status } = await this.#parts.outgoing.post(letter);
    return status === "delivered" || status === "kept";
  }

  /**
   * Across peers everybody speaks for itself: what is passed on goes as one's own words, and says whose they were. A peer takes no
   * id twice, so what goes to several has one for each.
   */
  #letter(message: Message, to: string, sender: Member): AgentMessage {
    const { from, id, metadata } = message;
    const own = from === sender.id;
    return {
      ...(message as AgentMessage),
      ...(own ? {} : { metadata: { ...metadata, forwarded: { from, id } } }),
      id: own && message.to === to ? id : this.#parts.newId(),
      from: this.#parts.nameOf(sender),
      to,
    };
  }
}
