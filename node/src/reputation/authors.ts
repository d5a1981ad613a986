import { type AuthorView, authorPasses, authorScore, partOf } from "./author-score.ts";
import type { HeldFacts } from "./held-facts.ts";
import type { People } from "./people.ts";
import type { Weighed } from "./score.ts";

/** Publishers of one action that may speak for it: those heard first. More would be copies, or a crowd that costs time. */
const PUBLISHERS = 64;

/** What an author adds to an action. */
export interface WeighedAuthor extends AuthorView {
  readonly person: number;
  readonly passes: number;
}

interface Authored {
  good: number;
  bad: number;
  actions: number;
  goodActions: number;
  badActions: number;
}

export interface AuthorSources {
  readonly facts: HeldFacts;
  readonly people: People;
  /** The user's peer, which needs no score of its own. */
  readonly self: number;
  /** What speaks for and against an action, without its authors. */
  evidenceOf(action: number, now: number): Weighed;
}

/** Authors by what became of their actions; what was computed is kept until it is forgotten. */
export class Authors {
  readonly #sources: AuthorSources;
  readonly #authored = new Map<number, Authored>();
  readonly #publishers = new Map<number, readonly number[]>();

  constructor(sources: AuthorSources) {
    this.#sources = sources;
  }

  /** Who publishes it, and what that adds: only the best of them does, and by its other actions. The best first. */
  of(action: number, now: number): WeighedAuthor[] {
    const { facts, people, self } = this.#sources;
    const authors = this.#publishersOf(action)
      .filter((person) => person !== people.person(self))
      .map((person) => ({ person, ...this.view(person, now, action), passes: 0 }));
    const id = (person: number) => facts.peers.id(person);
    authors.sort((a, b) => b.score - a.score || (id(a.person) < id(b.person) ? -1 : 1));
    const [best, ...others] = authors;
    return best === undefined ? [] : [{ ...best, passes: authorPasses(best.score) }, ...others];
  }

  /** @param without an action that is not to speak for its own author */
  view(person: number, now: number, without?: number): AuthorView {
    const { good, bad, actions, goodActions, badActions } = this.#authoredBy(person, now);
    const part = without === undefined ? { good: 0, bad: 0 } : this.#partOf(without, person, now);
    const score = this.#sources.people.discredited(person)
      ? 0
      : authorScore(Math.max(0, good - part.good), Math.max(0, bad - part.bad));
    return { score, actions, good: goodActions, bad: badActions };
  }

  /** Something was learned about an action, or about who publishes it. */
  forget(action: number): void {
    const { facts, people } = this.#sources;
    this.#publishers.delete(action);
    for (const row of facts.publications.ofSecond(action))
      this.#authored.delete(people.person(facts.publications.first(row)));
  }

  /** Another time has come. */
  clear(): void {
    this.#authored.clear();
  }

  #authoredBy(person: number, now: number): Authored {
    const known = this.#authored.get(person);
    if (known !== undefined) return known;
    const sum: Authored = { good: 0, bad: 0, actions: 0, goodActions: 0, badActions: 0 };
    for (const action of this.#actionsOf(person)) {
      const { passes, failures } = this.#sources.evidenceOf(action, now);
      const { good, bad } = this.#partOf(action, person, now);
      sum.good += good;
      sum.bad += bad;
      sum.actions += 1;
      if (this.#failed(action) || failures > passes) sum.badActions += 1;
      else if (passes > 0) sum.goodActions += 1;
    }
    this.#authored.set(person, sum);
    return sum;
  }

  /** Keys that handed on to this one brought their actions with them, the bad ones too. */
  #actionsOf(person: number): Set<number> {
    const { facts, people } = this.#sources;
    const found = new Set<number>();
    for (const key of people.keysOf(person))
      for (const row of facts.publications.ofFirst(key))
        if (facts.publishes(row)) found.add(facts.publications.second(row));
    return found;
  }

  /**
   * What is good about an action is the merit of whoever was first heard here to publish it; what is bad, the fault of
   * all who do. Otherwise to publish others' good actions again would make an author.
   */
  #partOf(action: number, person: number, now: number): { good: number; bad: number } {
    const { good, bad } = partOf(this.#sources.evidenceOf(action, now), this.#failed(action));
    return { good: this.#publishersOf(action)[0] === person ? good : 0, bad };
  }

  /** Persons whose publication counts, by when it was heard here: nobody can date that back. */
  #publishersOf(action: number): readonly number[] {
    const known = this.#publishers.get(action);
    if (known !== undefined) return known;
    const { facts, people } = this.#sources;
    const { publications, peers } = facts;
    const since = new Map<number, number>();
    for (const row of publications.ofSecond(action)) {
      if (!facts.publishes(row)) continue;
      const person = people.person(publications.first(row));
      const received = publications.columns.received[row] ?? 0;
      since.set(person, Math.min(received, since.get(person) ?? received));
    }
    const first = [...since].sort(([a, at], [b, then]) => at - then || (peers.id(a) < peers.id(b) ? -1 : 1));
    const persons = first.slice(0, PUBLISHERS).map(([person]) => person);
    this.#publishers.set(action, persons);
    return persons;
  }

  #failed(action: number): boolean {
    return this.#sources.facts.standings.get(action)?.standing === "failed";
  }
}
