import type { Json } from "@action-collective/protocol";
import { fieldOf, isObject, resolved } from "./field.ts";

/** `undefined`: nothing was entered, or nothing that counts. */
export type Value = Json | undefined;

/** How deep a form looks into a schema before anything is in it. */
const DEPTH = 8;
/** Items that a form makes beforehand. */
const ITEMS_AT_FIRST = 3;
/** A form of more fields is slower to use than the text. */
const FIELDS = 150;
/** Schemas looked at for one answer. A few references to each other branch into billions, and a stranger wrote them. */
const STEPS = 2_000;

/** What is left of the looks that one answer may take. */
interface Budget {
  steps: number;
}

/** What stands in a form before anybody wrote into it. */
export function initialValue(schema: Json, root: Json, depth = 0, budget: Budget = { steps: FIELDS }): Value {
  const given = resolved(schema, root)?.default;
  if (given !== undefined) return given;
  if (depth > DEPTH || budget.steps-- <= 0) return undefined;
  const field = fieldOf(schema, root);
  switch (field.kind) {
    case "object": {
      const needed = field.properties.filter(({ required }) => required);
      const filled = needed.flatMap(({ name, schema: own }) => {
        const value = initialValue(own, root, depth + 1, budget);
        return value === undefined ? [] : [[name, value] as const];
      });
      return Object.fromEntries(filled);
    }
    case "array": {
      const count = Math.min(field.least, ITEMS_AT_FIRST);
      return Array.from({ length: count }, () => initialValue(field.items, root, depth + 1, budget) ?? null);
    }
    case "text":
      return "";
    case "truth":
      return false;
    case "choice":
      return field.values[0];
    case "ways":
      return field.ways[0] === undefined ? undefined : initialValue(field.ways[0], root, depth + 1, budget);
    case "number":
    case "json":
      return undefined;
  }
}

/** Whether a value looks like what a schema asks for: enough to choose between the ways of `anyOf`, no validation. */
export function looksLike(
  value: Value,
  schema: Json,
  root: Json,
  depth = 0,
  budget: Budget = { steps: STEPS },
): boolean {
  if (value === undefined || depth > DEPTH || budget.steps-- <= 0) return false;
  const field = fieldOf(schema, root);
  switch (field.kind) {
    case "object":
      return (
        isObject(value) &&
        field.properties.every(({ name, schema: own, required }) =>
          Object.hasOwn(value, name) ? looksLike(value[name], own, root, depth + 1, budget) : !required,
        )
      );
    case "array":
      return (
        Array.isArray(value) && value.every((item) => looksLike(item, field.items, root, depth + 1, budget))
      );
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number" && (!field.integer || Number.isInteger(value));
    case "truth":
      return typeof value === "boolean";
    case "choice":
      return field.values.some((one) => JSON.stringify(one) === JSON.stringify(value));
    case "ways":
      return field.ways.some((way) => looksLike(value, way, root, depth + 1, budget));
    case "json": {
      const type = resolved(schema, root)?.type;
      return typeof type !== "string" || type === typeName(value);
    }
  }
}

const typeName = (value: Json): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

/** Whether a form can hold a value: it is not too large, and has nothing that the form would not show. */
export function fitsForm(value: Value, schema: Json, root: Json): boolean {
  return countFields(value) <= FIELDS && (value === undefined || looksLike(value, schema, root));
}

function countFields(value: Value): number {
  let count = 0;
  const open: Value[] = [value];
  while (open.length > 0 && count <= FIELDS) {
    const one = open.pop();
    count++;
    if (typeof one === "object" && one !== null) open.push(...Object.values(one).slice(0, FIELDS + 1));
  }
  return count;
}

/** The place of a property or item, as the peer writes it in its messages: `$.rows.0.name`. */
export const below = (path: string, step: string | number): string =>
  `${path}.${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** Every place in a value, the deepest first. */
export function placesIn(value: Value, path = "$"): string[] {
  if (typeof value !== "object" || value === null) return [path];
  const steps = Array.isArray(value) ? value.map((_, at) => at) : Object.keys(value);
  const deeper = steps.flatMap((step) =>
    placesIn((value as Record<string | number, Json>)[step], below(path, step)),
  );
  return [...deeper, path];
}

export interface Told {
  readonly path: string;
  readonly text: string;
}

/** Where in the input the peer found something wrong, from what it says: `… does not fit x: $.rows.0 must be …`. */
export function toldProblem(message: string, input: Value): Told | undefined {
  const from = message.indexOf(": $");
  if (from === -1) return undefined;
  const said = message.slice(from + 2);
  const path = placesIn(input).find((place) => said.startsWith(`${place} `));
  if (path === undefined) return undefined;
  const text = said.slice(path.length + 1);
  const missing = /^must have required property '(.*)'$/s.exec(text)?.[1];
  return missing === undefined ? { path, text } : { path: below(path, missing), text: "is needed" };
}
