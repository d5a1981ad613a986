import { type AgentMessage, keyOfPeerId, mayTalkTo } from "@action-collective/protocol";
import { BoundedAnswers } from "./bounded-answers.ts";
import { NoSuchAgentError, NotPermittedError } from "./errors.ts";
import { ASKER_IDLE_MS, REMOTE_ANSWER_MS } from "./limits.ts";
import type { LocalPost } from "./local-post.ts";
import type { Mailboxes } from "./mailboxes.ts";
import { type Address, addressOf } from "./messages.ts";
import type { Repliable } from "./repliable.ts";
import type { Office } from "./sendings.ts";
import type { Answers, Outcome, Resident } from "./types.ts";
import type { Watchers } from "./watchers.ts";

/** The way to agents of other peers. */
export interface Abroad {
  /** Throws what keeps the letter from getting there. */
  ask(peer: string, message: AgentMessage, signal: AbortSignal): Promise<Answers>;
  /** Kept where its peer is not there now; `later` is told what became of it. Throws what keeps it from being sent or kept. */
  send(peer: string, message: AgentMessage, later: (outcome: Outcome) => void): Promise<Outcome>;
}

interface PostOfficeParts {
  readonly self: string;
  readonly local: LocalPost;
  readonly abroad: Abroad;
  readonly mailboxes: Mailboxes;
  readonly watchers: Watchers;
  readonly repliable: Repliable;
  readonly lifetime: AbortSignal;
}

/** Where a message of an agent of this peer goes: to another desk, or to another peer. */
export class PostOffice implements Office {
  readonly #parts: PostOfficeParts;

  constructor(parts: PostOfficeParts) {
    this.#parts = parts;
  }

  get self(): string {
    return this.#parts.self;
  }

  async ask(sender: Resident, message: AgentMessage, signal: AbortSignal): Promise<Answers> {
    const { self, local, abroad, watchers } = this.#parts;
    const to = this.#admit(sender, message);
    if (to.peer === self) {
      watchers.note(message, self);
      return local.ask(to, message, "all");
    }
    this.#expectReply(sender, message, to.peer);
    const answers = await abroad.ask(to.peer, message, signal);
    return new BoundedAnswers(answers, {
      answerMs: REMOTE_ANSWER_MS,
      idleMs: ASKER_IDLE_MS,
      ended: () => undefined,
    });
  }

  async send(sender: Resident, message: AgentMessage, later: (outcome: Outcome) => void): Promise<Outcome> {
    const { self, abroad } = this.#parts;
    const to = this.#admit(sender, message);
    if (to.peer === self) return await this.#sendHere(to, message);
    this.#expectReply(sender, message, to.peer);
    return await abroad.send(to.peer, message, later);
  }

  async #sendHere(to: Address, message: AgentMessage): Promise<Outcome> {
    const { self, local, mailboxes, lifetime } = this.#parts;
    const outcome = await local.deliver(to, message, "all", lifetime);
    if (outcome !== "gone") return outcome;
    if (mailboxes.keep(to.name, { peer: self, isNewcomer: false }, message)) return { status: "kept" };
    throw new NoSuchAgentError(message.to);
  }

  /** Where it goes. Throws when its sender may not have it go there, or sent all that it may. */
  #admit({ bearer }: Resident, message: AgentMessage): Address {
    const { self } = this.#parts;
    if (!mayTalkTo(bearer.privileges(), message.to)) throw new NotPermittedError(`to write to ${message.to}`);
    const to = addressOf(message.to, self);
    // What is no peer's id can never be reached.
    keyOfPeerId(to.peer);
    bearer.charge();
    return to;
  }

  /** Others find it anyway, where it is exposed. */
  #expectReply({ name, exposed }: Resident, { id }: AgentMessage, peer: string): void {
    if (!exposed) this.#parts.repliable.note({ name, peer, id });
  }
}
