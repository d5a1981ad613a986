import type { Json } from "@action-collective/protocol";
import type { AuditEntry, Decision, Message, Node, Receiving } from "../types.ts";

/** What happens in a team, as it happens. All text in it is what agents say: a model's words, or a stranger's. */
export type TeamEvent =
  | {
      readonly kind: "said";
      readonly at: number;
      readonly id: string;
      readonly from: string;
      readonly to: string;
      readonly intent: string;
      readonly content: Json;
      readonly replyTo?: string;
    }
  | {
      readonly kind: "refused";
      readonly at: number;
      readonly from: string;
      readonly to: string;
      readonly intent: string;
      readonly decision: Decision;
      readonly by: string;
    };

/** Ids that are remembered, so that what a group hands to each of its members is told once. */
const MOST_REMEMBERED = 4_096;
/** Intents of a group's own affairs: who wants to speak. */
const UNTOLD = new Set(["hand", "floor", "help"]);

/** Tells each message once, whoever hears it, and each refusal. */
export class Teller {
  readonly #tell: (event: TeamEvent) => void;
  readonly #told = new Set<string>();
  readonly #untold = new Set<string>();

  constructor(tell: (event: TeamEvent) => void) {
    this.#tell = tell;
  }

  said(message: Message): void {
    const { id, from, to, intent, content, replyTo, timestamp } = message;
    if (this.#told.has(id)) return;
    remember(this.#told, id);
    const untold = UNTOLD.has(intent) || (replyTo !== undefined && this.#untold.has(replyTo));
    if (untold) {
      remember(this.#untold, id);
      return;
    }
    const answered = replyTo === undefined ? {} : { replyTo };
    this.#tell({ kind: "said", at: timestamp, id, from, to, intent, content, ...answered });
  }

  decided({ at, from, to, intent, decision, by }: AuditEntry): void {
    if (decision === "permitted" || decision === "asked-yes" || UNTOLD.has(intent)) return;
    this.#tell({ kind: "refused", at, from, to, intent, decision, by });
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > MOST_REMEMBERED && oldest !== undefined) ids.delete(oldest);
}

/** Another way to receive. */
export type Receive = (message: Message, receiving?: Receiving) => AsyncIterable<Message>;

/** Puts something around what a node does with messages; it stays the same node. */
export function around<Kind extends Node>(node: Kind, make: (receive: Receive) => Receive): Kind {
  const value = make(node.receive.bind(node));
  Object.defineProperty(node, "receive", { value, configurable: true });
  return node;
}

/** Lets a teller hear what a node hears and says. */
export function overheard<Kind extends Node>(node: Kind, teller: Teller): Kind {
  return around(
    node,
    (receive) =>
      async function* (message, receiving) {
        teller.said(message);
        for await (const answer of receive(message, receiving)) {
          teller.said(answer);
          yield answer;
        }
      },
  );
}
