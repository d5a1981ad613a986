import {
  type ActionId,
  type Case,
  isJsonObject,
  type Json,
  type Manifest,
  visibleJson,
} from "@action-collective/protocol";
import type { SearchDocument } from "./types.ts";

/** Parameters beyond this say nothing more about what an action is for. */
const PARAMETERS = 32;
/**
 * Cases beyond this are for the test, not for the reader; and whoever fills them with words to be found by gains four
 * short texts, in the field that counts least.
 */
const EXAMPLES = 4;
/** One input with its output, as somebody would write them into a request; bulky ones say no more by being longer. */
const EXAMPLE_CHARACTERS = 160;

/** What the search index is told of an action. Pure. */
export function documentOf(id: ActionId, manifest: Manifest): SearchDocument {
  const { name, description, useWhen, tags, input, cases } = manifest;
  const examples = cases.slice(0, EXAMPLES).map(exampleOf);
  return { id, name, description, useWhen, tags, parameters: parametersOf(input), examples };
}

function parametersOf(schema: Json): string[] {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return [];
  return Object.entries(schema.properties)
    .slice(0, PARAMETERS)
    .map(([name, property]) => {
      const description = isJsonObject(property) ? property.description : undefined;
      return typeof description === "string" ? `${name} ${description}` : name;
    });
}

/** A case in few words: half of the room for what goes in, the rest for what comes out. */
function exampleOf(one: Case): string {
  const input = valuesOf(one.input, EXAMPLE_CHARACTERS / 2);
  const output = "error" in one ? one.error : valuesOf(one.output, EXAMPLE_CHARACTERS);
  return `${input} → ${output}`.slice(0, EXAMPLE_CHARACTERS).toWellFormed();
}

/** The value without JSON's punctuation: words and figures are what a query can share with it. */
function valuesOf(value: Json, most: number): string {
  return visibleJson(value)
    .replace(/[{}[\]",:\\]+/g, " ")
    .trim()
    .slice(0, most);
}
