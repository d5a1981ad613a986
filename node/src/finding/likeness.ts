import { createHash } from "node:crypto";
import {
  type ActionId,
  type Case,
  isJsonObject,
  type Json,
  type Manifest,
  textOfCid,
} from "@action-collective/protocol";
import { words } from "../search/tokenise.ts";
import { stem } from "../search/words/porter.ts";

/** Words of a description that are compared: the longest one allowed has about this many. */
const MOST_WORDS = 120;

/**
 * Words that two people put or leave out without meaning anything else by it. Not those that a search ignores: "not",
 * "from" and "to" say nothing about what an action is about, and everything about which of two it is.
 */
const FILLERS = new Set("a an the of in given this that please".split(" "));

/** What of an action tells whether another one is the same thing again. */
export interface Likeness {
  readonly id: ActionId;
  /** CID of the code block. */
  readonly code: string;
  /** The words of the name, and of the description, in their order, without fillers and endings. */
  readonly name: readonly string[];
  readonly description: readonly string[];
  /** The input's parameters with their types. */
  readonly shape: string;
  /** Digest of each case's input → digest of what must come of it; made when it is first asked for. */
  answers(): ReadonlyMap<string, string>;
}

/** Pure. */
export function likenessOf(id: ActionId, manifest: Manifest): Likeness {
  let answers: ReadonlyMap<string, string> | undefined;
  return {
    id,
    code: textOfCid(manifest.code),
    name: plainWords(manifest.name),
    description: plainWords(manifest.description),
    shape: shapeOf(manifest.input),
    answers: () => {
      answers ??= answersOf(manifest.cases);
      return answers;
    },
  };
}

function answersOf(cases: readonly Case[]): Map<string, string> {
  return new Map(
    cases.map((one) => [
      digest(one.input),
      digest("error" in one ? { error: true } : { output: one.output }),
    ]),
  );
}

export function plainWords(text: string): string[] {
  return words(text)
    .filter((word) => !FILLERS.has(word))
    .slice(0, MOST_WORDS)
    .map(stem);
}

function shapeOf(schema: Json): string {
  if (!isJsonObject(schema)) return "anything";
  if (!isJsonObject(schema.properties)) return typeOf(schema);
  return Object.entries(schema.properties)
    .map(([name, property]) => `${name}:${typeOf(property)}`)
    .sort()
    .join(" ");
}

function typeOf(schema: Json | undefined): string {
  if (schema === undefined || !isJsonObject(schema)) return "anything";
  const { type, items } = schema;
  const own = Array.isArray(type) ? [...type].sort().join("|") : typeof type === "string" ? type : "anything";
  return own === "array" && items !== undefined ? `${typeOf(items)}[]` : own;
}

function digest(value: Json): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("base64")
    .slice(0, 22);
}

/** Objects have no order; a case from the wire has its keys sorted, one that was just written has not. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] as Json)]));
}
