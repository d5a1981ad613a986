import type { Score, TrustLevel } from "@action-collective/protocol";
import { Authors } from "./authors.ts";
import { type Hearing, hear, type Supposed } from "./hearing.ts";
import type { HeldFacts } from "./held-facts.ts";
import { People } from "./people.ts";
import { lowerBound } from "./score.ts";
import { type TrustGraph, trustGraphOf } from "./trust-graph.ts";
import { Voices } from "./voices.ts";
import { type Walk, walk } from "./walk.ts";
import { Ways } from "./ways.ts";

/** Actions of which is kept what was heard: more than most peers know, about 300 bytes each. */
const ACTIONS_KEPT = 20_000;

export interface Standpoint {
  readonly facts: HeldFacts;
  readonly self: number;
  readonly statements: ReadonlyMap<number, TrustLevel>;
  readonly suggested: readonly number[];
}

/** Voices on one action that take a millisecond to hear. */
const CROWD = 1_000;

/** What scores need of a hearing. */
interface Kept extends Pick<Hearing, "standing" | "passes" | "failures" | "counts"> {
  readonly voices: number;
}

/** What this peer thinks of everything from where it stands: computed when it is asked for, and kept until it is touched. */
export class View {
  readonly standpoint: Standpoint;
  readonly people: People;
  readonly graph: TrustGraph;
  readonly walk: Walk;
  readonly voices: Voices;
  readonly authors: Authors;
  #ways: Ways | undefined;
  #now = Number.NaN;
  readonly #kept = new Map<number, Kept>();

  constructor(standpoint: Standpoint) {
    const { facts, statements, suggested, self } = standpoint;
    this.standpoint = standpoint;
    this.people = new People(facts, statements);
    const persons = [...new Set(suggested.map((peer) => this.people.person(peer)))];
    this.graph = trustGraphOf(facts, this.people, persons, this.people.person(self));
    this.walk = walk(this.graph, (person) => this.#handsOn(person));
    this.voices = new Voices(this.people, this.walk);
    const evidenceOf = (action: number, now: number) => this.#evidence(action, now);
    this.authors = new Authors({ facts, people: this.people, self, evidenceOf });
  }

  /** The same facts under other statements. */
  stating(person: number, level: TrustLevel): View {
    const statements = new Map(this.standpoint.statements).set(person, level);
    return new View({ ...this.standpoint, statements });
  }

  /** Something was learned about one action. */
  touch(action: number): void {
    this.#kept.delete(action);
    this.authors.forget(action);
  }

  /** Actions of which a key said anything. */
  *saidBy(key: number): Iterable<number> {
    const { verdicts, feedback, publications, withdrawals } = this.standpoint.facts;
    for (const table of [verdicts, feedback, publications, withdrawals])
      for (const row of table.ofFirst(key)) yield table.second(row);
  }

  /** True where nothing but its own words depends on a key: nobody is believed through it, and nobody else stands behind it. */
  standsAlone(key: number): boolean {
    const { facts, statements } = this.standpoint;
    const alone = !facts.successions.has(key) && this.people.keysOf(key).length === 1 && !statements.has(key);
    return alone && !this.isReached(key);
  }

  /** So many spoke on it when it was last heard that to hear them all takes long. */
  isCrowded(action: number): boolean {
    return (this.#kept.get(action)?.voices ?? 0) >= CROWD;
  }

  /** True where trust comes to a peer: only then it matters whom it trusts. */
  isReached(peer: number): boolean {
    return this.voices.row(peer) >= 0;
  }

  hearing(action: number, now: number, supposed?: Supposed): Hearing {
    const { facts, self } = this.standpoint;
    return hear(action, { facts, people: this.people, voices: this.voices, self, now }, supposed);
  }

  /** @param now already in steps */
  score(action: number, now: number, supposed?: Supposed): Score {
    const heard = supposed === undefined ? this.#evidence(action, now) : this.hearing(action, now, supposed);
    return { value: this.value(action, heard, now), ...heard.counts };
  }

  value(
    action: number,
    { standing, passes, failures }: Omit<Kept, "counts" | "voices">,
    now: number,
  ): number {
    if (standing === "failed") return 0;
    const [best] = this.authors.of(action, now);
    return lowerBound(passes + (best?.passes ?? 0), failures);
  }

  /** The best ways by which trust comes to a peer, persons from the first hop on; none for the discredited. */
  pathsTo(peer: number): number[][] {
    if (this.people.discredited(peer)) return [];
    this.#ways ??= new Ways(this.graph, (person) => this.#handsOn(person));
    return this.#ways.to(this.people.person(peer));
  }

  /** How much of this peer's own belief ends at a peer, 0 to 1: little while few are known, however few share it. */
  vouchedFor(peer: number): number {
    const row = this.people.discredited(peer) ? -1 : this.voices.row(peer);
    return row < 0 ? 0 : (this.walk.total[row] ?? 0);
  }

  /** A peer's share of all that is believed of others, 0 to 1. */
  shareOf(peer: number): number {
    const row = this.people.discredited(peer) ? -1 : this.voices.row(peer);
    const all = this.walk.total.reduce((sum, mass) => sum + mass, 0);
    return row < 0 || all === 0 ? 0 : (this.walk.total[row] ?? 0) / all;
  }

  /** Whoever the user distrusts may still be right about actions, but not about people. */
  #handsOn(person: number): number {
    return this.people.level(person) < 0 ? 0 : this.people.reliability(person);
  }

  #evidence(action: number, now: number): Kept {
    if (now !== this.#now) {
      this.#now = now;
      this.#kept.clear();
      this.authors.clear();
    }
    const known = this.#kept.get(action);
    if (known !== undefined) return known;
    const { standing, passes, failures, counts, heard } = this.hearing(action, now);
    const kept = { standing, passes, failures, counts, voices: heard.length };
    if (this.#kept.size >= ACTIONS_KEPT) this.#kept.clear();
    this.#kept.set(action, kept);
    return kept;
  }
}
