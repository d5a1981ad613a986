import type { Json } from "@action-collective/protocol";
import type { TSType } from "oxc-parser";
import { annotated, type SchemaObject } from "./annotations.ts";
import { lineOf, tagsOf } from "./doc-comment.ts";
import type { ActionFunction } from "./find-action.ts";
import { objectSchema } from "./object-schema.ts";
import { inputParams, withDefaults, withTexts, writtenType } from "./params.ts";
import type { SourceModule } from "./source-module.ts";
import type { TypeSchemas } from "./type-schema.ts";

const ASK_ONE_OBJECT =
  "an action takes one value: write (input: { a: number; b: number }), and call it with one object";

/** What a function takes, by its first parameter; undefined, and a problem, where nothing says it. */
export function inputSchema(
  action: ActionFunction,
  module: SourceModule,
  schemas: TypeSchemas,
  problem: (text: string) => void,
): Json | undefined {
  const { parameters, doc } = action;
  // The second is the context: secrets, and calls of other actions.
  if (parameters.length > 2) problem(`it takes ${parameters.length} parameters; ${ASK_ONE_OBJECT}`);
  const [first] = parameters;
  if (first?.type === "RestElement") {
    problem(`its input is a rest of parameters; ${ASK_ONE_OBJECT}`);
    return undefined;
  }
  if (first === undefined) return objectSchema({ properties: {}, required: [], rest: false });
  const params = inputParams(doc?.tags ?? [], action);
  const text = action.input === undefined ? writtenType(params) : undefined;
  const written = text === undefined ? undefined : module.parseType(text);
  let schema: Json | undefined;
  if (action.input !== undefined) schema = schemas.schema(action.input, "input");
  else if (written !== undefined) schema = schemas.schema(written.type, "input", written.module);
  if (schema === undefined) {
    problem(
      "its input has no type: write one beside the parameter, or @param {{ n: number }} input above it",
    );
    return undefined;
  }
  return withDefaults(withTexts(schema, params), first);
}

/** A type, and the text whose comments belong to it. */
interface Returned {
  readonly type: TSType;
  readonly from: SourceModule;
}

/** What a function returns: beside its parameters, or in its comment. Undefined, and a problem, where nothing says it. */
export function returnedType(
  { output, doc }: ActionFunction,
  module: SourceModule,
  problem: (text: string) => void,
): Returned | undefined {
  if (output !== undefined) return { type: output, from: module };
  const text = RETURNS.flatMap((name) => tagsOf(doc, name))[0]?.type;
  const written = text === undefined ? undefined : module.parseType(text);
  if (written !== undefined) return { type: written.type, from: written.module };
  problem("its output has no type: write what the function returns, or @returns {{ sum: number }} above it");
  return undefined;
}

/** The schema of what a function returns, with the text of `@returns`. */
export function outputSchema(
  { type, from }: Returned,
  { doc }: ActionFunction,
  schemas: TypeSchemas,
  problem: (text: string) => void,
): Json {
  const schema = schemas.schema(type, "output", from) as SchemaObject;
  const text = lineOf(RETURNS.flatMap((name) => tagsOf(doc, name))[0]?.text ?? "");
  if (text === "" || schema.description !== undefined) return schema;
  return annotated(schema, { description: text, tags: [] }, problem);
}

const RETURNS = ["returns", "return", "yields", "yield"];
