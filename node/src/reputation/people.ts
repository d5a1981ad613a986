import { lastSuccessor, type PeerId, type TrustLevel } from "@action-collective/protocol";
import { type HeldFacts, OUTCOME } from "./held-facts.ts";
import { creditOf, informative, type Rarity, rarityOf, reliability, type Tally } from "./reliability.ts";

const NOTHING: Tally = { agreements: 0, disagreements: 0, passCredit: 0, failCredit: 0 };
const UNAUDITED = reliability(0, 0);

/**
 * Who stands behind the keys, and how far each is believed. A key that names a successor hands on what was earned with
 * it, good and bad (SPEC §4.9): both are one person, known by the last key.
 */
export class People {
  readonly #facts: HeldFacts;
  readonly #statements: ReadonlyMap<number, TrustLevel>;
  /** Keys that have a successor, and the last one. */
  readonly #persons = new Map<number, number>();
  readonly #earlier = new Map<number, number[]>();
  readonly #levels = new Map<number, TrustLevel>();
  /** Persons that were right here in a way that says something, and how often. */
  readonly earned = new Map<number, number>();
  /** Persons of whom something is known. */
  readonly #reliability = new Map<number, number>();
  readonly #tallies = new Map<number, Tally>();

  constructor(facts: HeldFacts, statements: ReadonlyMap<number, TrustLevel>) {
    this.#facts = facts;
    this.#statements = statements;
    this.#findPersons();
    this.#findLevels();
    const rarity = this.#findTallies();
    for (const person of new Set([...this.#tallies.keys(), ...this.#levels.keys()])) {
      const right = informative(this.tally(person), rarity);
      const { disagreements } = this.tally(person);
      this.#reliability.set(person, reliability(right, disagreements, this.level(person)));
      if (right > 0 && !this.discredited(person) && reliability(right, disagreements) > UNAUDITED)
        this.earned.set(person, right);
    }
  }

  /** True when any key has handed on to another. */
  get succeeded(): boolean {
    return this.#persons.size > 0;
  }

  /** The last key of whoever holds this one. */
  person(peer: number): number {
    return this.#persons.get(peer) ?? peer;
  }

  /** All keys of a person, the last one first. */
  keysOf(person: number): number[] {
    return [person, ...(this.#earlier.get(person) ?? [])];
  }

  /** What the user says of a person. */
  level(person: number): TrustLevel {
    return this.#levels.get(person) ?? 0;
  }

  get levels(): ReadonlyMap<number, TrustLevel> {
    return this.#levels;
  }

  tally(person: number): Tally {
    return this.#tallies.get(person) ?? NOTHING;
  }

  /** Key by key: what is proved of a key is not the fault of the next one. */
  discredited(peer: number): boolean {
    const { accused, compromised } = this.#facts;
    if (accused.has(peer) || compromised.has(peer) || this.#facts.isShunned(peer)) return true;
    return this.level(this.person(peer)) === -2;
  }

  /** Why a key's word counts for nothing, for people. */
  discredit(peer: number): string | undefined {
    if (!this.discredited(peer)) return undefined;
    if (this.#facts.isShunned(peer)) return "You or a list that you follow blocked it.";
    return this.#facts.proofAgainst(peer) ?? "You said that it acts in bad faith.";
  }

  /** Of the person behind a key, 0 to 1; 0 where the key is discredited. */
  reliability(peer: number): number {
    return this.discredited(peer) ? 0 : (this.#reliability.get(this.person(peer)) ?? UNAUDITED);
  }

  #findPersons(): void {
    const { peers, accused, successions } = this.#facts;
    const next = (peer: PeerId) => {
      const number = peers.of(peer);
      // A proved liar has nothing to hand on.
      const successor = accused.has(number) ? undefined : this.#facts.successor(number);
      return successor === undefined ? undefined : peers.id(successor);
    };
    for (const peer of successions.keys()) {
      const last = lastSuccessor(peers.id(peer), next);
      const person = last === undefined ? peer : peers.of(last);
      if (person === peer) continue;
      this.#persons.set(peer, person);
      const earlier = this.#earlier.get(person);
      if (earlier === undefined) this.#earlier.set(person, [peer]);
      else earlier.push(peer);
    }
  }

  /** What is said of the last key holds; else the worst that is said of an earlier one. */
  #findLevels(): void {
    // Whoever was blocked does not come back by naming a successor.
    for (const [key, person] of this.#persons) if (this.#facts.isShunned(key)) this.#levels.set(person, -2);
    for (const [peer, level] of this.#statements) {
      const person = this.person(peer);
      if (peer === person) continue;
      this.#levels.set(person, Math.min(level, this.#levels.get(person) ?? level) as TrustLevel);
    }
    for (const [peer, level] of this.#statements)
      if (peer === this.person(peer)) this.#levels.set(peer, level);
  }

  #findTallies(): Rarity {
    const { audits, standings } = this.#facts;
    const own = { passed: 0, failed: 0 };
    for (const { standing } of standings.values())
      if (standing === "passed" || standing === "failed") own[standing] += 1;
    for (let row = 0; row < audits.size; row++) {
      const standing = standings.get(audits.second(row))?.standing;
      if (standing !== "passed" && standing !== "failed") continue;
      const person = this.person(audits.first(row));
      const tally = this.#tallies.get(person) ?? { ...NOTHING };
      this.#tallies.set(person, tally);
      const saidPass = audits.columns.said[row] === OUTCOME.pass;
      if (saidPass !== (standing === "passed")) {
        tally.disagreements += 1;
        continue;
      }
      tally.agreements += 1;
      tally[saidPass ? "passCredit" : "failCredit"] += creditOf(audits.columns.repeated[row] ?? 0);
    }
    return rarityOf(own.passed, own.failed);
  }
}
