export type { Access, ActionExample, ActionSpec, RunContext } from "./action-spec.ts";
export { type DefinedAction, defineAction, type Publishable } from "./define-action.ts";
export * from "./errors.ts";
export type { FromJsonSchema } from "./json-schema-type.ts";
export type { AccessQuestion, LocalRunOptions } from "./local-run.ts";
export type { SchemaSource, StandardSchema, ValueOf } from "./schema-source.ts";
