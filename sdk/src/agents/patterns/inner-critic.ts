import { type Conversation, Network, type NetworkOptions } from "../networks/network.ts";
import type { Link, Message, Node } from "../types.ts";
import { PatternOptionError } from "./errors.ts";
import { patternLimits } from "./limits.ts";

export interface InnerCriticOptions extends NetworkOptions {
  readonly author: Node;
  readonly critic: Node;
  /** Most drafts that the critic sends back; 5 by default. */
  readonly rounds?: number | undefined;
  /** Whether what the critic says of a draft means that it is content. By default: nothing but "OK". Silence always does. */
  readonly isContent?: ((remark: Message) => boolean) | undefined;
}

/**
 * An author and a critic as one node: the author's answer goes to the critic, the critic's remark to the author, until the
 * critic is content. Answers with the last draft alone; where the rounds are over first, with the remark that is still open
 * after it.
 */
export class InnerCritic extends Network {
  readonly #author: Link;
  readonly #critic: Link;
  readonly #rounds: number;
  readonly #isContent: (remark: Message) => boolean;

  /** @throws {PatternOptionError} */
  constructor({
    author,
    critic,
    rounds = patternLimits.rounds,
    isContent = saysOk,
    ...options
  }: InnerCriticOptions) {
    super(options);
    if (!Number.isInteger(rounds) || rounds < 1)
      throw new PatternOptionError("rounds must be a whole number above 0");
    this.#author = this.links.link(author, { as: "author" });
    this.#critic = this.links.link(critic, { as: "critic" });
    this.#rounds = rounds;
    this.#isContent = isContent;
  }

  protected async *converse(conversation: Conversation): AsyncGenerator<Message, void, undefined> {
    let draft = await this.#first(this.#author, conversation.message, conversation);
    if (draft === undefined) return;
    let remark: Message | undefined;
    for (let round = 0; draft.intent !== "error"; round++) {
      remark = await this.#first(this.#critic, draft, conversation);
      if (remark === undefined || (remark.intent !== "error" && this.#isContent(remark))) {
        yield draft;
        return;
      }
      if (remark.intent === "error" || round === this.#rounds) break;
      const revised = await this.#first(this.#author, remark, conversation);
      if (revised === undefined) break;
      draft = revised;
    }
    yield draft;
    if (draft.intent !== "error" && remark !== undefined) yield remark;
  }

  async #first(link: Link, message: Message, conversation: Conversation): Promise<Message | undefined> {
    for await (const answer of this.hear(link, message, conversation)) return answer;
    return undefined;
  }
}

function saysOk({ content }: Message): boolean {
  return typeof content === "string" && /^\W*ok(ay)?\W*$/iu.test(content);
}
