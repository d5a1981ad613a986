import { compareBytes } from "../bytes.ts";
import type { PeerId } from "../ids.ts";
import type { Kind } from "./bodies.ts";

/** What decides who holds a register. */
export interface Rank {
  readonly revision: number;
  readonly digest: Uint8Array;
}

/** The name of the register a record writes: (author, kind, subject). */
export function registerOf(record: { author: PeerId; kind: Kind; subject: string }): string {
  return `${record.author}/${record.kind}/${record.subject}`;
}

/**
 * Two ranks of one register (SPEC §4.2): higher revision, then higher digest. Zero only for the same record, so any two
 * peers with the same records agree on the winner, whatever order they came in.
 */
export function compareRanks(a: Rank, b: Rank): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  return compareBytes(a.digest, b.digest);
}

/** True when `challenger` replaces `holder` in their common register. */
export function supersedes(challenger: Rank, holder: Rank): boolean {
  return compareRanks(challenger, holder) > 0;
}

/** True for two different records of one register and one revision: what an honest author never signs (SPEC §4.2). */
export function equivocates(a: Rank, b: Rank): boolean {
  return a.revision === b.revision && compareBytes(a.digest, b.digest) !== 0;
}
