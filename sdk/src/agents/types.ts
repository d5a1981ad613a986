import type {
  AgentMessage,
  Budget,
  Json,
  Privileges,
  PrivilegesWish,
  Spent,
} from "@action-collective/protocol";
import type { OpenQuestion, Overruled } from "./hierarchy/oversight.ts";

/**
 * What agents say to each other: a plain, frozen value. `from` is stamped by whoever delivers it, never by the sender. Intents
 * are names of actions: `receive` hands a message to the action of that name, with `content` as its input.
 */
export type Message<Content extends Json = Json, Intent extends string = string> = Readonly<
  Omit<AgentMessage, "content" | "intent">
> & {
  readonly intent: Intent;
  readonly content: Content;
};

/** The intents that every agent may have methods for, without declaring them; all others are one's own. */
export const INTENTS = ["chat", "request", "query", "inform", "proxy", "step", "be", "do"] as const;
export type StandardIntent = (typeof INTENTS)[number];

/** What the answers of a space itself are called. */
export type AnswerIntent = "chat" | "inform" | "error";

/** Content of an `error`: what went wrong, and a way out. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  readonly [more: string]: Json | undefined;
}

/** What comes with a message. */
export interface Receiving {
  /** Aborts when nobody waits for the answers any more. Between two answers, a stream is ended by its `return`. */
  readonly signal: AbortSignal;
  /** How a node that decides about messages hears the board and tells the space; absent outside one. */
  readonly hearing?: Hearing;
}

/** What a space knows of one message that it delivers, and what the node that takes it tells the space of its decision. */
export interface Hearing {
  readonly caller: Caller;
  /** The board's standing word on such messages, in place of the receiver's own access. What it denies does not come here. */
  readonly overruled?: Overruled;
  /** Puts the question to the board as well, until it is disposed of. */
  question(): OpenQuestion;
  /** For the audit trail; what is told last counts. */
  decided(decision: Decision, by: string): void;
}

/** Everything is a node: agents, people, networks of nodes, agents of other peers. */
export interface Node {
  readonly id: string;
  /** A lazy stream: nothing of it happens before it is asked for, and no more than is asked for. */
  receive(message: Message, receiving?: Receiving): AsyncIterable<Message>;
  /** It is in a space now. What it throws keeps it out. */
  joined?(place: Place): void | Promise<void>;
  /** It is about to leave; the place works for the last time. */
  leaving?(): void | Promise<void>;
  /** Answers to messages that were sent without waiting for them. */
  answered?(message: Message): void | Promise<void>;
  /** What it says of itself in discovery; left out, only its name is known. */
  describe?(): readonly ActionHelp[];
  /** Somebody that it may be linked to is gone. */
  forget?(node: Node): void;
}

/** An edge: it points to a node and says something of it. */
export interface Link {
  readonly to: Node;
  readonly metadata: Readonly<Record<string, Json>>;
}

/** One action of an agent as others see it: the form of an action's card. A `help` given whole replaces all of it. */
export interface ActionHelp {
  readonly name: string;
  readonly description?: string;
  /** JSON Schemas of the content it takes and of each of its answers. */
  readonly input?: Json;
  readonly output?: Json;
  /** It may answer more than once. */
  readonly streams?: boolean;
  readonly access?: Access;
  readonly [more: string]: Json | undefined;
}

/** `requested`: the receiving agent's `requestPermission` decides about each message. */
export type Access = "permitted" | "denied" | "requested";

/** Who sends, as the space knows it. */
export interface Caller {
  /** As in `from`. */
  readonly address: string;
  /** Undefined for an agent of another peer: what that one may do is its own peer's affair. */
  readonly privileges?: Privileges;
  readonly role?: string;
  /** 0: the board. */
  readonly level?: number;
  /** The peer it speaks from, when that is another one: its text is a stranger's. */
  readonly peer?: string;
}

/** A finer rule; the first that fits decides, else the action's `access`. What is left out fits everything. */
export interface AccessRule {
  /** Addresses (`name`, `name@PeerId`, `*@PeerId`, `*` for everybody of this space). */
  readonly from?: readonly string[];
  readonly roles?: readonly string[];
  /** No further from the board than this. */
  readonly levelAtMost?: number;
  /** Values at paths (`a.b.0`) of the content: each must be one of those given. */
  readonly content?: Readonly<Record<string, readonly Json[]>>;
  /** The caller must have all of this itself; a stranger has none. */
  readonly holds?: PrivilegesWish;
  readonly when?: (message: Message, caller: Caller) => boolean;
  readonly access: Access;
}

/** How a method is an action. */
export interface ActionSpec {
  /** What it is called by; the method's name unless given. */
  readonly name?: string;
  /** `permitted` by default. */
  readonly access?: Access;
  readonly rules?: readonly AccessRule[];
  /** Replaces the help that is generated, wholly. */
  readonly help?: Readonly<Record<string, Json>>;
  /** JSON Schemas, where no help is generated; content is checked against `input` before anything is called. */
  readonly input?: Json;
  readonly output?: Json;
  readonly description?: string;
  /** Most that a method may take until its next answer, in milliseconds; 600,000 by default. */
  readonly timeoutMs?: number;
  /** Most that `requestPermission` may take, in milliseconds; 30,000 by default. Later is no. */
  readonly permissionTimeoutMs?: number;
}

/** The actions of an agent, by method; standard intents need none. */
export type ActionSpecs = Readonly<Record<string, ActionSpec>>;

/** What a method gets beside the content. */
export interface ActionContext extends Receiving {
  readonly message: Message;
  readonly caller: Caller;
}

/** How a message's handling ended, for `after`. */
export interface Outcome {
  readonly status: "answered" | "failed" | "cancelled" | "timed-out";
  readonly answers: number;
  readonly error?: unknown;
}

export interface SendOptions {
  readonly replyTo?: string | undefined;
  readonly metadata?: Readonly<Record<string, Json>> | undefined;
}

export interface RequestOptions extends SendOptions {
  /** Until the (next) answer; 60,000 ms by default. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An intent whose content and answers have types and are checked on both ways: made by `intent()`. */
export interface TypedIntent<Content extends Json, Answer extends Json> {
  readonly name: string;
  readonly parseContent: (value: unknown) => Content;
  readonly parseAnswer: (value: unknown) => Answer;
}

/** An answer to a broadcast of a typed intent: errors are answers there. All but those have the content that was promised. */
export type TypedAnswer<Answer extends Json> =
  | Message<Answer, Exclude<AnswerIntent, "error">>
  | Message<Json, "error">;

export interface OneWayOptions extends SendOptions {
  /** To `*`: to oneself as well. */
  readonly toSelf?: boolean;
  /**
   * Told of each receipt: of the one that `Sent` has, and, where that says `kept` because the other peer was away, of a later one.
   * None comes once the connection to the own peer is lost.
   */
  readonly onReceipt?: (receipt: Receipt) => void;
}

/** What became of a one-way message. */
export interface Receipt {
  readonly id: string;
  readonly status: "delivered" | "kept" | "refused" | "lost";
  readonly code?: string;
  readonly message?: string;
  readonly at: number;
}

/** A message on its way: its id at once, its receipt when it is known. */
export interface Sent {
  readonly id: string;
  readonly receipt: Promise<Receipt>;
}

/** One's own place in a space: all that a node can do there, under its own name and within its own privileges. */
export interface Place {
  readonly id: string;
  /** Its id, or its id and the peer's where the space is connected and it is exposed. */
  readonly address: string;
  readonly privileges: Privileges;
  readonly level: number;
  readonly role?: string | undefined;
  /** The capability token for this peer's API, where the space is connected to one. */
  readonly token?: string | undefined;
  /** Aborts when the node leaves or the space closes. */
  readonly signal: AbortSignal;

  /**
   * Sends and does not wait; answers come to `answered`. To `*`, it goes to everybody but oneself (see `toSelf`).
   * @throws {InvalidMessageError}
   */
  send<Content extends Json>(
    to: string,
    intent: TypedIntent<Content, Json>,
    content: Content,
    options?: OneWayOptions,
  ): Sent;
  send(to: string, intent: string, content: Json, options?: OneWayOptions): Sent;
  /**
   * The content of the first answer.
   * @throws {RequestTimeoutError | RemoteFailureError | NoAnswerError | NotDeliveredError}
   */
  request<Content extends Json, Answer extends Json>(
    to: string,
    intent: TypedIntent<Content, Answer>,
    content: Content,
    options?: RequestOptions,
  ): Promise<Answer>;
  request(to: string, intent: string, content: Json, options?: RequestOptions): Promise<Json>;
  /**
   * All answers, one at a time as they are asked for. An `error` is thrown as `RemoteFailureError`; of those to `*` and `*@PeerId`,
   * errors are answers, as with `broadcast`.
   */
  stream<Content extends Json, Answer extends Json>(
    to: string,
    intent: TypedIntent<Content, Answer>,
    content: Content,
    options?: RequestOptions,
  ): AsyncIterable<Message<Answer>>;
  stream(to: string, intent: string, content: Json, options?: RequestOptions): AsyncIterable<Message>;
  /**
   * Everybody's answers to one message, as they come. Who has no such action is silent; errors are answers here, and so is one in
   * place of an answer that a typed intent does not promise.
   */
  broadcast<Content extends Json, Answer extends Json>(
    intent: TypedIntent<Content, Answer>,
    content: Content,
    options?: RequestOptions,
  ): AsyncIterable<TypedAnswer<Answer>>;
  broadcast(intent: string, content: Json, options?: RequestOptions): AsyncIterable<Message>;
  /** Hands a message that it received, as it is, to another node; `from` stays the speaker's. It may take as long as a method may. */
  pass(
    message: Message,
    to: Node | string,
    options?: Pick<RequestOptions, "signal" | "timeoutMs">,
  ): AsyncIterable<Message>;
  /** A message of one's own that answers `message`. */
  reply(
    message: Message,
    content: Json,
    options?: { readonly intent?: string; readonly metadata?: Readonly<Record<string, Json>> },
  ): Message;
  /** A message of one's own with the same content; `metadata.forwarded` says where it came from, and first came from. */
  forward(message: Message, to: string, receiving?: RequestOptions): AsyncIterable<Message>;

  /**
   * Lets an agent in that is this one's own: exactly one level below it, with no more than a part of its privileges, fixed from
   * then on. @throws {PrivilegeError | AgentNameTakenError}
   */
  spawn(node: Node, entry?: Entry): Promise<Place>;
  /**
   * Ends one of those below, and all below that, the deepest first; everything they held is released. Returns who is gone.
   * @throws {NotDescendantError} for anybody else, oneself included.
   */
  terminate(id: string): Promise<readonly string[]>;
  /** All below, nearest first. */
  descendants(): readonly Presence[];
  /** Counts against its budget and everybody's above it. @throws {BudgetSpentError} and then counts nothing. */
  spend(amount: Partial<Spent>): Promise<void>;
  /**
   * What is left of the nearest bound of each kind, as far as the space counts: its messages, and what was told to `spend`. Runs are
   * counted by the peer: `client.withToken(place.token).capabilities()` says what they used up.
   */
  left(): Budget;

  /** Who said this, as the space knows it. @throws {NotReceivedError} for what was not delivered to this node. */
  caller(message: Message): Caller;
  /** Messages that led to this one, of those it sent or received, the oldest first; at most 12. @throws {NotReceivedError} */
  ancestors(message: Message): readonly Message[];
  /** Who is here, and what they can do. */
  who(): readonly Presence[];
  /**
   * Told whenever somebody comes or goes, from now on; the function ends it. Of other peers, those are told of that were asked for
   * help with `*@PeerId` within the last hour.
   */
  onPresence(heard: (event: PresenceEvent) => void): () => void;
}

/** Somebody in a space. */
export interface Presence {
  readonly id: string;
  readonly address: string;
  readonly role?: string;
  /** Unknown of one of another peer. */
  readonly level?: number;
  readonly help: readonly ActionHelp[];
}

export type PresenceEvent =
  | { readonly kind: "joined"; readonly who: Presence }
  | { readonly kind: "left"; readonly who: Presence };

/**
 * How an agent is let in. Left out, it has all that its creator has, one level less. That is a bound and reserves nothing: of as
 * many agents as the board may have (1,024), one executive may create all, where its own `agents` is not lower.
 */
export interface Entry {
  readonly privileges?: PrivilegesWish | undefined;
  readonly role?: string | undefined;
  /** Reachable from other peers, where the space is connected to one; never by default. */
  readonly expose?: boolean | undefined;
}

/** `undelivered`: the sender may not write to it, or its budget is spent. `unknown`: there is no such action, or agent. */
export type Decision =
  | "permitted"
  | "denied"
  | "asked-yes"
  | "asked-no"
  | "undelivered"
  | "unknown"
  | "overridden";

/** Who decided that a message may be handled, and how it ended: the audit trail. */
export interface AuditEntry {
  readonly at: number;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly intent: string;
  readonly decision: Decision;
  /** What decided: an action's access, a rule (by its place), a privilege, the board. */
  readonly by: string;
  readonly outcome?: "answered" | "failed" | "cancelled" | "timed-out";
  readonly answers?: number;
  readonly durationMs?: number;
}
