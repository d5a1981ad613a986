import type { ActionId, PeerId, RecordOf, Score, Standing } from "@action-collective/protocol";
import { reliability, scoreAction, type WeighedFeedback, type WeighedVerdict } from "./score.ts";

/** What reputation needs to read; the catalogue's testimony provides it. */
export interface Evidence {
  standing(action: ActionId): Standing | undefined;
  publishers(action: ActionId): readonly PeerId[];
  verdicts(action: ActionId): readonly RecordOf<"verdict">[];
  raters(action: ActionId): readonly PeerId[];
  feedback(action: ActionId): readonly RecordOf<"feedback">[];
  verdictsBy(author: PeerId): readonly RecordOf<"verdict">[];
  equivocated(peer: PeerId): boolean;
}

export interface RaterView {
  readonly value: number;
  readonly agreements: number;
  readonly disagreements: number;
}

/** Scores are asked for on every search hit; this many are kept until something about them changes. */
const CACHED = 20_000;

/** This peer's own view of actions and raters. Nothing here is global, and nobody else's view is asked for. */
export class Reputation {
  readonly #evidence: Evidence;
  readonly #self: PeerId;
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
    const verdicts: WeighedVerdict[] = [];
    for (const { author, body } of this.#evidence.verdicts(action)) {
      if (author === this.#self || publishers.has(author)) continue;
      verdicts.push({ outcome: body.outcome, reliability: this.ofRater(author).value });
    }
    const feedback: WeighedFeedback[] = [];
    for (const { author, body } of this.#evidence.feedback(action)) {
      if (publishers.has(author) && author !== this.#self) continue;
      feedback.push({ ...body, reliability: author === this.#self ? 1 : this.ofRater(author).value });
    }
    const standing = this.#evidence.standing(action) ?? "pending";
    return remember(this.#actions, action, scoreAction({ standing, verdicts, feedback }));
  }

  ofRater(rater: PeerId): RaterView {
    const known = this.#raters.get(rater);
    if (known !== undefined) return known;
    let agreements = 0;
    let disagreements = 0;
    for (const { subject, body } of this.#evidence.verdictsBy(rater)) {
      const mine = this.#evidence.standing(subject);
      if (body.outcome === "unknown" || (mine !== "passed" && mine !== "failed")) continue;
      if ((mine === "passed") === (body.outcome === "pass")) agreements += 1;
      else disagreements += 1;
    }
    const value = this.#evidence.equivocated(rater) ? 0 : reliability(agreements, disagreements);
    return remember(this.#raters, rater, { value, agreements, disagreements });
  }

  /** Something was learned about this action, and with it about everybody who spoke on it. */
  changed(action: ActionId): void {
    this.#actions.delete(action);
    for (const rater of this.#evidence.raters(action)) this.#raters.delete(rater);
  }

  /** Something was learned about a peer; whatever it spoke on may score differently now. */
  changedPeer(peer: PeerId): void {
    this.#raters.delete(peer);
    this.#actions.clear();
  }
}

function remember<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value): Value {
  if (cache.size >= CACHED) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(key, value);
  return value;
}
