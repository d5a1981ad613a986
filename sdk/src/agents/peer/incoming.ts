import {
  AGENT_ADDRESS,
  type AgentFrame,
  type AgentMessage,
  isJsonObject,
  type MessageReceipt,
} from "@action-collective/protocol";
import { failureForStranger } from "../answering.ts";
import type { Delivery } from "../delivery.ts";
import { NotDeliveredError } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import type { Member } from "../members.ts";
import type { OneWay } from "../one-way.ts";
import type { Speech } from "../speech.ts";
import type { Message, PresenceEvent } from "../types.ts";
import { PeerBusyError } from "./errors.ts";
import { MOST_LETTERS_BACK, MOST_REMOTE_EXCHANGES } from "./limits.ts";

type Kind<K extends AgentFrame["kind"]> = Extract<AgentFrame, { kind: K }>;

export interface IncomingParts {
  readonly delivery: Delivery;
  readonly oneWay: OneWay;
  readonly speech: Speech;
  readonly push: (frame: AgentFrame) => void;
  /** Whoever has that address and is known at the peer. */
  readonly find: (address: string) => Member | undefined;
  /** Whether this answers what that member sent without waiting. */
  readonly awaited: (message: AgentMessage, member: Member) => boolean;
  readonly news: (event: PresenceEvent, member: Member) => boolean;
  /** Sends an answer back as a letter. */
  readonly reply: (answer: Message, asked: Message, member: Member) => Promise<boolean>;
  readonly now: () => number;
}

interface Serving {
  readonly exchange: Exchange;
  asked: boolean;
}

/** Marks an answer that comes as a letter, so that it is not answered in turn. */
export const ANSWER_MARK = "answer";

/** The exchanges that agents of other peers open with members. */
export class Incoming {
  readonly #parts: IncomingParts;
  readonly #open = new Map<string, Serving>();
  /** Asked for before their letter arrived: two calls bring frames. */
  readonly #early = new Set<string>();

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#open.size;
  }

  letter({ exchange: name, ask, message: said }: Kind<"letter">): void {
    const { push } = this.#parts;
    try {
      // A second letter of that name would leave the first with nobody to end it.
      if (this.#open.has(name)) return;
      const exchange = ask ? this.#take(said) : this.#takeOneWay(said);
      if (!ask) push({ kind: "receipt", exchange: name, receipt: this.#receipt(said, "delivered") });
      else if (exchange !== undefined) {
        this.#open.set(name, { exchange, asked: false });
        if (this.#early.delete(name)) this.next({ kind: "next", exchange: name });
      }
    } catch (error) {
      this.#early.delete(name);
      const { code, message } = failureForStranger(error);
      if (ask) push({ kind: "fail", exchange: name, code, message });
      else
        push({
          kind: "receipt",
          exchange: name,
          receipt: { ...this.#receipt(said, "refused"), code, message },
        });
    }
  }

  next({ exchange: name }: Kind<"next">): void {
    const serving = this.#open.get(name);
    if (serving === undefined) {
      this.#early.add(name);
      const [oldest] = this.#early;
      if (this.#early.size > MOST_REMOTE_EXCHANGES && oldest !== undefined) this.#early.delete(oldest);
      return;
    }
    if (serving.asked) return;
    serving.asked = true;
    void this.#answer(name, serving);
  }

  cancel({ exchange: name }: Kind<"cancel">): void {
    const serving = this.#open.get(name);
    this.#early.delete(name);
    this.#open.delete(name);
    void serving?.exchange.return();
  }

  /** Nobody is there any more to answer. */
  lost(): void {
    for (const { exchange } of this.#open.values()) void exchange.return();
    this.#open.clear();
    this.#early.clear();
  }

  async #answer(name: string, serving: Serving): Promise<void> {
    const { push } = this.#parts;
    try {
      const step = await serving.exchange.next();
      if (this.#open.get(name) !== serving) return;
      serving.asked = false;
      if (step.done !== true) push({ kind: "answer", exchange: name, message: step.value });
      else {
        this.#open.delete(name);
        push({ kind: "end", exchange: name });
      }
    } catch (error) {
      if (this.#open.get(name) !== serving) return;
      this.#open.delete(name);
      void serving.exchange.return();
      const { code, message } = failureForStranger(error);
      push({ kind: "fail", exchange: name, code, message });
    }
  }

  #take(said: AgentMessage): Exchange {
    if (this.#open.size >= MOST_REMOTE_EXCHANGES) throw new PeerBusyError();
    const { member, message } = this.#recognise(said);
    const exchange = this.#parts.delivery.letter(message, member);
    exchange.begin();
    return exchange;
  }

  #takeOneWay(said: AgentMessage): undefined {
    const { delivery, oneWay, awaited, news } = this.#parts;
    const { member, message } = this.#recognise(said);
    const event = newsIn(said);
    if (event !== undefined) {
      if (!awaited(said, member) || !news(event, member))
        throw new NotDeliveredError("not-asked", "Nobody wants to know");
      return;
    }
    if (said.metadata?.[ANSWER_MARK] === true) {
      if (!awaited(said, member)) throw new NotDeliveredError("not-asked", "Nobody waits for this answer");
      void oneWay.answered(message, member);
      return;
    }
    const exchange = delivery.letter(message, member);
    exchange.begin();
    void this.#answerByLetter(exchange, message, member);
  }

  async #answerByLetter(exchange: Exchange, asked: Message, member: Member): Promise<void> {
    try {
      for (let letters = 0; letters < MOST_LETTERS_BACK; letters++) {
        const step = await exchange.next();
        if (step.done === true || !(await this.#parts.reply(step.value, asked, member))) return;
      }
    } catch {
      // How it ended stands in the audit trail; nobody waits for it.
    } finally {
      await exchange.return();
    }
  }

  #recognise(said: AgentMessage): { readonly member: Member; readonly message: Message } {
    const member = this.#parts.find(said.to);
    if (member === undefined)
      throw new NotDeliveredError("no-such-agent", `No agent can be reached at ${said.to}`);
    return { member, message: this.#parts.speech.hear(said) };
  }

  #receipt({ id }: AgentMessage, status: MessageReceipt["status"]): MessageReceipt {
    return { id, status, at: this.#parts.now() };
  }
}

/** A peer itself says who comes and goes there, to those that asked all of its agents for help. */
function newsIn({ from, intent, content }: AgentMessage): PresenceEvent | undefined {
  if (!from.startsWith("*@") || (intent !== "joined" && intent !== "left")) return undefined;
  const address = isJsonObject(content) ? content.address : undefined;
  if (typeof address !== "string" || !AGENT_ADDRESS.test(address) || !address.endsWith(from.slice(1)))
    return undefined;
  const [id = ""] = address.split("@");
  return Object.freeze({ kind: intent, who: Object.freeze({ id, address, help: [] }) });
}
