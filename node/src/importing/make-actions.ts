import {
  type ActionDefinition,
  buildBundle,
  CollectiveError,
  cleanText,
  limits,
} from "@action-collective/protocol";
import type { Candidate, Refusal } from "./candidate.ts";
import { chooseCases } from "./choose-cases.ts";
import { inferSchema } from "./infer-schema.ts";
import { importLimits } from "./limits.ts";

/** A candidate as a definition that can be proved and published. */
export interface MadeAction {
  /** The last part of what it was found as: `chunk` of `compat/chunk`. */
  readonly called: string;
  readonly definition: ActionDefinition;
  readonly from: string;
  readonly notes: readonly string[];
}

/** Turns candidates into definitions: names that are valid and free, a few cases, schemas for all. Pure. */
export function makeActions(candidates: readonly Candidate[]): {
  readonly made: readonly MadeAction[];
  readonly refused: readonly Refusal[];
} {
  const taken = new Set<string>();
  const made: MadeAction[] = [];
  const refused: Refusal[] = [];
  for (const candidate of candidates) {
    const name = freeName(candidate.name, taken);
    const result = makeAction(candidate, name);
    if ("definition" in result) {
      taken.add(name.toLowerCase());
      made.push(result);
    } else refused.push(result);
  }
  return { made, refused };
}

function makeAction(candidate: Candidate, name: string): MadeAction | Refusal {
  const { from, code, language, description, useWhen, licence, schemas, notes } = candidate;
  // A manifest that is too large has fewer cases.
  for (let bytes: number = importLimits.casesBytes; ; bytes = Math.floor(bytes / 2)) {
    const cases = chooseCases(candidate.cases, importLimits.cases, bytes);
    const definition: ActionDefinition = {
      name,
      description,
      useWhen: [...useWhen],
      input: schemas.input ?? inferSchema(cases.map(({ input }) => input)),
      output: schemas.output ?? inferSchema(cases.map(({ output }) => output)),
      tags: validTags(candidate.tags),
      licence: cleanText(licence, limits.licenceCharacters),
      permissions: {},
      cases,
      uses: [],
      language,
      code,
    };
    try {
      buildBundle(definition);
      return { called: candidate.name.split("/").at(-1) ?? "", definition, from, notes };
    } catch (error) {
      if (!(error instanceof CollectiveError)) throw error;
      if (error.code === "limit-exceeded" && cases.length > limits.casesAtLeast) continue;
      return { name: candidate.name, from, reason: "invalid", detail: error.message };
    }
  }
}

/** Letters, digits, - and _, a letter first; a number behind a name that is taken. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const valid = wanted
    .replace(/[^a-zA-Z0-9_-]+/g, "_")
    .replace(/^[^a-zA-Z]+/, "")
    .slice(0, limits.nameCharacters);
  const name = valid === "" ? "imported" : valid;
  if (!taken.has(name.toLowerCase())) return name;
  for (let number = 2; ; number++) {
    const next = `${name.slice(0, limits.nameCharacters - 5)}_${number}`;
    if (!taken.has(next.toLowerCase())) return next;
  }
}

function validTags(keywords: readonly string[]): string[] {
  const tags = keywords
    .map((word) =>
      word
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, limits.tagCharacters),
    )
    .filter((tag) => tag !== "");
  return [...new Set(tags)].slice(0, limits.tags);
}
