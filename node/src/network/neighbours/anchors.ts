import { MAX_ANCHORS } from "../limits.ts";
import { groupOf } from "./address-groups.ts";

/** An outbound neighbour of our own network. */
export interface AnchorCandidate {
  id: string;
  address: string;
  /** Since when we are connected (milliseconds). */
  since: number;
}

/**
 * The neighbours to dial first after a restart: the longest connected of those we chose ourselves, from different groups of
 * addresses as far as there are any. While there are fewer of them than before (a cut line, a peer just started) the old
 * ones stay: forgetting them at that moment is what an attacker would wait for. Pure.
 */
export function chooseAnchors(
  outbound: readonly AnchorCandidate[],
  before: readonly string[],
  { now, stayedMs }: { readonly now: number; readonly stayedMs: number },
): Set<string> {
  const stayed = outbound.filter(({ since }) => now - since >= stayedMs).sort((a, b) => a.since - b.since);
  const groups = new Set<string>();
  const [distinct, others]: [string[], string[]] = [[], []];
  for (const { id, address } of stayed) {
    const group = groupOf(address);
    if (group !== undefined && groups.has(group)) others.push(id);
    else distinct.push(id);
    if (group !== undefined) groups.add(group);
  }
  return new Set([...new Set([...distinct, ...others, ...before])].slice(0, MAX_ANCHORS));
}
