import type { Filters, Manifest, Score, Standing } from "@action-collective/protocol";
import { needsOf } from "../policy/acceptable.ts";
import { mayOffer } from "../policy/policy.ts";

/** What filters look at. The last three cost queries, and are asked for only where a filter needs them. */
export interface Filtered {
  readonly manifest: Pick<Manifest, "tags" | "language" | "licence" | "permissions">;
  readonly standing: Standing;
  readonly firstSeen: number;
  publishedBy(authors: readonly string[]): boolean;
  score(): Score;
  /** Share of mutants that its unit test noticed here; undefined where nobody measured it. */
  strength(): number | undefined;
  /** What the user's policy holds against it; undefined for what is acceptable. */
  refusal(): { readonly why: string } | undefined;
  /** The rules of that policy, by name. */
  rules(): readonly string[];
}

/** One filter: whether an action passes, and what it saw there, for `explain`. */
interface Filter {
  readonly name: keyof Filters;
  passes(action: Filtered): boolean;
  saw(action: Filtered): string;
}

/** The filters of one request, ready to look at many actions. */
export interface Sieve {
  /** Whether an action may be shown at all, and passes every filter; the cheap ones look first. */
  passes(action: Filtered): boolean;
  /** Whether it passes every filter, be it offered or not. */
  fits(action: Filtered): boolean;
  /** What each filter saw in an action that passed. */
  sightings(action: Filtered): string[];
}

/** Pure. */
export function sieveOf(filters: Filters): Sieve {
  const active = MAKERS.map((make) => make(filters)).filter((filter) => filter !== undefined);
  const verified = filters.verified === true;
  const fits = (action: Filtered) => active.every((filter) => filter.passes(action));
  return {
    passes: (action) => mayOffer(action.standing, verified) && fits(action) && action.refusal() === undefined,
    fits: (action) => (!verified || action.standing === "passed") && fits(action),
    sightings: (action) => [
      ...(verified ? ["verified: its test passed here"] : []),
      ...active.map((filter) => `${filter.name}: ${filter.saw(action)}`),
      ...(action.rules().length === 0 ? [] : [`policy: acceptable to ${action.rules().join(", ")}`]),
    ],
  };
}

type Maker = (filters: Filters) => Filter | undefined;

/** In the order of their cost. */
const MAKERS: readonly Maker[] = [
  ({ tags = [] }) =>
    tags.length === 0
      ? undefined
      : {
          name: "tags",
          passes: ({ manifest }) => tags.every((tag) => manifest.tags.includes(tag)),
          saw: ({ manifest }) => manifest.tags.join(", "),
        },
  ({ languages }) =>
    languages && {
      name: "languages",
      passes: ({ manifest }) => languages.includes(manifest.language),
      saw: ({ manifest }) => manifest.language,
    },
  ({ licences }) =>
    licences && {
      name: "licences",
      passes: ({ manifest }) => licences.some((licence) => sameLicence(licence, manifest.licence)),
      saw: ({ manifest }) => manifest.licence,
    },
  ({ permissions }) =>
    permissions && {
      name: "permissions",
      passes: ({ manifest }) => needsOf(manifest).every((need) => permissions.includes(need)),
      saw: ({ manifest }) => needsOf(manifest).join(", ") || "none",
    },
  ({ seenAfter }) =>
    seenAfter === undefined
      ? undefined
      : {
          name: "seenAfter",
          passes: ({ firstSeen }) => firstSeen >= seenAfter,
          saw: ({ firstSeen }) => dayOf(firstSeen),
        },
  ({ seenBefore }) =>
    seenBefore === undefined
      ? undefined
      : {
          name: "seenBefore",
          passes: ({ firstSeen }) => firstSeen < seenBefore,
          saw: ({ firstSeen }) => dayOf(firstSeen),
        },
  ({ authors }) =>
    authors && {
      name: "authors",
      passes: (action) => action.publishedBy(authors),
      saw: (action) => authors.filter((author) => action.publishedBy([author])).join(", "),
    },
  ({ minStrength }) =>
    minStrength === undefined
      ? undefined
      : {
          name: "minStrength",
          // What was never measured has shown nothing: it passes a wish for nothing only.
          passes: (action) => (action.strength() ?? 0) >= minStrength,
          saw: (action) => (action.strength() ?? 0).toFixed(2),
        },
  ({ minVerdicts }) =>
    minVerdicts === undefined
      ? undefined
      : {
          name: "minVerdicts",
          passes: (action) => action.score().verdicts.pass >= minVerdicts,
          saw: (action) => String(action.score().verdicts.pass),
        },
  ({ minScore }) =>
    minScore === undefined
      ? undefined
      : {
          name: "minScore",
          passes: (action) => action.score().value >= minScore,
          saw: (action) => action.score().value.toFixed(2),
        },
];

/** SPDX names are the same in upper and lower case. */
function sameLicence(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}
