import type { ActionId, PeerId, Score, ScoreExplanation, TrustSuggestion } from "@action-collective/protocol";
import { STEP_MS } from "./constants.ts";
import { Evidence, type Sources } from "./evidence.ts";
import { type RaterView, ReputationModel, type TrustShare } from "./model.ts";
import type { Overview, OverviewWish } from "./overview.ts";

/** Scores that are kept: several searches' candidates. */
const SCORES_CACHED = 10_000;
/** Records that are taken in between two turns of the event loop, 10 ms. */
const RECORDS_A_TURN = 2_000;

export interface ReputationParts {
  readonly catalogue: Sources;
  readonly self: PeerId;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Milliseconds that never go back; without them, no answer waits for a better moment to be computed. */
  readonly elapsed?: () => number;
}

/**
 * This peer's own view of actions, raters and authors. Nothing here is global, and nobody else's view is asked for. What
 * the catalogue holds is taken in before each answer; inside a transaction answers come from what was known before it.
 */
export class Reputation {
  readonly #model: ReputationModel;
  readonly #evidence: Evidence;
  readonly #actions: Sources["actions"];
  readonly #clock: () => number;
  readonly #scores = new Map<ActionId, Score>();
  #scoredAt = Number.NaN;
  #soon: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor({ catalogue, self, clock, elapsed }: ReputationParts) {
    this.#model = new ReputationModel(self, elapsed);
    this.#evidence = new Evidence(catalogue, this.#model, self);
    this.#actions = catalogue.actions;
    this.#clock = clock;
  }

  /** Takes in what the catalogue holds at start, and lets the event loop turn meanwhile. */
  async load(): Promise<void> {
    while (!this.#stopped && !this.#take(RECORDS_A_TURN))
      await new Promise<void>((turn) => setImmediate(turn));
  }

  /**
   * Something was written to the catalogue. It is found in any case before the next answer; told of it, reputation takes it
   * in by and by, so that no search pays for what a long catch-up brought.
   */
  soon(): void {
    if (this.#soon !== undefined || this.#stopped) return;
    this.#soon = setImmediate(() => {
      this.#soon = undefined;
      if (!this.#takeQuietly()) this.soon();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearImmediate(this.#soon);
  }

  ofAction(action: ActionId): Score {
    const model = this.#current();
    const now = this.#now();
    if (now !== this.#scoredAt) this.#scores.clear();
    this.#scoredAt = now;
    const known = this.#scores.get(action);
    if (known !== undefined) return known;
    const score = model.score(action, now);
    if (model.isBehind) return score;
    if (this.#scores.size >= SCORES_CACHED) this.#scores.clear();
    this.#scores.set(action, score);
    return score;
  }

  ofRater(peer: PeerId): RaterView {
    return this.#current().rater(peer);
  }

  ofAuthor(peer: PeerId): ReturnType<ReputationModel["author"]> {
    return this.#current().author(peer, this.#now());
  }

  /** How much of this peer's own belief ends at another, 0 to 1. */
  vouchedFor(peer: PeerId): number {
    return this.#current().vouchedFor(peer);
  }

  trustOf(peer: PeerId): TrustShare {
    return this.#current().trust(peer);
  }

  /** Why an action has its score, and what would change it. */
  explain(action: ActionId): Omit<ScoreExplanation, "name" | "gate"> {
    return { ...this.#current().explain(action, this.#now()), withdrawn: this.withdrawn(action) };
  }

  /** Whom to follow might be worth it, the best first. */
  suggestions(most: number): TrustSuggestion[] {
    return this.#current().suggestions(most, this.#now());
  }

  /** Who says what of whom, step by step: whoever asks lets the event loop turn in between. */
  overview(wish: OverviewWish): Generator<void, Overview> {
    return this.#current().overview(wish);
  }

  /** Peers that the network's list names, in place of those it named before. */
  suggest(peers: readonly PeerId[]): void {
    this.#model.suggest(peers);
    this.#scores.clear();
  }

  /** Whose word counts for nothing because the user's policy blocks them; to be told again whenever that changes. */
  shun(isShunned: (peer: PeerId) => boolean): void {
    this.#model.shun(isShunned);
    this.#scores.clear();
  }

  /** It was published, and everybody who did took it back. Nobody can take back what comes with this program. */
  withdrawn(action: ActionId): boolean {
    return this.#current().withdrawn(action) && !this.#actions.isStarter(action);
  }

  /** Why a peer's word counts for nothing, for people; undefined when it counts. */
  discredited(peer: PeerId): string | undefined {
    return this.#current().discredited(peer);
  }

  successor(peer: PeerId): PeerId | undefined {
    return this.#current().successor(peer);
  }

  #current(): ReputationModel {
    this.#take();
    return this.#model;
  }

  /** @returns false while some is left. */
  #take(most?: number): boolean {
    // Unless it says otherwise, also where it fails half way.
    let anything = true;
    try {
      const pulled = this.#evidence.pull(most);
      anything = pulled.anything;
      return pulled.complete;
    } finally {
      if (anything) this.#scores.clear();
    }
  }

  /** Nobody asked: what cannot be read now is read, or fails, when somebody does. @returns false while some is left. */
  #takeQuietly(): boolean {
    try {
      return this.#take(RECORDS_A_TURN);
    } catch {
      return true;
    }
  }

  #now(): number {
    return Math.floor(this.#clock() / STEP_MS) * STEP_MS;
  }
}
