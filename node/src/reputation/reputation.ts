import type { ActionId, PeerId, Score, SignedRecord, Standing } from "@action-collective/protocol";
import { type WeighedFeedback, type WeighedVerdict, reliability, scoreAction } from "./score.ts";

/** What reputation needs to read; the catalogue's shell provides it. */
export interface Testimony {
  standing(action: ActionId): Standing | undefined;
  publishers(action: ActionId): readonly PeerId[];
  verdicts(action: ActionId): readonly SignedRecord[];
  feedback(action: ActionId): readonly SignedRecord[];
  verdictsBy(author: PeerId): readonly SignedRecord[];
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
  readonly #testimony: Testimony;
  readonly #self: PeerId;
  readonly #actions = new Map<ActionId, Score>();
  readonly #raters = new Map<PeerId, RaterView>();

  constructor(testimony: Testimony, self: PeerId) {
    this.#testimony = testimony;
    this.#self = self;
  }

  ofAction(action: ActionId): Score {
    const known = this.#actions.get(action);
    if (known !== undefined) return known;
    const publishers = new Set(this.#testimony.publishers(action));
    const verdicts: WeighedVerdict[] = [];
    for (const record of this.#testimony.verdicts(action)) {
      if (record.kind !== "verdict" || record.author === this.#self || publishers.has(record.author)) continue;
      verdicts.push({ outcome: record.body.outcome, reliability: this.ofRater(record.author).value });
    }
    const feedback: WeighedFeedback[] = [];
    for (const record of this.#testimony.feedback(action)) {
      if (record.kind !== "feedback" || (publishers.has(record.author) && record.author !== this.#self)) continue;
      const trust = record.author === this.#self ? 1 : this.ofRater(record.author).value;
      feedback.push({ ...record.body, reliability: trust });
    }
    const standing = this.#testimony.standing(action) ?? "pending";
    return remember(this.#actions, action, scoreAction({ standing, verdicts, feedback }));
  }

  ofRater(rater: PeerId): RaterView {
    const known = this.#raters.get(rater);
    if (known !== undefined) return known;
    let agreements = 0;
    let disagreements = 0;
    for (const record of this.#testimony.verdictsBy(rater)) {
      if (record.kind !== "verdict" || record.body.outcome === "unknown") continue;
      const mine = this.#testimony.standing(record.subject);
      if (mine !== "passed" && mine !== "failed") continue;
      if ((mine === "passed") === (record.body.outcome === "pass")) agreements += 1;
      else disagreements += 1;
    }
    return remember(this.#raters, rater, { value: reliability(agreements, disagreements), agreements, disagreements });
  }

  /** Something was learned about this action, and with it about everybody who spoke on it. */
  changed(action: ActionId): void {
    this.#actions.delete(action);
    for (const record of this.#testimony.verdicts(action)) this.#raters.delete(record.author);
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
