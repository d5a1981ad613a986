import type { BodyOfRoute, Language, Need } from "@action-collective/protocol";
import type { CallOptions } from "./caller.ts";

/** What a result must be. Every filter is exact: as many results as asked for come whenever so many pass. */
export interface SearchFilters {
  /** Only actions whose unit test passed on the peer's own machine. */
  readonly verified?: boolean | undefined;
  /** At most these kinds of permission; an empty list: only actions that need nothing but their input. */
  readonly permissions?: readonly Need[] | undefined;
  /** All of these tags. */
  readonly tags?: readonly string[] | undefined;
  /** Written in any of these. */
  readonly languages?: readonly Language[] | undefined;
  /** Under any of these licences, by their SPDX names. */
  readonly licences?: readonly string[] | undefined;
  /** Published by any of these peers. */
  readonly authors?: readonly string[] | undefined;
  /** Published by the peer itself; with `authors`, by it or any of them. */
  readonly mine?: boolean | undefined;
  /** 0 to 1: the peer's own cautious estimate that the next run will serve. */
  readonly minScore?: number | undefined;
  /** Passes that other peers, none of them its publisher, report. */
  readonly minVerdicts?: number | undefined;
  /** 0 to 1: the share of changes to its code that its unit test notices. */
  readonly minStrength?: number | undefined;
  /** First heard of by the peer at or after this moment, in milliseconds since 1970 if it is a number. */
  readonly seenAfter?: Date | number | undefined;
  /** First heard of by the peer before this moment. */
  readonly seenBefore?: Date | number | undefined;
}

export interface SearchOptions extends SearchFilters, CallOptions {
  /** 1 to 50; 10 by default. */
  readonly limit?: number | undefined;
  /** One card for near-duplicates, saying how many there are: the default. False gives each its own. */
  readonly collapse?: boolean | undefined;
  /** Each card with what its place rests on. */
  readonly explain?: boolean | undefined;
  /**
   * Ask connected peers as well, or do not; by default as the peer's settings have it. The words of the query are sent
   * to up to three of them, and what they bring is verified and ranked by the peer itself.
   */
  readonly ask?: boolean | undefined;
}

/** What the peer is sent for it. Pure. */
export function searchBody(query: string, { signal: _, ...wish }: SearchOptions): BodyOfRoute<"search"> {
  return {
    query,
    ...wish,
    permissions: copyOf(wish.permissions),
    tags: copyOf(wish.tags),
    languages: copyOf(wish.languages),
    licences: copyOf(wish.licences),
    authors: copyOf(wish.authors),
    seenAfter: momentOf(wish.seenAfter),
    seenBefore: momentOf(wish.seenBefore),
  };
}

function copyOf<Entry>(list: readonly Entry[] | undefined): Entry[] | undefined {
  return list === undefined ? undefined : [...list];
}

function momentOf(moment: Date | number | undefined): number | undefined {
  return moment instanceof Date ? moment.getTime() : moment;
}
