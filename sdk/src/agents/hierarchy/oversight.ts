import type { Access, AuditEntry, Caller, Message } from "../types.ts";
import type { MemberStatus } from "./standing.ts";

/** A question whether a message may be handled, put to the board beside the receiving agent. */
export interface OpenQuestion extends Disposable {
  /** The board's decision, if there is one; stays unsettled otherwise, and never rejects. */
  readonly decided: Promise<boolean>;
}

/** What a ruling makes of a message; `by` names it in the audit trail. */
export interface Overruled {
  readonly access: Access | "board";
  readonly by: string;
}

/**
 * What is asked before a message is handled. A space asks `overrules` first: where it answers, that takes the place of the
 * receiver's own access policy (`board`: nobody but the board is asked). Whoever asks the receiver opens a question as well, for
 * as long as the receiver has not decided; what comes first, decides.
 */
export interface Oversight {
  overrules(message: Message): Overruled | undefined;
  /** @throws {QuestionsFullError} Nothing is decided then, so nothing is handled. */
  question(message: Message, caller: Caller): OpenQuestion;
}

/** An exchange that is not over: one message, and the answers to it. */
export interface LivingExchange {
  /** The message's. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly intent: string;
  readonly since: number;
  readonly answers: number;
}

/** What a space lets its board see and do. */
export interface Governed {
  members(): readonly MemberStatus[];
  exchanges(): readonly LivingExchange[];
  /** The oldest first; as far back as the space keeps it. */
  audit(): readonly AuditEntry[];
  /** Ends anybody, and all below, the deepest first; everything they held is released. @throws {NoSuchMemberError} */
  terminate(id: string): Promise<readonly string[]>;
  now(): number;
  /** Told what listeners threw. */
  problem(error: unknown): void;
}
