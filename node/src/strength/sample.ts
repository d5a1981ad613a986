import { createHash } from "node:crypto";
import type { Mutant } from "../analysis/types.ts";

/** Parts of a program that get their share of the sample, each for every operator. */
const PARTS = 8;

/**
 * At most `most` mutants, spread over operators and over the program, in the order of the text. Which of several in
 * one place is drawn from a hash of the code: the same for everybody, and nothing an author could choose. Pure.
 */
export function sampleMutants(mutants: readonly Mutant[], code: string, most: number): Mutant[] {
  const groups = new Map<string, { mutant: Mutant; draw: string }[]>();
  for (const [at, mutant] of mutants.entries()) {
    const group = `${mutant.operator} ${Math.floor((at * PARTS) / mutants.length)}`;
    const member = { mutant, draw: drawOf(code, mutant) };
    groups.set(group, [...(groups.get(group) ?? []), member]);
  }
  const ranked = [...groups.values()].flatMap((members) =>
    members.toSorted((a, b) => compare(a.draw, b.draw)).map((member, round) => ({ ...member, round })),
  );
  return ranked
    .toSorted((a, b) => a.round - b.round || compare(a.draw, b.draw))
    .slice(0, most)
    .map(({ mutant }) => mutant)
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
}

function drawOf(code: string, { operator, start, end, replacement }: Mutant): string {
  return createHash("sha256")
    .update(JSON.stringify([code, operator, start, end, replacement]))
    .digest("hex");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
