import type { FromJsonSchema } from "./json-schema-type.ts";

/** One thing that a Standard Schema finds wrong with a value. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type StandardResult = { readonly issues?: readonly StandardIssue[] | undefined };

/**
 * The part of Standard Schema and of its extension Standard JSON Schema (standardschema.dev) that is used here. zod from 4.2
 * on, arktype, and valibot by `toStandardJsonSchema` have both.
 */
export interface StandardSchema {
  readonly "~standard": {
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
    readonly types?: { readonly input: unknown; readonly output: unknown } | undefined;
    readonly jsonSchema?:
      | { readonly input: (options: { readonly target: "draft-2020-12" }) => Record<string, unknown> }
      | undefined;
  };
}

/** What describes an input or an output: a Standard Schema, a TypeBox type, or a plain JSON Schema of 2020-12. */
export type SchemaSource = object | boolean;

/**
 * The values that a schema accepts. Neither a peer nor a local run transforms a value or fills in defaults, so of a
 * Standard Schema it is what goes in.
 */
export type ValueOf<Schema> = Schema extends {
  readonly "~standard": { readonly types?: { readonly input: infer Value } | undefined };
}
  ? Value
  : FromJsonSchema<Schema>;

/** arktype's are functions. */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  if ((typeof schema !== "object" && typeof schema !== "function") || schema === null) return false;
  const standard: unknown = Reflect.get(schema, "~standard");
  return (
    typeof standard === "object" &&
    standard !== null &&
    "validate" in standard &&
    typeof standard.validate === "function"
  );
}
