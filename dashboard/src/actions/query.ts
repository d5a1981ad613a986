import type { BodyOfRoute, Filters } from "@action-collective/protocol";

/** What the user looks for, as it stands in the address: every part is text, empty when not given. */
export interface Wish {
  readonly q: string;
  readonly verified: string;
  /** `pure`: asks for nothing; `net`, `secrets`: for that at most. */
  readonly may: string;
  readonly tags: string;
  readonly licence: string;
  readonly language: string;
  /** Percent. */
  readonly score: string;
  readonly author: string;
  readonly mine: string;
  readonly standing: string;
  readonly sort: string;
  readonly all: string;
}

const NOTHING: Wish = {
  q: "",
  verified: "",
  may: "",
  tags: "",
  licence: "",
  language: "",
  score: "",
  author: "",
  mine: "",
  standing: "",
  sort: "",
  all: "",
};
const LONGEST_QUERY = 2_000;

export function wishOf(query: URLSearchParams): Wish {
  const given = Object.keys(NOTHING).map((name) => [name, query.get(name) ?? ""]);
  return { ...NOTHING, ...Object.fromEntries(given) };
}

/** How many filters are set, beside the query and the order. */
export const filterCount = ({ q, sort, ...filters }: Wish): number =>
  Object.values(filters).filter((value) => value !== "").length;

export const LANGUAGES = ["typescript", "javascript"] as const satisfies NonNullable<Filters["languages"]>;
export const SORTS = ["newest", "score", "used", "name"] as const;
export const STANDINGS = ["passed", "failed", "pending", "unknown"] as const;

const words = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .slice(0, 8);

function filtersOf({ verified, may, tags, licence, language, score, author }: Wish): Filters {
  const percent = Number(score);
  const known = LANGUAGES.filter((name) => name === language);
  return {
    ...(verified === "" ? {} : { verified: true }),
    ...(may === "pure" ? { permissions: [] } : {}),
    ...(may === "net" || may === "secrets" ? { permissions: [may] } : {}),
    ...(words(tags).length === 0 ? {} : { tags: words(tags).map((tag) => tag.slice(0, 32)) }),
    ...(licence.trim() === "" ? {} : { licences: [licence.trim().slice(0, 64)] }),
    ...(known.length === 0 ? {} : { languages: known }),
    ...(percent > 0 && percent <= 100 ? { minScore: percent / 100 } : {}),
    ...(author.trim() === "" ? {} : { authors: [author.trim().slice(0, 128)] }),
  };
}

/** What to ask the peer when there is a question. Neighbours hear of it only if `ask`: not what is being typed, whatever the settings say. */
export function searchBody(wish: Wish, limit: number, ask: boolean): BodyOfRoute<"search"> {
  return {
    query: wish.q.trim().slice(0, LONGEST_QUERY),
    limit,
    ...filtersOf(wish),
    ...(wish.mine === "" ? {} : { mine: true }),
    ...(wish.all === "" ? {} : { collapse: false }),
    ask,
  };
}

/** What to ask the peer when there is none. */
export function browseBody(wish: Wish, after: string | undefined): BodyOfRoute<"browse"> {
  const standing = STANDINGS.find((name) => name === wish.standing);
  return {
    ...filtersOf(wish),
    sort: SORTS.find((name) => name === wish.sort) ?? "newest",
    ...(standing === undefined ? {} : { standing }),
    ...(wish.mine === "" ? {} : { mine: true }),
    ...(after === undefined ? {} : { after }),
  };
}
