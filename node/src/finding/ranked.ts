import type { ActionId } from "@action-collective/protocol";
import type { Sieve } from "./filters.ts";
import type { Relevant } from "./fuse.ts";
import type { Known } from "./known-actions.ts";
import { type Colour, colourOf, scoreOf } from "./rank.ts";
import type { Slices } from "./slices.ts";

/** An action that passed the filters, with its place. */
export interface Ranked {
  readonly known: Known;
  readonly relevant: Relevant;
  readonly colour: Colour;
  /** Relevance, coloured. */
  readonly score: number;
}

export interface RankParts {
  readonly sieve: Sieve;
  /** Undefined for what the catalogue does not have. */
  readonly known: (id: ActionId) => Known | undefined;
  readonly slices: Slices;
}

/**
 * What passes, best score first. Reputation is asked for as late as can be: no factor is above 1, so that what has been
 * scored comes before all whose relevance alone is less.
 * @param relevant the most relevant first.
 */
export async function* ranked(
  relevant: Iterable<Relevant>,
  { sieve, known, slices }: RankParts,
): AsyncGenerator<Ranked> {
  const waiting: Ranked[] = [];
  for (const candidate of relevant) {
    await slices.pause();
    while (waiting[0] !== undefined && waiting[0].score > candidate.parts.relevance)
      yield waiting.shift() as Ranked;
    const action = known(candidate.id as ActionId);
    if (action === undefined || !sieve.passes(action)) continue;
    const colour = colourOf(action.standing, action.score());
    const score = scoreOf(candidate.parts.relevance, colour);
    insert(waiting, { known: action, relevant: candidate, colour, score });
  }
  yield* waiting;
}

/** Keeps the best first; ties go to what was here first. */
function insert(waiting: Ranked[], one: Ranked): void {
  let at = waiting.length;
  while (at > 0 && comesBefore(one, waiting[at - 1] as Ranked)) at -= 1;
  waiting.splice(at, 0, one);
}

function comesBefore(one: Ranked, other: Ranked): boolean {
  if (one.score !== other.score) return one.score > other.score;
  return one.relevant.number < other.relevant.number;
}
