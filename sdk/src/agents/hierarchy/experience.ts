import {
  type BodyOfRoute,
  cleanText,
  type ResponseOfRoute,
  type RouteName,
} from "@action-collective/protocol";
import { type Caller, type CallOptions, PeerCaller } from "../../caller.ts";
import { ActionClient } from "../../client.ts";
import type { ConnectOptions } from "../../discovery.ts";

/** Actions that an heirloom names: what one agent can look through, and one manifest can hold. */
export const MOST_INHERITED = 32;
/** Pieces of advice, and characters of each. */
export const MOST_ADVICE = 16;
export const MOST_ADVICE_CHARACTERS = 280;
/** Actions of which is counted how they went, before the best are chosen. */
const MOST_COUNTED = 1_024;

/** One action that served, as an heirloom holds it. */
export interface Served {
  readonly id: string;
  /** It was made by the predecessor, or by one before it. */
  readonly made: boolean;
  readonly runs: number;
  readonly succeeded: number;
}

/** What an heirloom holds. */
export interface Learned {
  /** Whose it was: an agent's name. */
  readonly of: string;
  /** Counted up whenever one is left; the highest is the last word. */
  readonly generation: number;
  /** The best first. */
  readonly actions: readonly Served[];
  readonly advice: readonly string[];
}

/**
 * What an agent learns while it works: which actions it made, which it ran and how that went, and what it would tell its
 * successor. It begins with what was inherited.
 */
export class Experience {
  readonly of: string;
  readonly #actions = new Map<string, { made: boolean; runs: number; succeeded: number }>();
  readonly #advice = new Set<string>();
  #generation: number;
  /** Grows with everything of weight that is learned. */
  #changes = 0;
  /** Holds all of it. */
  #heirloom: string | undefined;

  constructor(of: string, inherited?: Omit<Learned, "of"> & { readonly heirloom: string }) {
    this.of = of;
    this.#generation = inherited?.generation ?? 0;
    for (const { id, made, runs, succeeded } of inherited?.actions ?? [])
      this.#actions.set(id, { made, runs, succeeded });
    for (const text of inherited?.advice ?? []) this.advise(text);
    this.#heirloom = inherited?.heirloom;
  }

  made(id: string): void {
    const counted = this.#count(id);
    if (!counted.made) this.#changed();
    counted.made = true;
  }

  used(id: string, how: "succeeded" | "failed"): void {
    const counted = this.#count(id);
    counted.runs += 1;
    if (how === "succeeded") counted.succeeded += 1;
    // Success after success says little more; an heirloom for each would fill the peer.
    if (how === "failed" || isPowerOfTwo(counted.runs)) this.#changed();
  }

  /** A sentence for whoever comes after. The oldest makes room for it. */
  advise(text: string): void {
    const advice = cleanText(text, MOST_ADVICE_CHARACTERS - 1);
    if (!this.#advice.has(advice)) this.#changed();
    this.#advice.delete(advice);
    this.#advice.add(advice);
    const [oldest] = this.#advice;
    if (this.#advice.size > MOST_ADVICE && oldest !== undefined) this.#advice.delete(oldest);
  }

  /** What is worth leaving: what was made and not run yet, and what served more often than not. */
  learned(): Learned {
    const actions = [...this.#actions]
      .map(([id, counted]) => ({ id, ...counted }))
      .filter(({ made, runs, succeeded }) => (runs === 0 ? made : succeeded * 2 > runs))
      .sort((a, b) => b.succeeded - a.succeeded || Number(b.made) - Number(a.made) || (a.id < b.id ? -1 : 1))
      .slice(0, MOST_INHERITED);
    return { of: this.of, generation: this.#generation + 1, actions, advice: [...this.#advice] };
  }

  /**
   * Leaves what was learned; where nothing of weight was since the last time, that still holds.
   * @param keep puts it into the collective and returns its id
   * @returns undefined where there is nothing to leave
   */
  async leave(keep: (learned: Learned) => Promise<string>): Promise<string | undefined> {
    if (this.#heirloom !== undefined) return this.#heirloom;
    const learned = this.learned();
    if (learned.actions.length === 0 && learned.advice.length === 0) return undefined;
    const changes = this.#changes;
    this.#generation = learned.generation;
    const id = await keep(learned);
    if (changes === this.#changes) this.#heirloom = id;
    return id;
  }

  /** A client whose use is experience: what is made and run through it, by the agent's code or by its model. */
  client(options: ConnectOptions = {}): ActionClient {
    return new ActionClient(options, this.watching(new PeerCaller(options)));
  }

  /** The same for another caller. Only the peer's own answers count, so nobody can talk an agent into an experience. */
  watching(caller: Caller): Caller {
    const learn = (name: RouteName, body: unknown, answer: unknown) => this.#learn(name, body, answer);
    const fail = (id: string) => this.#failed(id);
    const withToken = caller.withToken?.bind(caller);
    return {
      ...(withToken && { withToken: (token: string) => this.watching(withToken(token)) }),
      async call<N extends RouteName>(
        name: N,
        ref: string,
        body: BodyOfRoute<N>,
        options: CallOptions,
      ): Promise<ResponseOfRoute<N>> {
        try {
          const answer = await caller.call(name, ref, body, options);
          learn(name, body, answer);
          return answer;
        } catch (error) {
          if (name === "run" && isItsOwnFault(error)) fail(ref);
          throw error;
        }
      },
    };
  }

  #learn(name: RouteName, body: unknown, answer: unknown): void {
    if (name === "run") this.used((answer as ResponseOfRoute<"run">).id, "succeeded");
    else if (name === "publish") {
      if (!isHeirloom(body as BodyOfRoute<"publish">)) this.made((answer as ResponseOfRoute<"publish">).id);
    } else if (name === "prove") {
      const { id, kept } = answer as ResponseOfRoute<"prove">;
      if (kept && !isHeirloom((body as BodyOfRoute<"prove">).definition)) this.made(id);
    } else if (name === "feedback" && !(body as BodyOfRoute<"feedback">).useful)
      this.used((answer as ResponseOfRoute<"feedback">).id, "failed");
  }

  /** A failed run names the action as the caller did; only what is known by that id already is counted. */
  #failed(ref: string): void {
    if (this.#actions.has(ref)) this.used(ref, "failed");
  }

  #changed(): void {
    this.#changes += 1;
    this.#heirloom = undefined;
  }

  #count(id: string): { made: boolean; runs: number; succeeded: number } {
    let counted = this.#actions.get(id);
    if (counted === undefined) {
      counted = { made: false, runs: 0, succeeded: 0 };
      this.#actions.set(id, counted);
      const [oldest] = this.#actions.keys();
      if (this.#actions.size > MOST_COUNTED && oldest !== undefined) this.#actions.delete(oldest);
    }
    return counted;
  }
}

const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count));

/** Every heirloom has this tag: what is left for a successor is no tool of one's own. */
export const HEIRLOOM_TAG = "heirloom";

function isHeirloom({ tags }: Pick<BodyOfRoute<"publish">, "tags">): boolean {
  return tags?.includes(HEIRLOOM_TAG) === true;
}

const FAULTS: ReadonlySet<unknown> = new Set([
  "verification-failed",
  "action-threw",
  "output-invalid",
  "sandbox-limit",
]);

/** Not those of whoever called it, nor of the user's policy. */
function isItsOwnFault(error: unknown): boolean {
  return error instanceof Error && "code" in error && FAULTS.has(error.code);
}
