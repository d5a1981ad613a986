import type { ActionId, PeerId, Score, Standing } from "@action-collective/protocol";
import type { Agreement, Counters, Experience, Opinion } from "../catalogue/types.ts";
import { reliability, scoreAction, type WeighedFeedback, type WeighedVerdict } from "./score.ts";

/** What reputation needs to read; the catalogue provides it. */
export interface Evidence {
  standing(action: ActionId): Standing | undefined;
  /** Share of mutants that its unit test noticed here, 0 to 1. */
  strength(action: ActionId): number | undefined;
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

/** What was said of this many actions is kept, several searches' candidates; at 256 voices of each kind about 80 MB. */
const ACTIONS_CACHED = 2_000;
const RATERS_CACHED = 20_000;

/** What was read about one action: who said what, not yet weighed. */
interface Heard {
  readonly standing: Standing;
  readonly own: Counters;
  readonly strength: number | undefined;
  readonly opinions: readonly Opinion[];
  readonly experiences: readonly Experience[];
}

/**
 * This peer's own view of actions and raters. Nothing here is global, and nobody else's view is asked for. What is read
 * is kept until it changes; the score is computed anew from it, so that a rater's standing never lags behind.
 */
export class Reputation {
  readonly #evidence: Evidence;
  readonly #self: PeerId;
  readonly #actions = new Map<ActionId, Heard>();
  readonly #raters = new Map<PeerId, RaterView>();

  constructor(evidence: Evidence, self: PeerId) {
    this.#evidence = evidence;
    this.#self = self;
  }

  ofAction(action: ActionId): Score {
    const { standing, strength, own, opinions, experiences } = this.#heard(action);
    const verdicts: WeighedVerdict[] = [];
    for (const { author, outcome } of opinions)
      verdicts.push({ outcome, reliability: this.ofRater(author).value });
    const feedback: WeighedFeedback[] = [];
    if (own.runs + own.useful + own.useless > 0) feedback.push({ ...own, reliability: 1 });
    for (const { author, runs, succeeded, useful, useless } of experiences)
      feedback.push({ runs, succeeded, useful, useless, reliability: this.ofRater(author).value });
    return scoreAction({ standing, strength, verdicts, feedback });
  }

  ofRater(rater: PeerId): RaterView {
    const known = this.#raters.get(rater);
    if (known !== undefined) return known;
    const { agreements, disagreements } = this.#evidence.agreement(rater);
    const value = this.#evidence.equivocated(rater) ? 0 : reliability(agreements, disagreements);
    return remember(this.#raters, rater, { value, agreements, disagreements }, RATERS_CACHED);
  }

  /** Something was learned about this action: who publishes it, how it served. */
  changed(action: ActionId): void {
    this.#actions.delete(action);
  }

  /** A peer gave its verdict on this action. */
  rated(action: ActionId, rater: PeerId): void {
    this.#actions.delete(action);
    this.#raters.delete(rater);
  }

  /** This peer's own test of the action ended: whoever gave a verdict on it was right or wrong. */
  proved(action: ActionId): void {
    this.#actions.delete(action);
    for (const rater of this.#evidence.raters(action)) this.#raters.delete(rater);
  }

  /** Something was learned about a peer itself: it may no longer count, wherever it spoke. */
  changedPeer(peer: PeerId): void {
    this.#raters.delete(peer);
    this.#actions.clear();
  }

  /** Publishers' praise of their own action says nothing; this peer's own word is its standing and its counters. */
  #heard(action: ActionId): Heard {
    const known = this.#actions.get(action);
    if (known !== undefined) return known;
    const opinions = this.#evidence.opinions(action);
    const experiences = this.#evidence.experiences(action);
    // Who publishes it matters only where somebody spoke.
    const spoken = opinions.length + experiences.length > 0;
    const silent = new Set(spoken ? [...this.#evidence.publishers(action), this.#self] : []);
    const heard: Heard = {
      standing: this.#evidence.standing(action) ?? "pending",
      strength: this.#evidence.strength(action),
      own: this.#evidence.ownCounters(action),
      opinions: opinions.filter(({ author }) => !silent.has(author)),
      experiences: experiences.filter(({ author }) => !silent.has(author)),
    };
    return remember(this.#actions, action, heard, ACTIONS_CACHED);
  }
}

function remember<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value, most: number): Value {
  if (cache.size >= most) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(key, value);
  return value;
}
