import type { Reach } from "../options.ts";
import { groupOf, placeOf } from "./address-groups.ts";

/** At most this share of the outbound neighbours comes from one group of addresses … */
const MAX_SHARE_OF_ONE_GROUP = 0.5;
/** … but two are always allowed: a young network has few providers. */
const ALWAYS_ALLOWED = 2;
/** Fewer neighbours say nothing about who surrounds us. */
const NEIGHBOURS_TO_JUDGE = 4;

/** How many outbound neighbours of one group are allowed when `maxOutbound` are wanted in all. */
export function groupCap(maxOutbound: number): number {
  return Math.max(ALWAYS_ALLOWED, Math.floor(maxOutbound * MAX_SHARE_OF_ONE_GROUP));
}

/** How many of these addresses fall into each group; addresses without a group are not counted. */
export function countGroups(addresses: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const address of addresses) {
    const group = groupOf(address);
    if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}

interface Selectable {
  addresses: readonly string[];
}

/**
 * Takes up to `wanted` candidates, each time from the group of which we have fewest, so that whoever owns a thousand
 * addresses in one place gets no more than somebody with one. The order of `due` decides between equals. `counts` is what
 * we have in each group, and grows by what is chosen.
 *
 * What is returned keeps only the addresses in groups that are not full: an address elsewhere, announced besides, would
 * otherwise open a full group.
 */
export function chooseDiverse<C extends Selectable>(
  due: readonly C[],
  wanted: number,
  counts: Map<string, number>,
  cap: number,
): C[] {
  const left = new Set(due);
  const chosen: C[] = [];
  while (chosen.length < wanted) {
    let best: { candidate: C; addresses: string[]; count: number } | undefined;
    for (const candidate of left) {
      const addresses = candidate.addresses.filter((address) => countAt(counts, address) < cap);
      if (addresses.length === 0) continue;
      // The fullest of its groups counts: naming an empty one besides makes nobody more welcome.
      const count = Math.max(...addresses.map((address) => countAt(counts, address)));
      if (!best || count < best.count) best = { candidate, addresses, count };
      if (count === 0) break;
    }
    if (!best) break;
    left.delete(best.candidate);
    chosen.push({ ...best.candidate, addresses: best.addresses });
    const groups = new Set(best.addresses.map(groupOf));
    for (const group of groups) if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return chosen;
}

function countAt(counts: ReadonlyMap<string, number>, address: string): number {
  const group = groupOf(address);
  return group === undefined ? 0 : (counts.get(group) ?? 0);
}

/**
 * Of many entries, the group that has most; entries without a group count each for itself. Undefined when there is none.
 * Whoever must make room takes from there, so that a list cannot be filled from one place.
 */
export function largestGroup<E>(entries: Iterable<E>, groupOfEntry: (entry: E) => string | undefined): E[] {
  const groups = new Map<string, E[]>();
  const single: E[] = [];
  for (const entry of entries) {
    const group = groupOfEntry(entry);
    if (group === undefined) single.push(entry);
    else {
      const members = groups.get(group);
      if (members) members.push(entry);
      else groups.set(group, [entry]);
    }
  }
  let largest: E[] = [];
  for (const group of groups.values()) if (group.length > largest.length) largest = group;
  // Where nobody shares a group with anybody, all are alike.
  return largest.length > 1 ? largest : [...largest, ...single];
}

export interface Surroundings {
  address: string;
  direction: "inbound" | "outbound";
}

/**
 * With reach `lan`, whether we chose neighbours on the internet: nobody there can reach us, and they are told addresses
 * that mean nothing to them. Pure; empty when all is well.
 */
export function reachWarnings(reach: Reach, neighbours: readonly Surroundings[]): string[] {
  const abroad = neighbours.some(
    ({ address, direction }) => direction === "outbound" && placeOf(address)?.scope === "public",
  );
  if (reach !== "lan" || !abroad) return [];
  return [
    "This peer has neighbours on the internet, and its reach is the LAN: nobody there can reach it. Start it with --reach public",
  ];
}

/** What is wrong with the company we keep, in words for the user. Pure; empty when all is well or too few to judge. */
export function surroundingsWarnings(neighbours: readonly Surroundings[]): string[] {
  if (neighbours.length < NEIGHBOURS_TO_JUDGE) return [];
  const warnings: string[] = [];
  const groups = neighbours.map(({ address }) => groupOf(address));
  const [first] = groups;
  if (first !== undefined && groups.every((group) => group === first)) {
    warnings.push(
      `All ${neighbours.length} neighbours come from one range of addresses (${rangeText(first)}): whoever owns it can hide records from this peer. Add a bootstrap address elsewhere: collective start --bootstrap ADDRESS`,
    );
  }
  const isPublic = groups.some((group) => group !== undefined);
  if (isPublic && neighbours.every(({ direction }) => direction === "inbound")) {
    warnings.push(
      `All ${neighbours.length} neighbours dialled this peer and none was chosen by it: they may all belong to one party. Add a bootstrap address that you trust: collective start --bootstrap ADDRESS`,
    );
  }
  return warnings;
}

/** `10.20/16` → `10.20.0.0/16`, `20010db8/32` → `2001:db8::/32`. */
function rangeText(group: string): string {
  const [prefix = "", bits = ""] = group.split("/");
  if (prefix.includes(".")) return `${prefix}.0.0/${bits}`;
  const words = [prefix.slice(0, 4), prefix.slice(4)].map((word) => Number.parseInt(word, 16).toString(16));
  return `${words.join(":")}::/${bits}`;
}
