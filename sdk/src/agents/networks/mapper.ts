import { Merged } from "../streams.ts";
import type { Link, Message } from "../types.ts";
import { NetworkOptionError } from "./errors.ts";
import { networkLimits } from "./limits.ts";
import { type Conversation, Network, type NetworkOptions } from "./network.ts";

export interface MapperOptions extends NetworkOptions {
  /** Members that are asked at once; true: up to 16. Left out, one after the other, in the order of the links. */
  readonly parallel?: boolean | number | undefined;
  /** Which members a message goes to, by the link's metadata for example: what makes a mapper a router. All, unless given. */
  readonly where?: ((message: Message, link: Link) => boolean) | undefined;
}

/** Hands a message to every node it is linked to but the sender, and answers with all of their answers. */
export class Mapper extends Network {
  readonly #parallel: number;
  readonly #where: (message: Message, link: Link) => boolean;

  /** @throws {NetworkOptionError} */
  constructor({ parallel = false, where = () => true, ...options }: MapperOptions = {}) {
    super(options);
    this.#parallel = typeof parallel === "number" ? parallel : parallel ? networkLimits.parallel : 1;
    if (!Number.isInteger(this.#parallel) || this.#parallel < 1)
      throw new NetworkOptionError("parallel must be true, false or a whole number above 0");
    this.#where = where;
  }

  protected async *converse(conversation: Conversation): AsyncGenerator<Message, void, undefined> {
    const { message } = conversation;
    const members = [...this.links].filter(
      (link) => link.to.id !== message.from && this.#where(message, link),
    );
    if (this.#parallel > 1) {
      const opens = members.map((link) => () => this.hear(link, message, conversation));
      yield* new Merged(opens, this.#parallel, (error) => {
        throw error;
      });
    } else for (const link of members) yield* this.hear(link, message, conversation);
  }
}
