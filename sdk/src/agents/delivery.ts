import { failureForStranger, failureOf } from "./answering.ts";
import type { AuditTrail } from "./audit.ts";
import { NotDeliveredError, RequestTimeoutError, SpaceClosedError, TooManyExchangesError } from "./errors.ts";
import { type Answerer, Exchange, type Opened } from "./exchange.ts";
import { boardPermits, genuine, judged, LocalHearing } from "./hearing.ts";
import type { Board } from "./hierarchy/board.ts";
import { BudgetSpentError } from "./hierarchy/errors.ts";
import type { LivingExchange } from "./hierarchy/oversight.ts";
import type { Roster } from "./hierarchy/roster.ts";
import { METHOD_TIMEOUT_MS, MOST_EXCHANGES, MOST_EXCHANGES_OF_ONE, REQUEST_TIMEOUT_MS } from "./limits.ts";
import type { Member } from "./members.ts";
import type { Provenance } from "./provenance.ts";
import type { Speech } from "./speech.ts";
import type { Threads } from "./thread.ts";
import type { Decision, Message, Node, Outcome, Receipt, RequestOptions } from "./types.ts";

/** The way to agents of other peers. */
export interface Gateway {
  readonly peer: string;
  /** Stands for whoever has that address; asked as this member, its answers are made with `hear`. */
  remote(address: string, asker: Member): Answerer;
  /** Never rejects. `later` is told of a second receipt, where the first says `kept`. */
  post(
    message: Message,
    address: string,
    sender: Member,
    later?: (receipt: Receipt) => void,
  ): Promise<Receipt>;
}

export interface DeliveryParts {
  readonly members: ReadonlyMap<string, Member>;
  readonly roster: Roster;
  readonly board: Board;
  readonly audit: AuditTrail;
  readonly threads: Threads;
  readonly provenance: Provenance<Member>;
  readonly speech: Speech;
  readonly now: () => number;
}

interface Living {
  readonly message: Message;
  readonly to: string;
  readonly since: number;
  answers: number;
}

/** Whoever is asked: a member, or one of another peer. */
interface Target {
  readonly address: string;
  readonly node: Answerer;
  readonly member?: Member;
}

/** Carries messages between members: checks privileges, counts, keeps threads and the audit trail. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #living = new Map<Exchange, Living>();
  gateway: Gateway | undefined;
  closed = false;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#living.size;
  }

  living(): readonly LivingExchange[] {
    return [...this.#living.values()].map(({ message: { id, from, intent }, to, since, answers }) => ({
      id,
      from,
      to,
      intent,
      since,
      answers,
    }));
  }

  /**
   * The exchange that a message opens, once somebody asks for its first answer.
   * @param to in place of the message's own address
   * @param paid the message was charged already
   */
  ask(
    asker: Member,
    message: Message,
    to: string | Node,
    { timeoutMs = REQUEST_TIMEOUT_MS, signal }: Pick<RequestOptions, "timeoutMs" | "signal"> = {},
    paid = false,
  ): Exchange {
    const name = typeof to === "string" ? to : to.id;
    return new Exchange((exchange) => this.#open(exchange, asker, message, to, signal, paid), {
      timeoutMs,
      timedOut: () => new RequestTimeoutError(name, message.intent, timeoutMs),
    });
  }

  /** The exchange that a message of another peer opens with a member. */
  letter(message: Message, to: Member): Exchange {
    const timing = {
      timeoutMs: METHOD_TIMEOUT_MS,
      timedOut: () => new RequestTimeoutError(to.id, message.intent, METHOD_TIMEOUT_MS),
    };
    return new Exchange(
      (exchange) => this.#opened(exchange, undefined, message, this.#memberTarget(to), []),
      timing,
    );
  }

  /** Charges for so many messages at once. @throws {BudgetSpentError} */
  charge(sender: Member, messages: number): void {
    this.#parts.roster.spend(sender.id, { messages }, this.#parts.now());
  }

  /** Members that a broadcast of this one reaches. */
  audience(sender: Member, toSelf = false): readonly Member[] {
    const { members, roster, now } = this.#parts;
    return [...members.values()].filter(
      (member) =>
        member.state === "here" &&
        member.standing.level > 0 &&
        (member !== sender || toSelf) &&
        roster.mayTalk(sender.id, member.id, now()),
    );
  }

  /** Undefined for an address of this space. One without a peer is, and one of its own peer that is known here. @throws {NotDeliveredError} */
  gatewayFor(address: string): Gateway | undefined {
    const [id = "", peer] = address.split("@");
    if (peer === undefined) return undefined;
    if (this.gateway === undefined)
      throw new NotDeliveredError("not-connected", `"${address}" is at a peer, and this space is at none`);
    return peer === this.gateway.peer && this.#parts.members.has(id) ? undefined : this.gateway;
  }

  /**
   * Lets a message leave the space of which nothing but a receipt comes back; counts it.
   * @throws {NotDeliveredError | BudgetSpentError | SpaceClosedError}
   */
  async letGo(sender: Member, message: Message, to: string, paid: boolean): Promise<void> {
    this.#checkOpen();
    this.#admit(sender, message, to, paid);
    const { board, threads } = this.#parts;
    const hearing = new LocalHearing(board, sender.caller, message, to);
    hearing.decided("permitted", "peer");
    const permitted = await boardPermits(hearing, sender.controller.signal);
    this.#note(message, to, hearing.decision, hearing.by);
    if (!permitted)
      throw new NotDeliveredError(
        "access-denied",
        `The board does not let "${message.intent}" go to "${to}"`,
      );
    threads.remember(message);
  }

  #checkOpen(): void {
    if (this.closed) throw new SpaceClosedError();
  }

  #memberTarget(member: Member): Target {
    return { address: member.id, node: member.node, member };
  }

  #target(to: string | Node, asker: Member): Target {
    const address = typeof to === "string" ? to : to.id;
    const gateway = this.gatewayFor(address);
    if (gateway !== undefined) return { address, node: gateway.remote(address, asker) };
    const id = address.split("@")[0] ?? address;
    const member = this.#parts.members.get(id);
    const here = member?.state === "here" && (typeof to === "string" || member.node === to);
    if (member === undefined || !here)
      throw new NotDeliveredError("no-such-agent", `Nobody called "${id}" is in this space`);
    return this.#memberTarget(member);
  }

  /** Whether the message may go there; counts it. @throws {NotDeliveredError} */
  #admit(sender: Member, message: Message, address: string, paid: boolean): void {
    const { roster, now } = this.#parts;
    if (!roster.mayTalk(sender.id, address, now())) {
      this.#note(message, address, "undelivered", "talkTo");
      throw new NotDeliveredError("may-not-talk", `"${sender.id}" may not write to "${address}"`);
    }
    if (paid) return;
    try {
      this.charge(sender, 1);
    } catch (error) {
      if (error instanceof BudgetSpentError) this.#note(message, address, "undelivered", "budget.messages");
      throw error;
    }
  }

  #open(
    exchange: Exchange,
    asker: Member,
    message: Message,
    to: string | Node,
    signal: AbortSignal | undefined,
    paid: boolean,
  ): Opened {
    this.#checkOpen();
    let target: Target;
    try {
      target = this.#target(to, asker);
    } catch (error) {
      this.#note(message, typeof to === "string" ? to : to.id, "unknown", "no such agent");
      throw error;
    }
    this.#admit(asker, message, target.address, paid);
    return this.#opened(exchange, asker, message, target, signal === undefined ? [] : [signal]);
  }

  #opened(
    exchange: Exchange,
    asker: Member | undefined,
    message: Message,
    target: Target,
    signals: readonly AbortSignal[],
  ): Opened {
    const { provenance, threads, now, audit, board, speech } = this.#parts;
    this.#checkOpen();
    this.#checkRoom(asker);
    this.#checkRoom(target.member);
    const living: Living = { message, to: target.address, since: now(), answers: 0 };
    const caller = provenance.caller(message) ?? { address: message.from };
    const hearing = new LocalHearing(board, caller, message, target.address);
    const parties = [asker, target.member].filter((party) => party !== undefined);
    this.#living.set(exchange, living);
    for (const party of parties) party.exchanges.add(exchange);
    if (target.member !== undefined) provenance.received(message, target.member);
    threads.remember(message);
    const accept = (answer: unknown): Message => {
      const accepted = speech.accept(answer, message, target);
      living.answers += 1;
      if (asker !== undefined) provenance.received(accepted, asker);
      threads.remember(accepted);
      return accepted;
    };
    return {
      node: judged(target.node, hearing),
      message,
      ...(target.member === undefined ? {} : { hearing: genuine(hearing, target.member.node, message) }),
      signals: [...signals, ...parties.map(({ controller }) => controller.signal)],
      accept,
      failed: (error) =>
        accept({
          intent: "error",
          content: asker === undefined ? failureForStranger(error) : failureOf(error),
        }),
      closed: ({ status, answers }: Outcome) => {
        this.#living.delete(exchange);
        for (const party of parties) party.exchanges.delete(exchange);
        const { id, from, intent } = message;
        const { decision, by } = hearing;
        const durationMs = now() - living.since;
        audit.record({
          at: living.since,
          id,
          from,
          to: target.address,
          intent,
          decision,
          by,
          outcome: status,
          answers,
          durationMs,
        });
      },
    };
  }

  #checkRoom(party: Member | undefined): void {
    if (this.#living.size >= MOST_EXCHANGES) throw new TooManyExchangesError("The space", MOST_EXCHANGES);
    if (party !== undefined && party.exchanges.size >= MOST_EXCHANGES_OF_ONE)
      throw new TooManyExchangesError(`"${party.id}"`, MOST_EXCHANGES_OF_ONE);
  }

  #note(message: Message, to: string, decision: Decision, by: string): void {
    const { id, from, intent } = message;
    this.#parts.audit.record({ at: this.#parts.now(), id, from, to, intent, decision, by });
  }
}
