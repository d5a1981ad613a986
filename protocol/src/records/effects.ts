import type { PeerId } from "../ids.ts";
import { limits } from "../limits.ts";
import type { SignedRecord, Succession, Withdrawal } from "./types.ts";

/** What a record that holds its register amounts to (SPEC §4.11). */
export type Effect = "counts" | "void" | "withdrawn";

export interface Circumstances {
  /** Since when the author's key is declared compromised, if it is. */
  readonly compromisedSince: number | undefined;
  /** The author's withdrawal of the same action, if one holds its register. */
  readonly withdrawal: Withdrawal | undefined;
}

/** Pure. Works on whatever storage holds the registers. */
export function effectOf(record: SignedRecord, { compromisedSince, withdrawal }: Circumstances): Effect {
  if (isVoid(record, compromisedSince)) return "void";
  if (record.kind !== "publication" || withdrawal === undefined) return "counts";
  const withdrawn = !isVoid(withdrawal, compromisedSince) && withdrawal.body.upTo >= record.revision;
  return withdrawn ? "withdrawn" : "counts";
}

/**
 * What a compromised key signed from then on does not count. Two things do: the declaration itself, and a proof of
 * equivocation, which stands whoever carries it.
 */
export function isVoid(record: SignedRecord, compromisedSince: number | undefined): boolean {
  if (compromisedSince === undefined || record.kind === "equivocation" || isCompromise(record)) return false;
  return record.created >= compromisedSince;
}

/** True for "my key is compromised", false for "that key succeeds mine". */
export function isCompromise(record: SignedRecord): boolean {
  return record.kind === "succession" && record.subject === record.author;
}

/** Since when a key is compromised, by the record that holds its register (key, succession, key). */
export function compromiseIn(declaration: SignedRecord | undefined): number | undefined {
  if (declaration?.kind !== "succession" || !("compromisedSince" in declaration.body)) return undefined;
  return declaration.body.compromisedSince;
}

/** The one successor that a key's successions name; none when they name two, for then nobody can tell who is right. */
export function successorIn(
  successions: Iterable<Succession>,
  compromisedSince: number | undefined,
): PeerId | undefined {
  let successor: PeerId | undefined;
  for (const succession of successions) {
    if (isCompromise(succession) || isVoid(succession, compromisedSince)) continue;
    if (successor !== undefined) return undefined;
    successor = succession.subject;
  }
  return successor;
}

/** Follows successors to the last one; undefined in a loop or beyond `limits.successions`. */
export function lastSuccessor(
  peer: PeerId,
  successorOf: (peer: PeerId) => PeerId | undefined,
): PeerId | undefined {
  let last = peer;
  for (let steps = 0; steps <= limits.successions; steps++) {
    const next = successorOf(last);
    if (next === undefined) return last;
    last = next;
  }
  return undefined;
}
