import { isJsonObject, isJsonWithin, type Json, type JsonObject, limits } from "@action-collective/protocol";
import type { ObjectSchema } from "./types.ts";

/** One parameter of a tool; from these both the schema that a model sees and the check of what it wrote are made. */
export type Field = {
  readonly description: string;
  readonly optional?: true;
} & (
  | { readonly kind: "text"; readonly most: number }
  | { readonly kind: "flag" }
  | { readonly kind: "object" }
  | { readonly kind: "list"; readonly most: number; readonly of: "text" | "object" }
  /** Anything that JSON carries; an object as a rule. */
  | { readonly kind: "json" }
);
export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F extends Field> = F extends { kind: "text" }
  ? string
  : F extends { kind: "flag" }
    ? boolean
    : F extends { kind: "object" }
      ? JsonObject
      : F extends { kind: "list" }
        ? F extends { of: "text" }
          ? string[]
          : JsonObject[]
        : Json;

export type ValuesOf<All extends Fields> = {
  readonly [Name in keyof All as All[Name] extends { optional: true } ? never : Name]: ValueOf<All[Name]>;
} & {
  readonly [Name in keyof All as All[Name] extends { optional: true } ? Name : never]?: ValueOf<All[Name]>;
};

export function schemaOf(fields: Fields): ObjectSchema {
  const entries = Object.entries(fields);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([name, field]) => [name, keywordsOf(field)])),
    required: entries.filter(([, field]) => field.optional !== true).map(([name]) => name),
    additionalProperties: false,
  };
}

function keywordsOf(field: Field): Json {
  const { description } = field;
  switch (field.kind) {
    case "text":
      return { type: "string", maxLength: field.most, description };
    case "flag":
      return { type: "boolean", description };
    case "list": {
      const items = { type: field.of === "text" ? "string" : "object" };
      return { type: "array", items, maxItems: field.most, description };
    }
    // "json" says "object" too: models and servers want a type, and nearly every action takes an object.
    case "object":
    case "json":
      return { type: "object", description };
  }
}

/**
 * What a model wrote, as values of these fields. Pure.
 * @returns `problem` in words for the model; it quotes nothing of what was written but the names of parameters
 */
export function readFields<All extends Fields>(
  fields: All,
  written: unknown,
): { readonly values: ValuesOf<All> } | { readonly problem: string } {
  if (!isJsonWithin(written, limits.jsonDepth) || !isJsonObject(written))
    return { problem: "The arguments must be one JSON object." };
  if (JSON.stringify(written).length > limits.runBytes)
    return { problem: `The arguments are longer than ${limits.runBytes} characters.` };
  const known = Object.keys(fields);
  const unknown = Object.keys(written).filter((name) => !Object.hasOwn(fields, name));
  if (unknown.length > 0) return { problem: `There are no parameters but ${known.join(", ")}.` };
  for (const [name, field] of Object.entries(fields)) {
    const value = written[name];
    // Models that must fill in every parameter write null for what they leave out.
    const absent = value === undefined || (value === null && field.kind !== "json");
    if (absent && field.optional === true) continue;
    const problem = value === undefined ? "is missing" : problemOf(field, value);
    if (problem !== undefined) return { problem: `"${name}" ${problem}.` };
  }
  const given = Object.entries(written).filter(
    ([name, value]) => !(value === null && fields[name]?.optional === true),
  );
  return { values: Object.fromEntries(given) as ValuesOf<All> };
}

function problemOf(field: Field, value: Json): string | undefined {
  switch (field.kind) {
    case "text":
      if (typeof value !== "string" || value.trim() === "") return "must be a text that is not empty";
      return value.length > field.most ? `is longer than ${field.most} characters` : undefined;
    case "flag":
      return typeof value === "boolean" ? undefined : "must be true or false";
    case "object":
      return isJsonObject(value) ? undefined : "must be an object";
    case "list": {
      const fits = field.of === "text" ? (entry: Json) => typeof entry === "string" : isJsonObject;
      if (!Array.isArray(value) || !value.every(fits))
        return `must be a list, each entry ${field.of === "text" ? "a text" : "an object"}`;
      return value.length > field.most ? `has more than ${field.most} entries` : undefined;
    }
    case "json":
      return undefined;
  }
}
