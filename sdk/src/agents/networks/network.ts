import { AGENT_NAME, cleanText, type Json } from "@action-collective/protocol";
import { failureOf } from "../answering.ts";
import { Links } from "../links.ts";
import { findPlace } from "../place-of.ts";
import type { ActionHelp, Link, Message, Node, Receiving } from "../types.ts";
import { MemberTimeoutError, NetworkOptionError } from "./errors.ts";
import { networkLimits } from "./limits.ts";
import { listen } from "./listen.ts";
import { OwnWords, type OwnWordsOptions, randomId } from "./own-words.ts";
import { Passage } from "./passage.ts";
import { Remembered } from "./remembered.ts";

export interface NetworkOptions extends OwnWordsOptions {
  /** A random one unless given. */
  readonly id?: string | undefined;
  /** Longest wait for one member's next answer, in milliseconds; 300,000 by default. People may need `Infinity`. */
  readonly memberMs?: number | undefined;
  /** Most messages that are handed on because of one, by it and by networks that it is linked to; 10,000 by default. */
  readonly handedOn?: number | undefined;
}

/** One message that a network has, and whether anybody still waits for what becomes of it. */
export interface Conversation {
  readonly message: Message;
  readonly signal: AbortSignal;
  readonly passage: Passage;
}

/**
 * A node that hands what it receives to the nodes it is linked to, and answers with what they answer. The words stay the
 * speaker's: in a space each is handed on by the space, which holds the network to its own privileges each time, and tells the
 * member who spoke.
 * No message passes the same network twice, however networks are linked to each other. A member that fails, or does not
 * answer in time, is heard as an `error`; the others are heard all the same.
 */
export abstract class Network implements Node {
  readonly id: string;
  readonly links = new Links();
  readonly #memberMs: number;
  readonly #handedOn: number;
  readonly #words: OwnWords;
  readonly #remembered = new Remembered();

  constructor(options: NetworkOptions = {}) {
    const { memberMs = networkLimits.memberMs, handedOn = networkLimits.handedOn } = options;
    const { id = (options.newId ?? randomId)() } = options;
    if (!(memberMs > 0)) throw new NetworkOptionError("memberMs must be above 0");
    if (!(handedOn > 0)) throw new NetworkOptionError("handedOn must be above 0");
    if (!AGENT_NAME.test(id)) throw new NetworkOptionError(`"${cleanText(id, 128)}" is no name of an agent`);
    this.id = id;
    this.#memberMs = memberMs;
    this.#handedOn = handedOn;
    this.#words = new OwnWords(this, options);
  }

  async *receive(message: Message, receiving?: Receiving): AsyncGenerator<Message, void, undefined> {
    if (!this.isNew(message)) return;
    const signal = receiving?.signal ?? new AbortController().signal;
    using passage = new Passage(this, this.#handedOn);
    yield* this.converse({ message, signal, passage });
  }

  /** Somebody is gone from the space. */
  forget(node: Node): void {
    this.links.forget(node);
  }

  /** What its members can do, each action as the first of them describes it. */
  describe(): readonly ActionHelp[] {
    const outermost = described.size === 0;
    // A network that is reached again, round a circle or by another way, has said it already.
    if (described.has(this)) return [];
    described.add(this);
    try {
      const all = [...this.links].flatMap(({ to }) => to.describe?.() ?? []);
      const byName = new Map(all.toReversed().map((help) => [help.name, help]));
      byName.delete("help");
      return [...byName.values()].reverse().slice(0, networkLimits.described);
    } finally {
      if (outermost) described.clear();
    }
  }

  /** What it makes of one message that was not here before. */
  protected abstract converse(conversation: Conversation): AsyncIterable<Message>;

  /** Whether a message is here for the first time; from now on it is not. */
  protected isNew(message: Message): boolean {
    return this.#remembered.isNew(message);
  }

  /** What a member answers to a message that is handed to it as it is. @throws {CirclingMessagesError} */
  protected hear({ to }: Link, message: Message, conversation: Conversation): AsyncIterableIterator<Message> {
    return this.#listen(to, message, conversation, this.#memberMs, (receiving) => {
      const place = findPlace(this);
      return place === undefined
        ? to.receive(message, receiving)
        : place.pass(message, to, { ...receiving, timeoutMs: this.#memberMs });
    });
  }

  /**
   * The first answer of a node to words of the network's own; undefined where it fails or is silent.
   * @throws {CirclingMessagesError}
   */
  protected async ask(
    to: Node,
    intent: string,
    content: Json,
    about: Message,
    conversation: Conversation,
    timeoutMs: number,
  ): Promise<Json | undefined> {
    const answers = this.#listen(to, about, conversation, timeoutMs, (receiving) => {
      const options = { replyTo: about.id, timeoutMs, signal: receiving.signal };
      return (
        findPlace(this)?.stream(to.id, intent, content, options) ??
        to.receive(this.#words.to(to.id, intent, content, about), receiving)
      );
    });
    for await (const answer of answers) return answer.intent === "error" ? undefined : answer.content;
    return undefined;
  }

  #listen(
    to: Node,
    message: Message,
    { signal, passage }: Conversation,
    timeoutMs: number,
    open: (receiving: Receiving) => AsyncIterable<Message>,
  ): AsyncIterableIterator<Message> {
    passage.hand();
    return listen(open, {
      signal,
      run: (act) => passage.run(act),
      timeoutMs,
      late: () => new MemberTimeoutError(to.id, timeoutMs),
      failed: (error) => this.#words.reply(message, failureIn(to, error), "error"),
    });
  }
}

/** Networks that were reached while one speaks of its members; empty in between. */
const described = new Set<Network>();

function failureIn(member: Node, error: unknown): Json {
  return { ...failureOf(error, "member-failed"), member: member.id } as Json;
}
