import { isJsonObject, type Json, schemaProblems } from "@action-collective/protocol";
import { messageOf } from "../discovery.ts";
import { asJson } from "./as-json.ts";
import { isStandardSchema, type StandardSchema } from "./schema-source.ts";

export type SchemaReading = { readonly schema: Json } | { readonly problems: readonly string[] };

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
/** How libraries that know Standard Schema, but not its extension, come to it. */
const CONVERTERS: Readonly<Record<string, string>> = {
  valibot: "wrap it in toStandardJsonSchema of @valibot/to-json-schema",
  zod: "use zod 4.2 or later",
  arktype: "use arktype 2.1.28 or later",
};

/**
 * The JSON Schema of whatever describes an input or output, fit for a manifest (SPEC §5.3), or what does not fit.
 * @param what how the problems call it: `input` or `output`
 */
export function toJsonSchema(source: unknown, what: string): SchemaReading {
  if (source === undefined)
    return { problems: [`${what}: no schema; give a zod, TypeBox or any Standard Schema, or a JSON Schema`] };
  const found = isStandardSchema(source) ? ofStandardSchema(source, what) : { given: source };
  if ("problem" in found) return { problems: [found.problem] };
  const schema = asJson(found.given);
  if (schema === undefined) return { problems: [`${what}: it is no JSON Schema, and cannot be made one`] };
  const { $schema: dialect, ...rest } = isJsonObject(schema) ? schema : {};
  if (dialect !== undefined && dialect !== DIALECT)
    return {
      problems: [
        `${what}: "$schema" is ${JSON.stringify(dialect)}; actions use JSON Schema 2020-12. Leave "$schema" out if it means the same there`,
      ],
    };
  const clean = dialect === undefined ? schema : rest;
  const problems = schemaProblems(clean, what);
  return problems.length > 0 ? { problems } : { schema: clean };
}

function ofStandardSchema(
  source: StandardSchema,
  what: string,
): { readonly given: unknown } | { readonly problem: string } {
  const { vendor, jsonSchema } = source["~standard"];
  if (typeof jsonSchema?.input !== "function") {
    const way = CONVERTERS[vendor] ?? "use a library that has the Standard JSON Schema extension";
    return { problem: `${what}: this ${vendor} schema cannot say its JSON Schema; ${way}, or write one` };
  }
  try {
    return { given: jsonSchema.input({ target: "draft-2020-12" }) };
  } catch (error) {
    return {
      problem: `${what}: ${vendor} cannot turn it into a JSON Schema: ${messageOf(error)}. Use only what JSON has`,
    };
  }
}
