import type { Json } from "@action-collective/protocol";
import { Agent } from "../agent.ts";
import type { ActionContext, ActionSpecs, Message } from "../types.ts";
import {
  acceptSchema,
  type Call,
  CONTRACT_NET,
  callSchema,
  type Reason,
  reasonSchema,
} from "./contract-words.ts";
import { NoSuchProposalError } from "./errors.ts";
import { patternLimits } from "./limits.ts";

interface OpenProposal {
  readonly from: string;
  readonly task: Json;
  readonly terms: Json;
  readonly until: number;
}

/** Why a contractor does not propose. */
export class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Takes part in a Contract Net: answers calls with the terms of `propose` or a refusal, and does what was proposed once it is
 * accepted. A proposal binds towards the one it was made to, and is accepted at most once.
 */
export abstract class Contractor extends Agent {
  static override readonly actions: ActionSpecs = {
    callForProposals: {
      name: CONTRACT_NET.call,
      description: "Answers with a proposal for a task, or refuses it.",
      input: callSchema,
    },
    acceptProposal: {
      name: CONTRACT_NET.accept,
      description: "Does what it proposed, and answers with the result.",
      input: acceptSchema,
    },
    rejectProposal: {
      name: CONTRACT_NET.reject,
      description: "Takes its proposal back.",
      input: reasonSchema,
    },
  };

  readonly #open = new Map<string, OpenProposal>();
  readonly #clock: () => number;

  constructor(id?: string, { clock = Date.now }: { readonly clock?: () => number } = {}) {
    super(id);
    this.#clock = clock;
  }

  /** The terms on which it would do the task, or why it would not. */
  protected abstract propose(task: Json, context: ActionContext): Json | Refusal | Promise<Json | Refusal>;

  /** Does the task on these terms; what it throws is told as the failure. */
  protected abstract perform(task: Json, terms: Json, context: ActionContext): Json | Promise<Json>;

  async callForProposals({ call, task, replyBy }: Call, context: ActionContext): Promise<Message> {
    const { message, signal } = context;
    this.#forgetLapsed();
    const terms = this.#hasRoom(message.from)
      ? await this.propose(task, context)
      : new Refusal("too many proposals are open");
    // After the deadline nobody waits: nothing binds that was not heard.
    signal.throwIfAborted();
    if (terms instanceof Refusal)
      return this.place.reply(message, { call, reason: terms.reason }, { intent: CONTRACT_NET.refuse });
    const until = Math.min(replyBy, this.#clock() + patternLimits.bindingMs) + patternLimits.bindingMs;
    this.#open.set(keyOf(message, call), { from: message.from, task, terms, until });
    return this.place.reply(message, { call, terms }, { intent: CONTRACT_NET.propose });
  }

  async acceptProposal({ call }: { readonly call: string }, context: ActionContext): Promise<Json> {
    this.#forgetLapsed();
    const key = keyOf(context.message, call);
    const open = this.#open.get(key);
    if (open === undefined) throw new NoSuchProposalError(call);
    this.#open.delete(key);
    return await this.perform(open.task, open.terms, context);
  }

  rejectProposal({ call }: Reason, { message }: ActionContext): void {
    this.#open.delete(keyOf(message, call));
  }

  /** Proposals that wait for a decision. */
  get openProposals(): number {
    return this.#open.size;
  }

  #hasRoom(caller: string): boolean {
    const theirs = [...this.#open.values()].filter(({ from }) => from === caller).length;
    return this.#open.size < patternLimits.openProposals && theirs < patternLimits.openProposalsOfOne;
  }

  #forgetLapsed(): void {
    const now = this.#clock();
    for (const [key, { until }] of this.#open) if (until <= now) this.#open.delete(key);
  }
}

/** Whoever calls can accept and reject only what was proposed to itself. */
function keyOf({ from }: Message, call: string): string {
  return JSON.stringify([from, call]);
}
