import type { AuditEntry, Caller, Message } from "../types.ts";
import type { Governed, LivingExchange, OpenQuestion, Overruled, Oversight } from "./oversight.ts";
import { type PendingQuestion, Questions } from "./questions.ts";
import { type Ruling, Rulings, type StandingRuling } from "./rulings.ts";
import type { MemberStatus } from "./standing.ts";

/** All that there is to see of a space, at one moment. */
export interface BoardStatus {
  readonly at: number;
  /** The board first, then level by level. */
  readonly members: readonly MemberStatus[];
  readonly exchanges: readonly LivingExchange[];
  readonly questions: readonly PendingQuestion[];
  readonly rulings: readonly StandingRuling[];
  /** The oldest first. */
  readonly audit: readonly AuditEntry[];
}

/**
 * Level 0: the owner of a space, who sees everything in it and may override what agents decide. Members have no way to it. What
 * it cannot do is give a member more than the member entered with: privileges are fixed for the board too.
 */
export class Board implements Oversight {
  readonly #space: Governed;
  readonly #questions: Questions;
  readonly #rulings = new Rulings();

  constructor(space: Governed) {
    this.#space = space;
    this.#questions = new Questions((error) => space.problem(error));
  }

  status(): BoardStatus {
    return {
      at: this.#space.now(),
      members: this.#space.members(),
      exchanges: this.#space.exchanges(),
      questions: this.pending(),
      rulings: this.rulings(),
      audit: this.#space.audit(),
    };
  }

  /** Messages that wait for a permission, the oldest first. */
  pending(): readonly PendingQuestion[] {
    return this.#questions.list();
  }

  /** Told of each question as it is asked, from now on; the function ends it. */
  onQuestion(heard: (question: PendingQuestion) => void): () => void {
    return this.#questions.onQuestion(heard);
  }

  /** Decides in the receiver's stead, whatever that one would say afterwards. @throws {NoSuchQuestionError} */
  decide(id: string, yes: boolean): void {
    this.#questions.decide(id, yes);
  }

  /**
   * Decides for all messages that fit, from now on, in either direction; the latest that fits is in force. Returns its id.
   * @throws {InvalidRulingError | RulingsFullError}
   */
  rule(ruling: Ruling): string {
    return this.#rulings.add(ruling);
  }

  /** Takes a ruling back; whether there was one. */
  unrule(id: string): boolean {
    return this.#rulings.remove(id);
  }

  rulings(): readonly StandingRuling[] {
    return this.#rulings.list();
  }

  /**
   * Ends anybody, and all below that one, the deepest first; returns who is gone.
   * @throws {NoSuchMemberError}
   */
  async terminate(id: string): Promise<readonly string[]> {
    return await this.#space.terminate(id);
  }

  /** For the space: see `Oversight`. */
  overrules(message: Message): Overruled | undefined {
    return this.#rulings.overrules(message);
  }

  /** For the space: see `Oversight`. */
  question(message: Message, caller: Caller): OpenQuestion {
    return this.#questions.open(message, caller, this.#space.now());
  }
}
