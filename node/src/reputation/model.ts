import type {
  ActionId,
  PeerId,
  Score,
  ScoreExplanation,
  TrustLevel,
  TrustSuggestion,
} from "@action-collective/protocol";
import type { Agreement, Counters } from "../catalogue/types.ts";
import { TokenBucket } from "../token-bucket.ts";
import type { AuthorView } from "./author-score.ts";
import { STEP_MS } from "./constants.ts";
import { explain } from "./explain.ts";
import type { AuditFact, RecordFact, StandingFact } from "./facts.ts";
import { HeldFacts } from "./held-facts.ts";
import { type Overview, type OverviewWish, overviewOf } from "./overview.ts";
import { reliability } from "./reliability.ts";
import { suggestionsFrom } from "./suggestions.ts";
import { View } from "./view.ts";

/** How far a rater is believed: 0 to 1, one half where nothing of it was audited, 0 when it is discredited. */
export interface RaterView extends Agreement {
  readonly value: number;
}

/** Share of all that this peer believes of others, 0 to 1, and the best ways by which it came: first hop to the peer. */
export interface TrustShare {
  readonly share: number;
  readonly paths: PeerId[][];
}

/**
 * Milliseconds that may go into computing anew what others say of others: at once, and per second. It takes 10 ms with
 * 10,000 peers and 0.4 s with half a million records, and anybody can say such things all the time.
 */
const RENEWING = { capacity: 1_000, perSecond: 100 };
/** The number of no action. */
const NOBODY_SPOKE = -1;
const STRANGER: RaterView = { value: reliability(0, 0), agreements: 0, disagreements: 0 };
/**
 * This peer's own view of actions, raters and authors, from facts alone: no clock, no I/O. The same facts give the same
 * scores, in whatever order they came. What concerns one action touches that action and its authors; what concerns whose word counts is
 * computed anew when somebody asks next, or a little later where others change it faster than `RENEWING`.
 */
export class ReputationModel {
  readonly #facts = new HeldFacts();
  readonly #self: number;
  readonly #statements = new Map<number, TrustLevel>();
  #suggested: readonly number[] = [];
  #view: View | undefined;
  #behind = false;
  readonly #elapsed: () => number;
  readonly #renewing: TokenBucket;

  /** @param elapsed milliseconds that never go back, for nothing but how long computing takes; where it stands still, nothing waits */
  constructor(self: PeerId, elapsed: () => number = () => 0) {
    this.#self = this.#facts.peers.of(self);
    this.#elapsed = elapsed;
    this.#renewing = new TokenBucket(RENEWING, elapsed());
  }

  /** True while answers leave out what others said of others last: to be asked again, and not to be kept. */
  get isBehind(): boolean {
    return this.#behind;
  }

  /** Takes what holds a register now: it replaces what the register held. */
  record(fact: RecordFact): void {
    const touched = this.#facts.record(fact);
    const view = this.#view;
    if (view === undefined || touched.what === "nothing") return;
    if (touched.what === "action") this.#touch(view, touched.which);
    else if (touched.what === "key") {
      for (const action of view.saidBy(touched.which)) this.#touch(view, action);
      if (!view.standsAlone(touched.which)) this.#behind = true;
    }
    // Strangers without number may vouch for one another, and nothing is computed for it.
    else if (touched.what === "trust") this.#behind ||= view.isReached(touched.which);
    else this.#behind = true;
  }

  audit(fact: AuditFact): void {
    if (this.#facts.audit(fact)) this.#view = undefined;
  }

  standing({ action, standing, strength }: StandingFact): void {
    const number = this.#facts.actions.of(action);
    const before = this.#facts.standings.get(number);
    this.#facts.standings.set(number, { standing, strength });
    // Who was right depends on what came out; how well the test guards does not.
    if (before?.standing !== standing) this.#view = undefined;
    else this.#view?.touch(number);
  }

  /** This peer's own use of an action, published or not. */
  counters(action: ActionId, counters: Counters): void {
    const number = this.#facts.actions.of(action);
    this.#facts.counters.set(number, counters);
    this.#view?.touch(number);
  }

  /** The user's own word on a peer; 0 takes it back. */
  statement(peer: PeerId, level: TrustLevel): void {
    const number = this.#facts.peers.of(peer);
    if (level === 0) this.#statements.delete(number);
    else this.#statements.set(number, level);
    this.#view = undefined;
  }

  /** Peers that the network's list names; replaces those of before. */
  suggest(peers: readonly PeerId[]): void {
    this.#suggested = peers.map((peer) => this.#facts.peers.of(peer));
    this.#view = undefined;
  }

  /** With whom the user will have nothing to do: their word counts for nothing. Asked again only when told so here. */
  shun(isShunned: (peer: PeerId) => boolean): void {
    this.#facts.shun(isShunned);
    this.#view = undefined;
  }

  /** @param now milliseconds since the epoch */
  score(action: ActionId, now: number): Score {
    const number = this.#facts.actions.find(action) ?? NOBODY_SPOKE;
    const view = this.#current();
    const began = this.#elapsed();
    const score = view.score(number, stepOf(now));
    if (view.isCrowded(number)) this.#charge(began);
    return score;
  }

  rater(peer: PeerId): RaterView {
    const number = this.#facts.peers.find(peer);
    if (number === undefined) return STRANGER;
    const { people } = this.#current();
    const { agreements, disagreements } = people.tally(people.person(number));
    return { value: people.reliability(number), agreements, disagreements };
  }

  author(peer: PeerId, now: number): AuthorView {
    const number = this.#facts.peers.find(peer);
    if (number === undefined) return { score: 0, actions: 0, good: 0, bad: 0 };
    const view = this.#current();
    return view.authors.view(view.people.person(number), stepOf(now));
  }

  trust(peer: PeerId): TrustShare {
    const number = this.#facts.peers.find(peer);
    if (number === undefined) return { share: 0, paths: [] };
    const view = this.#current();
    const paths = view.pathsTo(number).map((path) => path.map((person) => this.#facts.peers.id(person)));
    return { share: view.shareOf(number), paths };
  }

  /** How much of this peer's own belief ends at another, 0 to 1; the rest stays here. A friend has 0.03 to 0.1 of it. */
  vouchedFor(peer: PeerId): number {
    const number = this.#facts.peers.find(peer);
    return number === undefined ? 0 : this.#current().vouchedFor(number);
  }

  /** Why an action has its score, and what would change it. */
  explain(action: ActionId, now: number): Omit<ScoreExplanation, "name" | "gate"> {
    return explain(this.#current(), action, now, stepOf(now));
  }

  /** Whom to follow might be worth it; the best first. */
  suggestions(most: number, now: number): TrustSuggestion[] {
    return suggestionsFrom(this.#current(), most, stepOf(now));
  }

  /** Who says what of whom, step by step: see `overviewOf`. */
  overview(wish: OverviewWish): Generator<void, Overview> {
    return overviewOf(this.#current(), wish);
  }

  /** True when it was published, and everybody who did took it back. */
  withdrawn(action: ActionId): boolean {
    return this.#facts.withdrawn(this.#facts.actions.find(action) ?? NOBODY_SPOKE);
  }

  /** Why a peer's word counts for nothing, for people; undefined when it counts. */
  discredited(peer: PeerId): string | undefined {
    const number = this.#facts.peers.find(peer);
    if (number === undefined) return undefined;
    return this.#current().people.discredit(number);
  }

  /** The last key of whoever held this one; undefined where it has no other. */
  successor(peer: PeerId): PeerId | undefined {
    const number = this.#facts.peers.find(peer);
    if (number === undefined) return undefined;
    const person = this.#current().people.person(number);
    return person === number ? undefined : this.#facts.peers.id(person);
  }

  /** Others said something of an action. To hear a crowd takes as long as computing who is believed. */
  #touch(view: View, action: number): void {
    if (view.isCrowded(action) && this.#isSpent) this.#behind = true;
    else view.touch(action);
  }

  get #isSpent(): boolean {
    return this.#renewing.waitFor(0, this.#elapsed()) > 0;
  }

  #charge(began: number): void {
    const ended = this.#elapsed();
    this.#renewing.charge(ended - began, ended);
  }

  #current(): View {
    if (this.#view !== undefined && (!this.#behind || this.#isSpent)) return this.#view;
    const began = this.#elapsed();
    this.#view = new View({
      facts: this.#facts,
      self: this.#self,
      statements: this.#statements,
      suggested: this.#suggested,
    });
    this.#behind = false;
    this.#charge(began);
    return this.#view;
  }
}

function stepOf(now: number): number {
  return Math.floor(now / STEP_MS) * STEP_MS;
}
