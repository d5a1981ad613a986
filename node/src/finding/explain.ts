import type { Explanation } from "@action-collective/protocol";
import type { Filtered, Sieve } from "./filters.ts";
import type { Hit } from "./types.ts";

/** What a hit's place rests on, as the local API says it. Pure. */
export function explanationOf({ parts, similar }: Hit, action: Filtered, sieve: Sieve): Explanation {
  const { keyword, vector, cosine, alpha, relevance, reputation, verdicts, author } = parts;
  return {
    ...{ keyword, alpha, relevance, reputation, verdicts, author },
    vector: vector ?? null,
    cosine: cosine ?? null,
    filters: sieve.sightings(action),
    similar: [...similar],
  };
}
