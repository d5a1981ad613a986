import type { ActionId, Policy } from "@action-collective/protocol";
import {
  type Blocks,
  lasting,
  objections,
  type PolicyFacts,
  passing,
  type Refusal,
  type Stage,
} from "./acceptable.ts";
import { MAX_REMEMBERED_JUDGEMENTS } from "./limits.ts";

/** The rules as they are at one moment. */
export interface Rules {
  readonly policy: Policy;
  readonly blocks: Blocks;
}

/**
 * What the rules say of known actions, quickly: a search asks about thousands. What only a rule or a publisher can change is
 * remembered until one does; scores and verdicts are looked at anew each time, where a rule asks for them.
 */
export class Judgements {
  readonly #rules: () => Rules;
  readonly #factsOf: (id: ActionId) => PolicyFacts | undefined;
  /** By the stage, because a run looks past a withdrawal. */
  readonly #remembered = new Map<string, Refusal | "none">();

  constructor(rules: () => Rules, factsOf: (id: ActionId) => PolicyFacts | undefined) {
    this.#rules = rules;
    this.#factsOf = factsOf;
  }

  /** The first thing that is held against it; undefined for what is acceptable, or not known. */
  refusal(id: ActionId, stage: Stage): Refusal | undefined {
    const { policy, blocks } = this.#rules();
    const key = stage === "run" ? `run ${id}` : id;
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined && remembered !== "none") return remembered;
    if (remembered === "none" && !asksForMore(policy, stage)) return undefined;
    const facts = this.#factsOf(id);
    if (facts === undefined) return undefined;
    if (remembered === undefined) {
      const refusal = lasting(policy, blocks, facts, stage).next().value ?? undefined;
      this.#remember(key, refusal ?? "none");
      if (refusal !== undefined) return refusal;
    }
    return passing(policy, facts, stage).next().value ?? undefined;
  }

  /** All that is held against it. */
  objections(id: ActionId, stage: Stage): Refusal[] {
    const { policy, blocks } = this.#rules();
    const facts = this.#factsOf(id);
    return facts === undefined ? [] : [...objections(policy, blocks, facts, stage)];
  }

  /** Somebody published it or took it back. */
  forget(id: ActionId): void {
    this.#remembered.delete(id);
    this.#remembered.delete(`run ${id}`);
  }

  /** The rules changed, or who counts as a publisher. */
  forgetAll(): void {
    this.#remembered.clear();
  }

  #remember(key: string, refusal: Refusal | "none"): void {
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size >= MAX_REMEMBERED_JUDGEMENTS && !oldest.done)
      this.#remembered.delete(oldest.value);
    this.#remembered.set(key, refusal);
  }
}

function asksForMore({ minScore, minStrength, minVerdicts }: Policy, stage: Stage): boolean {
  return (
    stage !== "verify" && (minScore !== undefined || minStrength !== undefined || minVerdicts !== undefined)
  );
}
