import type { Budget, Json, Spent } from "@action-collective/protocol";
import { answerIntent, failureOf } from "./answering.ts";
import type { Delivery } from "./delivery.ts";
import { NoAnswerError, NotReceivedError, RemoteFailureError } from "./errors.ts";
import { NotDescendantError } from "./hierarchy/errors.ts";
import type { Roster } from "./hierarchy/roster.ts";
import { intentOf } from "./intent.ts";
import { BROADCAST_AT_ONCE, METHOD_TIMEOUT_MS } from "./limits.ts";
import { tell } from "./listeners.ts";
import type { Member } from "./members.ts";
import type { OneWay } from "./one-way.ts";
import { type PresenceNews, presenceOf } from "./presence.ts";
import type { Provenance } from "./provenance.ts";
import { handedOn, type Speech } from "./speech.ts";
import { lazily, Merged, watched, without } from "./streams.ts";
import type { Threads } from "./thread.ts";
import type {
  Caller,
  Entry,
  Failure,
  Message,
  Node,
  OneWayOptions,
  Place,
  Presence,
  PresenceEvent,
  Receipt,
  RequestOptions,
  Sent,
  TypedAnswer,
  TypedIntent,
} from "./types.ts";

type AnyIntent = string | TypedIntent<Json, Json>;

/** What a place needs of its space. */
export interface PlaceParts {
  readonly delivery: Delivery;
  readonly speech: Speech;
  readonly oneWay: OneWay;
  readonly roster: Roster;
  readonly threads: Threads;
  readonly provenance: Provenance<Member>;
  readonly news: PresenceNews;
  readonly members: ReadonlyMap<string, Member>;
  readonly now: () => number;
  /** Told what listeners threw. */
  readonly problem: (error: unknown) => void;
  addressOf(member: Member): string;
  enter(node: Node, entry: Entry, parent: Member): Promise<Place>;
  end(id: string): Promise<readonly string[]>;
  /** Counts what the peer counts as well, where there is one. */
  spend(member: Member, amount: Partial<Spent>): Promise<void>;
}

/** One member's place: all that it can do, and under no other name. */
export class OwnPlace implements Place {
  readonly #self: Member;
  readonly #parts: PlaceParts;

  constructor(member: Member, parts: PlaceParts) {
    this.#self = member;
    this.#parts = parts;
    // What stood over its own names would deceive whoever reads them.
    Object.freeze(this);
  }

  /** Whoever is gone does nothing any more, least of all as the one who has its name now. @throws {AgentLeftError | SpaceClosedError} */
  get #member(): Member {
    this.#self.controller.signal.throwIfAborted();
    return this.#self;
  }

  get id() {
    return this.#self.id;
  }
  get address() {
    return this.#parts.addressOf(this.#self);
  }
  get privileges() {
    return this.#self.standing.privileges;
  }
  get level() {
    return this.#self.standing.level;
  }
  get role() {
    return this.#self.standing.role;
  }
  get token() {
    return this.#self.token;
  }
  get signal(): AbortSignal {
    return this.#self.controller.signal;
  }

  send(to: string, intent: AnyIntent, content: Json, options: OneWayOptions = {}): Sent {
    const { speech, oneWay, problem } = this.#parts;
    const { name, parseContent } = intentOf(intent);
    const { onReceipt, toSelf } = options;
    const told = (receipt: Receipt) => tell(() => onReceipt?.(receipt), problem);
    const message = speech.make(this.#member, to, name, parseContent(content), options);
    const receipt =
      to === "*"
        ? oneWay.postToAll(this.#member, message, toSelf)
        : oneWay.post(this.#member, message, to, onReceipt === undefined ? {} : { later: told });
    if (onReceipt !== undefined) void receipt.then(told);
    return { id: message.id, receipt };
  }

  request<Content extends Json, Answer extends Json>(
    to: string,
    intent: TypedIntent<Content, Answer>,
    content: Content,
    options?: RequestOptions,
  ): Promise<Answer>;
  request(to: string, intent: string, content: Json, options?: RequestOptions): Promise<Json>;
  async request(to: string, intent: AnyIntent, content: Json, options: RequestOptions = {}): Promise<Json> {
    const { name, parseContent, parseAnswer } = intentOf(intent);
    const answers = this.stream(to, name, parseContent(content), options);
    try {
      const step = await answers.next();
      if (step.done === true) throw new NoAnswerError(to, name);
      return parseAnswer(step.value.content);
    } finally {
      await answers.return?.();
    }
  }

  stream<Content extends Json, Answer extends Json>(
    to: string,
    intent: TypedIntent<Content, Answer>,
    content: Content,
    options?: RequestOptions,
  ): AsyncIterableIterator<Message<Answer>>;
  stream(to: string, intent: string, content: Json, options?: RequestOptions): AsyncIterableIterator<Message>;
  stream(
    to: string,
    intent: AnyIntent,
    content: Json,
    options: RequestOptions = {},
  ): AsyncIterableIterator<Message> {
    const { delivery, speech } = this.#parts;
    const { name, parseContent, parseAnswer } = intentOf(intent);
    if (to === "*") return this.broadcast(intent as string, content, options);
    const toAll = to.startsWith("*@");
    return lazily(() => {
      const message = speech.make(this.#member, to, name, parseContent(content), options);
      const promised = (answer: Message): Message => {
        try {
          if (answer.intent !== "error") parseAnswer(answer.content);
          else if (!toAll) throw new RemoteFailureError(answer.content as Failure, answer);
          return answer;
        } catch (error) {
          // One of many ends nobody else's answers.
          if (toAll) return speech.failure(undefined, message, failureOf(error));
          throw error;
        }
      };
      const answers = watched(delivery.ask(this.#member, message, to, options), promised);
      return toAll ? without(answers, isUnknownAction) : answers;
    });
  }

  broadcast<Content extends Json, Answer extends Json>(
    intent: TypedIntent<Content, Answer>,
    content: Content,
    options?: RequestOptions,
  ): AsyncIterableIterator<TypedAnswer<Answer>>;
  broadcast(intent: string, content: Json, options?: RequestOptions): AsyncIterableIterator<Message>;
  broadcast(intent: AnyIntent, content: Json, options: RequestOptions = {}): AsyncIterableIterator<Message> {
    const { delivery, speech } = this.#parts;
    const { name, parseContent, parseAnswer } = intentOf(intent);
    return lazily(() => {
      const message = speech.make(this.#member, "*", name, parseContent(content), options);
      const audience = delivery.audience(this.#member);
      delivery.charge(this.#member, audience.length);
      const opens = audience.map(
        ({ id }) =>
          () =>
            watched(delivery.ask(this.#member, message, id, options, true), promised),
      );
      const promised = (answer: Message) => {
        if (answer.intent !== "error") parseAnswer(answer.content);
        return answer;
      };
      const failed = (error: unknown, place: number): Message => {
        options.signal?.throwIfAborted();
        this.signal.throwIfAborted();
        return speech.failure(audience[place], message, failureOf(error));
      };
      return new Merged(opens, BROADCAST_AT_ONCE, failed, isUnknownAction);
    });
  }

  pass(
    message: Message,
    to: Node | string,
    { signal, timeoutMs = METHOD_TIMEOUT_MS }: Pick<RequestOptions, "signal" | "timeoutMs"> = {},
  ): AsyncIterableIterator<Message> {
    return lazily(() => {
      this.#mustHold(message);
      return this.#parts.delivery.ask(this.#member, message, to, { signal, timeoutMs });
    });
  }

  reply(
    message: Message,
    content: Json,
    {
      intent = answerIntent(message.intent),
      metadata,
    }: { readonly intent?: string; readonly metadata?: Readonly<Record<string, Json>> } = {},
  ): Message {
    const options = { replyTo: message.id, metadata };
    return this.#parts.speech.make(this.#member, message.from, intent, content, options);
  }

  forward(message: Message, to: string, options: RequestOptions = {}): AsyncIterableIterator<Message> {
    return lazily(() => {
      this.#mustHold(message);
      const { delivery, speech, provenance } = this.#parts;
      const { carried, forwarded } = handedOn(message, provenance.caller(message));
      const own = speech.make(this.#member, to, message.intent, message.content, {
        replyTo: message.id,
        metadata: { ...carried, ...options.metadata },
        forwarded,
      });
      return delivery.ask(this.#member, own, to, options);
    });
  }

  async spawn(node: Node, entry: Entry = {}): Promise<Place> {
    return await this.#parts.enter(node, entry, this.#member);
  }

  async terminate(id: string): Promise<readonly string[]> {
    const own = this.#member.id;
    if (!this.#parts.roster.isBelow(id, own)) throw new NotDescendantError(own, id);
    return this.#parts.end(id);
  }

  descendants(): readonly Presence[] {
    const { roster, members } = this.#parts;
    return roster.descendants(this.#member.id).flatMap(({ id }) => {
      const member = members.get(id);
      return member === undefined ? [] : [presenceOf(member, this.#parts.addressOf(member))];
    });
  }

  async spend(amount: Partial<Spent>): Promise<void> {
    await this.#parts.spend(this.#member, amount);
  }

  left(): Budget {
    return this.#parts.roster.left(this.#member.id);
  }

  caller(message: Message): Caller {
    this.#mustHold(message);
    return this.#parts.provenance.caller(message) ?? { address: message.from };
  }

  ancestors(message: Message): readonly Message[] {
    this.#mustHold(message);
    // Whoever answers to something lets nobody else read that.
    const { threads, provenance } = this.#parts;
    return threads.ancestors(message).filter((each) => provenance.holds(this.#member, each));
  }

  who(): readonly Presence[] {
    return this.#parts.delivery
      .audience(this.#member)
      .map((member) => presenceOf(member, this.#parts.addressOf(member)));
  }

  onPresence(heard: (event: PresenceEvent) => void): () => void {
    return this.#parts.news.listen(this.#member, heard);
  }

  #mustHold(message: Message): void {
    if (!this.#parts.provenance.holds(this.#member, message)) throw new NotReceivedError(this.#member.id);
  }
}

function isUnknownAction({ intent, content }: Message): boolean {
  return intent === "error" && (content as Failure).code === "unknown-action";
}
