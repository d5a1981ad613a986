import type { Json } from "@action-collective/protocol";
import { objectSchema, picked, shapeOf, textsOf, withoutNull } from "./object-schema.ts";

/** TypeScript's own types that make an object type of another. */
export const UTILITIES: ReadonlySet<string> = new Set([
  "Partial",
  "Required",
  "Pick",
  "Omit",
  "Record",
  "Exclude",
  "Extract",
  "NonNullable",
]);

/** What they make of schemas; undefined where that cannot be told. Pure. */
export function utilityShape(name: string, [first, second]: readonly Json[]): Json | undefined {
  if (first === undefined) return undefined;
  if (name === "Record") return second === undefined ? undefined : recordSchema(first, second);
  if (name === "NonNullable") return withoutNull(first);
  if (name === "Exclude" || name === "Extract") return chosen(name, first, second);
  const shape = shapeOf(first);
  if (shape === undefined) return undefined;
  switch (name) {
    case "Partial":
      return objectSchema({ ...shape, required: [] });
    case "Required":
      return objectSchema({ ...shape, required: Object.keys(shape.properties) });
    default: {
      const keys = textsOf(second);
      return keys === undefined ? undefined : objectSchema(picked(shape, keys, name === "Pick"));
    }
  }
}

function recordSchema(keys: Json, value: Json): Json {
  const names = textsOf(keys);
  if (names === undefined) return objectSchema({ properties: {}, required: [], rest: value });
  const properties = Object.fromEntries(names.map((name) => [name, value]));
  return objectSchema({ properties, required: names, rest: false });
}

function chosen(name: string, all: Json, some: Json | undefined): Json | undefined {
  const [values, others] = [textsOf(all), textsOf(some)];
  if (values === undefined || others === undefined) return undefined;
  const left = values.filter((value) => others.includes(value) === (name === "Extract"));
  return left.length === 0 ? undefined : { type: "string", enum: left };
}
