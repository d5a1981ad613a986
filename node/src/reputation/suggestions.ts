import type { TrustSuggestion } from "@action-collective/protocol";
import { freshness } from "./score.ts";
import type { View } from "./view.ts";

/**
 * Persons whose verdicts agreed with those computed here, in a way that says something; the best first. Whoever has been
 * silent for long comes later: to follow it brings little.
 */
export function suggestionsFrom({ people, standpoint }: View, most: number, now: number): TrustSuggestion[] {
  const { facts, self } = standpoint;
  const worth = [...people.earned]
    .filter(([person]) => person !== people.person(self))
    .filter(([person]) => people.level(person) === 0 && !people.discredited(person))
    .map(([person, informative]) => ({
      person,
      worth: informative * people.reliability(person) * freshness(now - lastWordOf(person)),
    }));
  worth.sort((a, b) => b.worth - a.worth || (facts.peers.id(a.person) < facts.peers.id(b.person) ? -1 : 1));
  return worth.slice(0, most).map(({ person }) => {
    const { agreements, disagreements } = people.tally(person);
    return {
      peer: facts.peers.id(person),
      agreements,
      disagreements,
      useful: usefulTo(person),
      why: `It was right about ${agreements} of the ${agreements + disagreements} actions that were tested here after it spoke.`,
    };
  });

  /** When it last gave a verdict; what it said in audits may have been replaced since. */
  function lastWordOf(person: number): number {
    let last = 0;
    for (const key of people.keysOf(person))
      for (const row of facts.verdicts.ofFirst(key))
        last = Math.max(last, facts.verdicts.columns.date[row] ?? 0);
    return last;
  }

  /** Actions of it that ran well here. */
  function usefulTo(person: number): number {
    const actions = new Set<number>();
    for (const key of people.keysOf(person))
      for (const row of facts.publications.ofFirst(key)) {
        if (!facts.publishes(row)) continue;
        const action = facts.publications.second(row);
        const counters = facts.counters.get(action);
        if (counters !== undefined && counters.succeeded > 0 && counters.useful >= counters.useless)
          actions.add(action);
      }
    return actions.size;
  }
}
