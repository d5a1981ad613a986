import type { ActionId, PeerId, Score, Standing } from "@action-collective/protocol";
import type { Agreement, Counters, Experience, Opinion } from "../catalogue/types.ts";
import { reliability, scoreAction, type WeighedFeedback, type WeighedVerdict } from "./score.ts";

/** What reputation needs to read; the catalogue provides it. */
export interface Evidence {
  standing(action: ActionId): Standing | undefined;
  publishers(action: ActionId): readonly PeerId[];
  opinions(action: ActionId): readonly Opinion[];
  experiences(action: ActionId): readonly Experience[];
  /** What this peer counted itself, published or not. */
  ownCounters(action: ActionId): Counters;
  raters(action: ActionId): readonly PeerId[];
  agreement(rater: PeerId): Agreement;
  equivocated(peer: PeerId): boolean;
}

export interface RaterView extends Agreement {
  readonly value: number;
}

/** Scores are asked for on every search hit; this many are kept until something about them changes. */
const CACHED = 20_000;

/** This peer's own view of actions and raters. Nothing here is global, and nobody else's view is asked for. */
export class Reputation {
  readonly #evidence: Evidence;
  readonly #self: PeerId;
  /** Each was computed from views that are still in `#raters`: whoever drops a view drops these too. */
  readonly #actions = new Map<ActionId, Score>();
  readonly #raters = new Map<PeerId, RaterView>();

  constructor(evidence: Evidence, self: PeerId) {
    this.#evidence = evidence;
    this.#self = self;
  }

  ofAction(action: ActionId): Score {
    const known = this.#actions.get(action);
    if (known !== undefined) return known;
    const publishers = new Set(this.#evidence.publishers(action));
    const heard = (author: PeerId) => author !== this.#self && !publishers.has(author);
    const verdicts: WeighedVerdict[] = [];
    for (const { author, outcome } of this.#evidence.opinions(action))
      if (heard(author)) verdicts.push({ outcome, reliability: this.ofRater(author).value });
    const feedback: WeighedFeedback[] = [];
    // Its own use counts whether or not it was published: counters hold both, and sooner.
    const own = this.#evidence.ownCounters(action);
    if (own.runs + own.useful + own.useless > 0) feedback.push({ ...own, reliability: 1 });
    for (const { author, ...said } of this.#evidence.experiences(action))
      if (heard(author)) feedback.push({ ...said, reliability: this.ofRater(author).value });
    const standing = this.#evidence.standing(action) ?? "pending";
    const score = scoreAction({ standing, verdicts, feedback });
    if (this.#actions.size >= CACHED) this.#actions.clear();
    this.#actions.set(action, score);
    return score;
  }

  ofRater(rater: PeerId): RaterView {
    const known = this.#raters.get(rater);
    if (known !== undefined) return known;
    const { agreements, disagreements } = this.#evidence.agreement(rater);
    const value = this.#evidence.equivocated(rater) ? 0 : reliability(agreements, disagreements);
    const view = { value, agreements, disagreements };
    if (this.#raters.size >= CACHED) {
      this.#raters.clear();
      this.#actions.clear();
    }
    this.#raters.set(rater, view);
    return view;
  }

  /** Something was learned about this action alone: who publishes it, how it served. */
  changed(action: ActionId): void {
    this.#actions.delete(action);
  }

  /** A peer gave its verdict on this action. */
  rated(action: ActionId, rater: PeerId): void {
    this.#actions.delete(action);
    this.#forget(rater);
  }

  /** This peer's own test of the action ended: whoever spoke on it was right or wrong. */
  proved(action: ActionId): void {
    this.#actions.delete(action);
    for (const rater of this.#evidence.raters(action)) this.#forget(rater);
  }

  /** Something was learned about a peer itself. It may change who counts as a publisher, too. */
  changedPeer(peer: PeerId): void {
    this.#raters.delete(peer);
    this.#actions.clear();
  }

  /** Whatever else this rater spoke on may score differently now. Nobody's view that is unknown was used for a score. */
  #forget(rater: PeerId): void {
    if (this.#raters.delete(rater)) this.#actions.clear();
  }
}
