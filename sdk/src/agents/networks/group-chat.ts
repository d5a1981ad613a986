import { isJsonObject, type Json } from "@action-collective/protocol";
import type { Link, Message, Node } from "../types.ts";
import { NetworkOptionError } from "./errors.ts";
import { Hands } from "./hands.ts";
import { networkLimits } from "./limits.ts";
import { type Conversation, Network, type NetworkOptions } from "./network.ts";

export interface GroupChatOptions extends NetworkOptions {
  /** Most messages of members in one conversation; 100 by default. */
  readonly turns?: number | undefined;
  /**
   * One speaks at a time, and only who raised its hand, first in first out. After each message every other member is asked
   * `hand` (`Spoken`), and answers true (people: yes) to raise its hand, anything else to lower it. Silence is when no hand is
   * up.
   */
  readonly hands?: boolean | undefined;
  /**
   * Gives the floor where hands are raised: asked `floor` (`Floor`), it answers with the id of one whose hand is up, or null to
   * end the conversation. Anything else, and silence, leaves it to the order of the hands.
   */
  readonly chair?: Node | undefined;
}

/** Content of `hand`: what was said last. */
export type Spoken = Pick<Message, "from" | "intent" | "content">;

/** Content of `floor`: whose hands are up, the first first, and what was said last. */
export interface Floor {
  readonly hands: readonly string[];
  readonly turn: number;
  readonly spoken: Spoken;
}

/** What was said, and the member that it was heard from: a network that is a member speaks for those in it. */
interface Said {
  readonly message: Message;
  readonly by: string;
  /** It did not go round yet, in this conversation or another. */
  readonly isNew: boolean;
}

/**
 * A conversation of all that it is linked to: each message goes to every member but its speaker, their replies go round in the
 * same way, first in first out, until nobody has anything to say or the turns are over. Answers with every reply as it
 * comes. Failures are answered too, and not talked about; who has no action for what the others say is silent.
 */
export class GroupChat extends Network {
  readonly #turns: number;
  readonly #hands: boolean;
  readonly #chair: Node | undefined;

  /** @throws {NetworkOptionError} */
  constructor({ turns = networkLimits.turns, hands, chair, ...options }: GroupChatOptions = {}) {
    super(options);
    if (!Number.isInteger(turns) || turns < 1)
      throw new NetworkOptionError("turns must be a whole number above 0");
    if (chair !== undefined && hands === false)
      throw new NetworkOptionError("a chair gives the floor only where hands are raised");
    this.#turns = turns;
    this.#hands = hands ?? chair !== undefined;
    this.#chair = chair;
  }

  protected async *converse(conversation: Conversation): AsyncGenerator<Message, void, undefined> {
    const { message } = conversation;
    const first = { message, by: message.from, isNew: true };
    const replies = this.#hands ? this.#oneAtATime(first, conversation) : this.#round(first, conversation);
    const heard = new WeakSet([message]);
    let turns = 0;
    for await (const reply of replies) {
      // What was said here before is no reply, and takes a turn: who repeats itself for ever ends here too.
      if (!heard.has(reply.message)) yield reply.message;
      heard.add(reply.message);
      turns += 1;
      if (turns >= this.#turns) return;
    }
  }

  async *#round(first: Said, conversation: Conversation): AsyncGenerator<Said, void, undefined> {
    const queue = [first];
    for (let said = queue.shift(); said !== undefined; said = queue.shift())
      for (const link of this.#listeners(said))
        for await (const reply of this.#replies(link, said, conversation)) {
          if (isTalkedAbout(reply)) queue.push(reply);
          yield reply;
        }
  }

  async *#oneAtATime(first: Said, conversation: Conversation): AsyncGenerator<Said, void, undefined> {
    const hands = new Hands();
    let said = first;
    let asked: Said | undefined;
    for (let turn = 1; ; turn++) {
      if (asked !== said) await this.#raise(hands, said, conversation);
      asked = said;
      const link = await this.#giveFloor(hands, said, turn, conversation);
      if (link === undefined) return;
      for await (const reply of this.#replies(link, said, conversation)) {
        if (isTalkedAbout(reply)) said = reply;
        yield reply;
      }
    }
  }

  async #raise(hands: Hands, said: Said, conversation: Conversation): Promise<void> {
    const listeners = this.#listeners(said);
    const answers = await Promise.all(
      listeners.map(({ to }) => this.#askSoon(to, "hand", { ...spokenOf(said) }, said, conversation)),
    );
    for (const [index, { to }] of listeners.entries()) hands.set(to.id, isYes(answers[index]));
  }

  /** Whose turn it is; undefined when nobody wants to speak, or the chair has heard enough. */
  async #giveFloor(
    hands: Hands,
    said: Said,
    turn: number,
    conversation: Conversation,
  ): Promise<Link | undefined> {
    while (hands.size > 0) {
      const choice =
        this.#chair === undefined
          ? undefined
          : await this.#askSoon(
              this.#chair,
              "floor",
              { hands: [...hands], turn, spoken: { ...spokenOf(said) } },
              said,
              conversation,
            );
      if (choice === null) return undefined;
      const id = hands.take(choice);
      const link = id === undefined ? undefined : this.links.get(id);
      // Who was unlinked with its hand up has no turn.
      if (link !== undefined) return link;
    }
    return undefined;
  }

  #askSoon(to: Node, intent: "hand" | "floor", content: Json, { message }: Said, conversation: Conversation) {
    return this.ask(to, intent, content, message, conversation, networkLimits.handMs);
  }

  async *#replies(link: Link, said: Said, conversation: Conversation): AsyncGenerator<Said, void, undefined> {
    for await (const message of this.hear(link, said.message, conversation)) {
      // Who cannot take what the others say to each other is silent; whoever began is told.
      if (said.message !== conversation.message && isUnknownAction(message)) return;
      yield { message, by: link.to.id, isNew: this.isNew(message) };
    }
  }

  #listeners({ message, by }: Said): Link[] {
    return [...this.links].filter(({ to }) => to.id !== message.from && to.id !== by);
  }
}

function isTalkedAbout({ message, isNew }: Said): boolean {
  return isNew && message.intent !== "error";
}

function spokenOf({ message: { from, intent, content } }: Said): Spoken {
  return { from, intent, content };
}

function isUnknownAction({ intent, content }: Message): boolean {
  return intent === "error" && isJsonObject(content) && content.code === "unknown-action";
}

function isYes(answer: Json | undefined): boolean {
  return answer === true || (typeof answer === "string" && /^\W*yes\b/iu.test(answer));
}
