import { isJsonObject, type Json, type JsonObject } from "@action-collective/protocol";
import { fits } from "../fits-schema.ts";
import { serverLimits } from "./server-limits.ts";

const TEXTS = ["hello", "Hello World", "", "a1, b2; c3", "2024-02-29", "42"];
const NUMBERS = [2, 0, -3, 10, 1, 7, 100];
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  date: ["2024-02-29", "1999-12-31"],
  "date-time": ["2024-02-29T12:00:00Z", "1999-12-31T23:59:59Z"],
  time: ["12:00:00Z"],
  email: ["someone@example.org"],
  uri: ["https://example.org/a?b=1"],
  url: ["https://example.org/a?b=1"],
  uuid: ["123e4567-e89b-12d3-a456-426614174000"],
};
const MOST_DEPTH = 4;

/**
 * Inputs to try a tool with, all of which its schema allows: examples and defaults that it names, then small values of its
 * types. The same schema gives the same inputs. Pure.
 */
export function toolInputs(schema: JsonObject): JsonObject[] {
  const { examples } = schema;
  const named = Array.isArray(examples) ? examples : [];
  const { properties, required } = schema;
  const all = isJsonObject(properties) ? Object.entries(properties) : [];
  const must = new Set(Array.isArray(required) ? required : []);
  const values = all.map(([name, one]) => [name, valuesOf(one, schema, 0)] as const);
  const pick = (at: number, keep: (name: string) => boolean) =>
    Object.fromEntries(
      values.flatMap(([name, list], index) => {
        // Neighbours take their values at another pace, so that they meet in several ways.
        const value = list[(at + (index > 0 ? Math.floor(at / 2) + index : 0)) % Math.max(1, list.length)];
        return value === undefined || !keep(name) ? [] : [[name, value]];
      }),
    );
  const most = serverLimits.inputs;
  const made = Array.from({ length: most }, (_, at) => pick(at, () => true));
  const inputs = [...named, pick(0, (name) => must.has(name)), ...made].filter(
    (one): one is JsonObject => isJsonObject(one) && fits(schema, one),
  );
  return [...new Map(inputs.map((one) => [JSON.stringify(one), one])).values()].slice(0, most);
}

function valuesOf(schema: Json | undefined, root: JsonObject, depth: number): Json[] {
  if (!isJsonObject(schema) || depth > MOST_DEPTH) return [];
  const one = referenced(schema, root);
  const { const: only, enum: allowed, default: preset, examples } = one;
  if (only !== undefined) return [only];
  if (Array.isArray(allowed)) return allowed.slice(0, 6);
  const named = [...(Array.isArray(examples) ? examples : []), ...(preset === undefined ? [] : [preset])];
  const made = madeOf(one, root, depth).filter((value) => fits({ ...one, $defs: root.$defs ?? {} }, value));
  return [...new Map([...named, ...made].map((value) => [JSON.stringify(value), value])).values()];
}

function madeOf(schema: JsonObject, root: JsonObject, depth: number): Json[] {
  const several = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(several)) return several.flatMap((one) => valuesOf(one, root, depth + 1).slice(0, 3));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "boolean":
      return [true, false];
    case "integer":
    case "number": {
      const edges = [schema.minimum, schema.maximum].filter((edge) => typeof edge === "number");
      return [...NUMBERS, ...(type === "number" ? [2.5] : []), ...edges];
    }
    case "string":
      return [...(FORMATS[typeof schema.format === "string" ? schema.format : ""] ?? TEXTS)];
    case "array": {
      const items = valuesOf(schema.items, root, depth + 1);
      return [items.slice(0, 3), items.slice(0, 1), [], items.slice(0, 5).toReversed()];
    }
    case "object":
      return toolInputsAt(schema, root, depth);
    case "null":
      return [null];
    default:
      return ["hello", 2];
  }
}

function toolInputsAt({ properties }: JsonObject, root: JsonObject, depth: number): JsonObject[] {
  const all = isJsonObject(properties) ? Object.entries(properties) : [];
  return [0, 1, 2].map((at) =>
    Object.fromEntries(
      all.flatMap(([name, one]) => {
        const list = valuesOf(one, root, depth + 1);
        const value = list[at % Math.max(1, list.length)];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  );
}

function referenced(schema: JsonObject, root: JsonObject): JsonObject {
  const name = typeof schema.$ref === "string" ? /^#\/\$defs\/([^/]+)$/.exec(schema.$ref)?.[1] : undefined;
  const known = name === undefined || !isJsonObject(root.$defs) ? undefined : root.$defs[name];
  return isJsonObject(known) ? known : schema;
}
