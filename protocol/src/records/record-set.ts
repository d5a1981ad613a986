import { createHash } from "node:crypto";
import { compareBytes } from "../bytes.ts";
import type { PeerId } from "../ids.ts";
import { limits } from "../limits.ts";
import { compromiseIn, type Effect, effectOf, isCompromise, lastSuccessor, successorIn } from "./effects.ts";
import { compareRanks, equivocates, registerOf } from "./order.ts";
import type { SignedRecord, Succession } from "./types.ts";

/** What adding a record did. "rival": it lost, but shows that its author signed two records for one revision. */
export type Addition = "new" | "rival" | "known" | "older" | "limited";

export interface KeyState {
  /** Proven to have signed two records of one register and one revision. */
  readonly equivocated: boolean;
  readonly compromisedSince: number | undefined;
  readonly successor: PeerId | undefined;
}

interface Register {
  readonly winner: SignedRecord;
  /** The second highest digest of the winner's revision: evidence of equivocation. */
  readonly rival: SignedRecord | undefined;
}

interface Author {
  registers: number;
  /** Registers with a rival. */
  readonly split: Set<string>;
  readonly successions: Map<PeerId, Succession>;
}

/**
 * The state of a network (SPEC §4.11): what any set of records amounts to. It depends on the set alone, not on the order
 * or number of arrivals, because each register keeps the two highest ranks of its highest revision, and all else is
 * computed from the registers. The bound per author is the exception: beyond it, the first to come are kept.
 * No clock, no I/O; records must have been opened, which checks them.
 */
export class RecordSet {
  readonly #registers = new Map<string, Register>();
  readonly #authors = new Map<PeerId, Author>();
  /** Peers that a held proof accuses. */
  readonly #accused = new Set<PeerId>();
  readonly #perAuthor: number;

  constructor(perAuthor: number = limits.registersPerAuthor) {
    this.#perAuthor = perAuthor;
  }

  get size(): number {
    return this.#registers.size;
  }

  add(record: SignedRecord): Addition {
    const name = registerOf(record);
    const register = this.#registers.get(name);
    if (register === undefined) return this.#open(name, record);
    const { winner, rival } = register;
    const order = compareRanks(record, winner);
    if (order === 0) return "known";
    if (order > 0) {
      this.#hold(name, { winner: record, rival: equivocates(record, winner) ? winner : undefined });
      return "new";
    }
    if (!equivocates(record, winner)) return "older";
    const second = rival === undefined ? 1 : compareBytes(record.digest, rival.digest);
    if (second === 0) return "known";
    if (second < 0) return "older";
    this.#hold(name, { winner, rival: record });
    return "rival";
  }

  /** The record that holds a register, whatever it amounts to. */
  get(register: string): SignedRecord | undefined {
    return this.#registers.get(register)?.winner;
  }

  /** Both records of a register whose author signed two for one revision. */
  split(register: string): readonly [SignedRecord, SignedRecord] | undefined {
    const found = this.#registers.get(register);
    return found?.rival === undefined ? undefined : [found.winner, found.rival];
  }

  effect(record: SignedRecord): Effect {
    const { author, subject } = record;
    const withdrawal = this.get(registerOf({ author, kind: "withdrawal", subject }));
    return effectOf(record, {
      compromisedSince: this.#compromisedSince(author),
      withdrawal: withdrawal?.kind === "withdrawal" ? withdrawal : undefined,
    });
  }

  /** Every record that holds its register and counts. */
  *live(): Generator<SignedRecord> {
    for (const { winner } of this.#registers.values()) if (this.effect(winner) === "counts") yield winner;
  }

  key(peer: PeerId): KeyState {
    const author = this.#authors.get(peer);
    const compromisedSince = this.#compromisedSince(peer);
    return {
      equivocated: this.#accused.has(peer) || (author?.split.size ?? 0) > 0,
      compromisedSince,
      successor: successorIn(author?.successions.values() ?? [], compromisedSince),
    };
  }

  /** The key that speaks for this one now: itself, its last successor, or undefined when the chain is a loop. */
  heir(peer: PeerId): PeerId | undefined {
    return lastSuccessor(peer, (key) => this.key(key).successor);
  }

  /** sha2-256, in hexadecimal, of the whole state: equal exactly when two sets are in the same state. */
  fingerprint(): string {
    const hash = createHash("sha256");
    for (const name of [...this.#registers.keys()].sort()) {
      const register = this.#registers.get(name);
      hash.update(`${name} ${register?.winner.id} ${register?.rival?.id ?? ""}\n`);
    }
    return hash.digest("hex");
  }

  #open(name: string, record: SignedRecord): Addition {
    const author = this.#author(record.author);
    if (author.registers >= this.#perAuthor) return "limited";
    author.registers += 1;
    this.#hold(name, { winner: record, rival: undefined });
    return "new";
  }

  #hold(name: string, register: Register): void {
    const { winner, rival } = register;
    this.#registers.set(name, register);
    const author = this.#author(winner.author);
    if (rival === undefined) author.split.delete(name);
    else author.split.add(name);
    if (winner.kind === "equivocation") this.#accused.add(winner.subject);
    if (winner.kind === "succession" && !isCompromise(winner)) author.successions.set(winner.subject, winner);
  }

  #author(peer: PeerId): Author {
    const known = this.#authors.get(peer);
    if (known !== undefined) return known;
    const author = { registers: 0, split: new Set<string>(), successions: new Map<PeerId, Succession>() };
    this.#authors.set(peer, author);
    return author;
  }

  #compromisedSince(peer: PeerId): number | undefined {
    return compromiseIn(this.get(registerOf({ author: peer, kind: "succession", subject: peer })));
  }
}
