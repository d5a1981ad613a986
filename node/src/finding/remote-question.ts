import { type AskRequest, type Filters, limits } from "@action-collective/protocol";

const EVERY_LANGUAGE: AskRequest["languages"] = ["typescript", "javascript"];

/**
 * What neighbours are asked for a search: its words and those filters that an action's manifest decides. The others are this
 * peer's own business, and are applied here to what comes back.
 */
export function questionOf(query: string, count: number, filters: Filters): AskRequest {
  const { tags = [], languages = EVERY_LANGUAGE, permissions } = filters;
  return {
    query,
    count: Math.min(Math.max(count, 1), limits.askRecords),
    tags: [...new Set(tags)],
    languages: EVERY_LANGUAGE.filter((language) => languages.includes(language)),
    needs: {
      net: permissions?.includes("net") ?? true,
      secrets: permissions?.includes("secrets") ?? true,
    },
  };
}

/** False when nothing that is new here can pass: then neighbours are not asked, unless somebody insists. */
export function letsNewPass(filters: Filters): boolean {
  const { verified = false, minVerdicts = 0, minStrength = 0, seenBefore } = filters;
  return !verified && minVerdicts === 0 && minStrength === 0 && seenBefore === undefined;
}

/** The other way round: what a neighbour's question asks of this peer's own search. What excludes nothing is left out. */
export function filtersOf({ tags, languages, needs }: AskRequest): Filters {
  const permissions = [
    ...(needs.net ? (["net"] as const) : []),
    ...(needs.secrets ? (["secrets"] as const) : []),
  ];
  return {
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
    ...(languages.length === EVERY_LANGUAGE.length ? {} : { languages: [...languages] }),
    ...(needs.net && needs.secrets ? {} : { permissions }),
  };
}
