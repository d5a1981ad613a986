import type { ActionId, PeerId } from "@action-collective/protocol";
import type { AuditFact, RecordFact } from "../../../node/src/reputation/facts.ts";
import type { Judge } from "./judge.ts";
import type { OwnTest, OwnUse, OwnWord } from "./world.ts";

/** More pass than fail. */
const MAJORITY = 0.5;
/** As EigenTrust's authors: how far the walk returns to those trusted beforehand, and when it has converged. */
const RETURN = 0.15;
const CONVERGED = 1e-4;
const MOST_ROUNDS = 50;

type Verdicts = Map<PeerId, Map<ActionId, boolean>>;

/** What both baselines keep: who publishes what, and who passed or failed it. */
abstract class Heard implements Judge {
  readonly threshold = MAJORITY;
  protected readonly self: PeerId;
  protected readonly verdicts: Verdicts = new Map();
  readonly #raters = new Map<ActionId, Map<PeerId, boolean>>();
  readonly #publishers = new Map<ActionId, PeerId>();

  constructor(self: PeerId) {
    this.self = self;
  }

  record(fact: RecordFact): void {
    if (fact.kind === "publication") this.#publishers.set(fact.subject, fact.author);
    if (fact.kind !== "verdict" || fact.outcome === "unknown") return;
    this.#keep(fact.author, fact.subject, fact.outcome === "pass");
  }

  tested({ action, outcome }: OwnTest, _audits: readonly AuditFact[]): void {
    this.#keep(this.self, action, outcome === "pass");
  }

  used(_use: OwnUse): void {}
  said(_word: OwnWord): void {}

  /** The share of passes among verdicts, weighted by the rater; 0 where nobody speaks. */
  score(action: ActionId): number {
    const own = this.verdicts.get(this.self)?.get(action);
    if (own === false) return 0;
    let [passes, all] = [0, 0];
    for (const [rater, pass] of this.#raters.get(action) ?? []) {
      if (rater === this.#publishers.get(action)) continue;
      const weight = this.weight(rater);
      all += weight;
      if (pass) passes += weight;
    }
    return all > 0 ? passes / all : 0;
  }

  protected abstract weight(rater: PeerId): number;

  #keep(rater: PeerId, action: ActionId, pass: boolean): void {
    inner(this.verdicts, rater).set(action, pass);
    inner(this.#raters, action).set(rater, pass);
  }
}

/** The mean of everybody's verdicts. */
export class PlainAverage extends Heard {
  protected weight(): number {
    return 1;
  }
}

/**
 * Personalised EigenTrust (Kamvar, Schlosser, Garcia-Molina 2003): local trust is what a peer said of another, and how
 * often they agreed on what both tested, never below 0, normalised; the observer also knows whom it agreed with without
 * having said so. Pretrusted are those whom the observer vouched for itself, all alike.
 */
export class EigenTrust extends Heard {
  readonly #words = new Map<PeerId, Map<PeerId, number>>();
  #trust: Map<PeerId, number> | undefined;

  override record(fact: RecordFact): void {
    super.record(fact);
    this.#trust = undefined;
    if (fact.kind === "trust") inner(this.#words, fact.author).set(fact.subject, fact.level);
  }

  override tested(test: OwnTest, audits: readonly AuditFact[]): void {
    super.tested(test, audits);
    this.#trust = undefined;
  }

  override said({ peer, level }: OwnWord): void {
    inner(this.#words, this.self).set(peer, level);
    this.#trust = undefined;
  }

  protected weight(rater: PeerId): number {
    this.#trust ??= this.#converge();
    return this.#trust.get(rater) ?? 0;
  }

  #converge(): Map<PeerId, number> {
    const local = this.#local();
    const friends = [...(this.#words.get(this.self) ?? [])].filter(([, level]) => level > 0);
    const pretrusted = new Map(friends.map(([peer]) => [peer, 1 / friends.length]));
    let trust = new Map(pretrusted);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const next = new Map<PeerId, number>();
      for (const [peer, share] of pretrusted) next.set(peer, RETURN * share);
      // Who trusts nobody trusts whom the observer trusts.
      for (const [peer, mass] of trust)
        for (const [other, share] of local.get(peer) ?? pretrusted)
          next.set(other, (next.get(other) ?? 0) + (1 - RETURN) * mass * share);
      let change = 0;
      for (const peer of new Set([...trust.keys(), ...next.keys()]))
        change += Math.abs((next.get(peer) ?? 0) - (trust.get(peer) ?? 0));
      trust = next;
      if (change < CONVERGED) break;
    }
    return trust;
  }

  #local(): Map<PeerId, Map<PeerId, number>> {
    const local = new Map<PeerId, Map<PeerId, number>>();
    const speakers = new Set([this.self, ...this.#words.keys()]);
    for (const peer of speakers) {
      const said = this.#words.get(peer) ?? new Map<PeerId, number>();
      const others = peer === this.self ? new Set([...said.keys(), ...this.verdicts.keys()]) : said.keys();
      const row = new Map<PeerId, number>();
      let sum = 0;
      for (const other of others) {
        const value = Math.max(0, (said.get(other) ?? 0) + this.#agreement(peer, other));
        if (other === peer || value === 0) continue;
        row.set(other, value);
        sum += value;
      }
      if (sum > 0) local.set(peer, new Map([...row].map(([other, value]) => [other, value / sum])));
    }
    return local;
  }

  /** Agreements less disagreements on what both gave a verdict on. */
  #agreement(one: PeerId, other: PeerId): number {
    const [a, b] = [this.verdicts.get(one), this.verdicts.get(other)];
    if (a === undefined || b === undefined) return 0;
    const [fewer, more] = a.size < b.size ? [a, b] : [b, a];
    let balance = 0;
    for (const [action, pass] of fewer) {
      const said = more.get(action);
      if (said !== undefined) balance += said === pass ? 1 : -1;
    }
    return balance;
  }
}

function inner<Key, Inner, Value>(map: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<Inner, Value>();
  map.set(key, made);
  return made;
}
