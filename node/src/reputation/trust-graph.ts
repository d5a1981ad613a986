import { EARNED_HALF, EARNED_MOST, EDGE, STATEMENTS_ENOUGH, SUGGESTED_MOST } from "./constants.ts";
import type { HeldFacts } from "./held-facts.ts";
import type { People } from "./people.ts";

/** Who vouches for whom among persons, as rows of a sparse matrix; nothing of a discredited key is in it. */
export interface TrustGraph {
  readonly size: number;
  /** Where the edges of each person begin; one more than persons. */
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Float64Array;
  /** The weights as parts of all that a person hands on, which add up to 1 for each. */
  readonly parts: Float64Array;
  /** Published distrust: who, of whom, how much. */
  readonly distrust: readonly { readonly from: number; readonly to: number; readonly weight: number }[];
  /**
   * Where my own trust goes first: persons, and the part of it that each gets, the largest first. Together at most 1; the
   * rest stays with me.
   */
  readonly firstHops: ReadonlyMap<number, number>;
}

/** @param suggested persons named by the network's list */
export function trustGraphOf(
  facts: HeldFacts,
  people: People,
  suggested: readonly number[],
  self: number,
): TrustGraph {
  const { trusts, peers } = facts;
  const { size } = peers;
  const offsets = new Int32Array(size + 1);
  const sources = new Int32Array(trusts.size);
  const edges = new Int32Array(trusts.size);
  const values = new Float64Array(trusts.size);
  const distrust: { from: number; to: number; weight: number }[] = [];
  let count = 0;
  for (let row = 0; row < trusts.size; row++) {
    const author = trusts.first(row);
    const level = trusts.columns.level[row] ?? 0;
    // My own published word is among my statements; all of a compromised key's is doubtful, not only what is void.
    if (level === 0 || author === self || people.discredited(author)) continue;
    const from = people.person(author);
    const to = people.person(trusts.second(row));
    if (from === to || to === self) continue;
    if (level < 0) {
      // Nobody talks away whom the user trusts by name: else one of those could be fooled into it against the others.
      if (people.level(to) <= 0) distrust.push({ from, to, weight: -level / 2 });
      continue;
    }
    sources[count] = from;
    edges[count] = to;
    values[count] = EDGE[level as 1 | 2];
    count += 1;
    offsets[from + 1] = (offsets[from + 1] ?? 0) + 1;
  }
  for (let peer = 0; peer < size; peer++) offsets[peer + 1] = (offsets[peer + 1] ?? 0) + (offsets[peer] ?? 0);
  const targets = new Int32Array(count);
  const weights = new Float64Array(count);
  const filled = offsets.slice(0, size);
  for (let edge = 0; edge < count; edge++) {
    const from = sources[edge] ?? 0;
    const place = filled[from] ?? 0;
    filled[from] = place + 1;
    targets[place] = edges[edge] ?? 0;
    weights[place] = values[edge] ?? 0;
  }
  const parts = partsOf(offsets, weights);
  return {
    size,
    offsets,
    targets,
    weights,
    parts,
    distrust,
    firstHops: sortedBy((person) => peers.id(person), firstHopsOf(people, suggested, self)),
  };
}

function partsOf(offsets: Int32Array, weights: Float64Array): Float64Array {
  const parts = new Float64Array(weights.length);
  for (let person = 0; person + 1 < offsets.length; person++) {
    const [begin, end] = [offsets[person] ?? 0, offsets[person + 1] ?? 0];
    let all = 0;
    for (let edge = begin; edge < end; edge++) all += weights[edge] ?? 0;
    for (let edge = begin; edge < end; edge++) parts[edge] = (weights[edge] ?? 0) / all;
  }
  return parts;
}

/**
 * My statements come first. What was earned by being right shares a part that does not grow with the number of those who
 * earned; what the network's list suggests fades as statements and earnings grow.
 */
function firstHopsOf(people: People, suggested: readonly number[], self: number): Map<number, number> {
  const shares = new Map<number, number>();
  const give = (person: number, share: number) => {
    if (share > 0) shares.set(person, (shares.get(person) ?? 0) + share);
  };
  const counts = (person: number) =>
    person !== self && people.level(person) >= 0 && !people.discredited(person);

  let said = 0;
  const vouched = new Map<number, number>();
  for (const [person, level] of people.levels) {
    if (level <= 0 || !counts(person)) continue;
    const weight = EDGE[level as 1 | 2] * people.reliability(person);
    vouched.set(person, weight);
    said += weight;
  }
  let right = 0;
  for (const [person, informative] of people.earned) if (counts(person)) right += informative;
  const settled = Math.min(1, said / STATEMENTS_ENOUGH);
  const proved = right / (right + EARNED_HALF);
  const earnedPart = EARNED_MOST * proved;
  const named = suggested.filter(counts);
  const suggestedPart = named.length === 0 ? 0 : SUGGESTED_MOST * (1 - settled) * (1 - proved);

  const statedPart = 1 - earnedPart - suggestedPart;
  for (const [person, weight] of vouched)
    give(person, (statedPart * weight) / Math.max(said, STATEMENTS_ENOUGH));
  if (right > 0)
    for (const [person, informative] of people.earned)
      if (counts(person)) give(person, (earnedPart * informative) / right);
  for (const person of named) give(person, suggestedPart / named.length);
  return shares;
}

/** Shares that differ by less are the same: their last bits depend on the order in which facts came. */
const SHARE_STEP = 1e-9;

/** The largest first, and among equals by id: what depends on their order depends on nothing else. */
function sortedBy(id: (person: number) => string, shares: ReadonlyMap<number, number>): Map<number, number> {
  const inSteps = (share: number) => Math.round(share / SHARE_STEP);
  return new Map(
    [...shares].sort(([a, some], [b, other]) => inSteps(other) - inSteps(some) || (id(a) < id(b) ? -1 : 1)),
  );
}
