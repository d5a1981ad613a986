import type { ActionId } from "@action-collective/protocol";
import { NEAR_COSINE, type Relation, relationOf } from "./near-duplicates.ts";
import { LEAST_FACTOR } from "./rank.ts";
import type { Ranked } from "./ranked.ts";
import type { Slices } from "./slices.ts";
import type { CandidateSource } from "./types.ts";

/** Near-duplicates: the first that was ranked leads, the others follow in the order of their rank. */
export interface Group {
  readonly leader: Ranked;
  readonly members: Ranked[];
}

export interface GroupParts {
  readonly source: Pick<CandidateSource, "similar">;
  readonly slices: Slices;
  /** False: everything is a group of its own. */
  readonly collapse: boolean;
}

/**
 * Puts what is ranked into groups, as it comes. Each joins the first group whose leader it is a near-duplicate of, so
 * that groups do not grow along a chain ("adds 1", "adds 2", …), and what comes later changes nothing before it.
 */
export class Groups {
  readonly list: Group[] = [];
  readonly #parts: GroupParts;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  async add(batch: readonly Ranked[]): Promise<void> {
    if (!this.#parts.collapse) {
      for (const one of batch) this.list.push({ leader: one, members: [one] });
      return;
    }
    const { relation, near } = await this.#compare(batch);
    for (const one of batch) {
      const group = this.list.find(({ leader }) => {
        const found = relation(leader, one);
        return found === "same" || (found === "if-near" && near(leader, one));
      });
      if (group === undefined) this.list.push({ leader: one, members: [one] });
      else group.members.push(one);
    }
  }

  /** Texts first; vectors are asked for only where the texts leave it to them, which is rare. */
  async #compare(batch: readonly Ranked[]) {
    const { source, slices } = this.#parts;
    const relations = new Map<string, Relation>();
    const unsure = new Set<ActionId>();
    const earlier = this.list.map(({ leader }) => leader);
    for (const one of batch) {
      for (const other of earlier) {
        const found = relationOf(other.known.likeness(), one.known.likeness());
        if (found === "different") continue;
        relations.set(keyOf(other, one), found);
        if (found === "if-near") unsure.add(other.known.id).add(one.known.id);
      }
      earlier.push(one);
      await slices.pause();
    }
    const pairs = unsure.size === 0 ? [] : await source.similar([...unsure], NEAR_COSINE);
    const near = new Set(pairs.flatMap(([one, other]) => [`${one} ${other}`, `${other} ${one}`]));
    return {
      relation: (one: Ranked, other: Ranked) => relations.get(keyOf(one, other)) ?? "different",
      near: (one: Ranked, other: Ranked) => near.has(keyOf(one, other)),
    };
  }
}

/**
 * Who stands for a group: of those that match about as well (no worse than reputation alone can account for), the one
 * that is proved here, then the one with the better reputation, then the one that was here first. So a copy does not
 * take the place of what it copies, and one that says better what it does is not hidden behind one that does not.
 */
export function representativeOf({ leader, members }: Group): Ranked {
  const alike = members.filter(({ score }) => score >= leader.score * LEAST_FACTOR);
  return alike.reduce((best, one) => (standsBefore(one, best) ? one : best), leader);
}

function standsBefore(one: Ranked, other: Ranked): boolean {
  const proved = Number(one.known.standing === "passed") - Number(other.known.standing === "passed");
  if (proved !== 0) return proved > 0;
  const better = one.known.score().value - other.known.score().value;
  if (better !== 0) return better > 0;
  const older = other.known.firstSeen - one.known.firstSeen;
  return older !== 0 ? older > 0 : one.relevant.number < other.relevant.number;
}

function keyOf(one: Ranked, other: Ranked): string {
  return `${one.known.id} ${other.known.id}`;
}
