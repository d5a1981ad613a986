import type { ParsedBodyOfRoute, SearchAnswer } from "@action-collective/protocol";
import { cardOf } from "../finding/cards.ts";
import { sieveOf } from "../finding/filters.ts";
import type { Peer } from "../peer.ts";

/** What a search answers: this peer's own cards, and those that neighbours brought. */
export async function search(
  { finder, remote, id }: Peer,
  { query, limit, collapse, explain, mine, ask, ...filters }: ParsedBodyOfRoute<"search">,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const wanted = mine === true ? { ...filters, authors: [...(filters.authors ?? []), id] } : filters;
  // Neighbours have nothing of this peer's that it has not itself.
  const wish = ask ?? (mine === true ? false : undefined);
  const request = { query, limit, filters: wanted, collapse, signal, ask: wish };
  const { hits, asked, weak } = await remote.find(request);
  const sieve = explain === true ? sieveOf(wanted) : undefined;
  const cards = hits.flatMap((hit) => {
    const known = finder.known(hit.id);
    return known === undefined ? [] : [cardOf(hit, known, sieve)];
  });
  return { cards, asked, weak };
}
