import type { Json } from "action-collective";
import { makeMessage } from "../../../sdk/src/agents/message.ts";
import type { Message, Node, Receiving } from "../../../sdk/src/agents/types.ts";
import { all } from "../../helpers/answers.ts";

export { all };

let made = 0;

/** A message outside any space. */
export function say(
  from: string,
  content: Json,
  { to = "all", intent = "chat", replyTo }: { to?: string; intent?: string; replyTo?: string } = {},
): Message {
  made += 1;
  return makeMessage({ id: `m${made}`, from, to, intent, content, replyTo, timestamp: made });
}

type Says = (
  message: Message,
  receiving: Receiving | undefined,
) => Iterable<Json> | AsyncIterable<Json> | Promise<Iterable<Json>>;

/** A node that answers what `says` yields, and keeps count of what was asked of it, made by it, and ended. */
export class Speaker implements Node {
  readonly id: string;
  readonly heard: Message[] = [];
  made = 0;
  ended = 0;
  readonly #says: Says;

  constructor(id: string, says: Says) {
    this.id = id;
    this.#says = says;
  }

  async *receive(message: Message, receiving?: Receiving): AsyncGenerator<Message, void, undefined> {
    this.heard.push(message);
    try {
      for await (const content of await this.#says(message, receiving)) {
        this.made += 1;
        yield say(this.id, content, { to: message.from, replyTo: message.id });
      }
    } finally {
      this.ended += 1;
    }
  }
}

/** Appends "!" unless there are two. */
export function echo(id: string): Speaker {
  return new Speaker(id, ({ content }) =>
    typeof content !== "string" || content.endsWith("!!") ? [] : [`${content}!`],
  );
}

/** Never answers, and takes no notice of anything. */
export function deaf(id: string): Speaker {
  return new Speaker(id, () => new Promise(() => undefined));
}

/** Talks for as long as somebody listens. */
export function endless(id: string): Speaker {
  return new Speaker(id, function* () {
    for (let n = 1; ; n++) yield `${id} ${n}`;
  });
}

/** `from: content` of each. */
export async function lines(stream: AsyncIterable<Message>): Promise<string[]> {
  return (await all(stream)).map(
    ({ from, content }) => `${from}: ${typeof content === "string" ? content : JSON.stringify(content)}`,
  );
}
