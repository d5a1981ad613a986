import type { Described, Json, Language } from "@action-collective/protocol";
import { annotated, type SchemaObject } from "./annotations.ts";
import { type DocComment, type DocTag, lineOf } from "./doc-comment.ts";
import { examplesOf } from "./examples.ts";
import { type ActionFunction, findAction } from "./find-action.ts";
import { MOST_PROBLEMS } from "./limits.ts";
import { objectSchema } from "./object-schema.ts";
import { inputParams, withDefaults, withTexts, writtenType } from "./params.ts";
import { indexModule, type Parsed, type SourceModule } from "./source-module.ts";
import { TypeSchemas } from "./type-schema.ts";

/** Parses a module. @throws {SyntaxError} */
export type ParseModule = (code: string, language: Language) => Parsed;

const ASK_ONE_OBJECT =
  "an action takes one value: write (input: { a: number; b: number }), and call it with one object";

/**
 * What the types and the JSDoc of a module say of the action it default-exports: name, description, phrasings (`@useWhen`),
 * tags (`@tags`), licence, input and output schemas, cases (`@example`). Nothing is guessed: what the text does not say is
 * absent, and told as a problem with the way to say it. Pure.
 * @throws {SyntaxError} the text is no module
 */
export function describeModule(code: string, language: Language, parse: ParseModule): Described {
  const problems: string[] = [];
  const problem = (text: string) => {
    if (problems.length < MOST_PROBLEMS && !problems.includes(text)) problems.push(text);
  };
  // Types in comments are TypeScript's whatever the module's own language.
  const module = indexModule(code, parse(code, language), (text) => parse(text, "typescript"));
  const action = findAction(module);
  if (action === undefined) {
    problem(
      "the module default-exports no function: begin it with export default function name(input: …): …",
    );
    return { useWhen: [], tags: [], cases: [], problems };
  }
  const { doc } = action;
  const schemas = new TypeSchemas(module, (path, text) => problem(`${path}: ${text}`));
  if (action.overloaded) problem("it has overloads: write one signature, with a union where they differ");
  const input = action.overloaded ? undefined : inputSchema(action, module, schemas, problem);
  const output = action.overloaded ? undefined : outputSchema(action, module, schemas, problem);
  const parseProgram = (text: string) => parse(text, "typescript").program;
  const name = textOf(doc, "name") ?? action.name;
  if (name === undefined) problem("the function has no name: give it one, or write @name in its comment");
  const description = doc?.description || textOf(doc, "description") || "";
  if (description === "") problem("nothing says what it does: write a JSDoc comment above the function");
  const licence = textOf(doc, "licence") ?? textOf(doc, "license");
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === "" ? {} : { description }),
    useWhen: tagsOf(doc, "useWhen")
      .map(({ text }) => lineOf(text))
      .filter((line) => line !== ""),
    tags: tagsOf(doc, "tags")
      .flatMap(({ text }) => text.split(/[\s,]+/))
      .filter((tag) => tag !== ""),
    ...(licence === undefined ? {} : { licence }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    cases: examplesOf(doc, parseProgram, problem),
    problems,
  };
}

function inputSchema(
  action: ActionFunction,
  module: SourceModule,
  schemas: TypeSchemas,
  problem: (text: string) => void,
): Json | undefined {
  const { parameters, doc } = action;
  // The second is the context: secrets, and calls of other actions.
  if (parameters.length > 2) problem(`it takes ${parameters.length} parameters; ${ASK_ONE_OBJECT}`);
  const [first] = parameters;
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

function outputSchema(
  { output, doc }: ActionFunction,
  module: SourceModule,
  schemas: TypeSchemas,
  problem: (text: string) => void,
): Json | undefined {
  const [returns] = [...tagsOf(doc, "returns"), ...tagsOf(doc, "return")];
  const written = returns?.type === undefined ? undefined : module.parseType(returns.type);
  let schema: Json | undefined;
  if (output !== undefined) schema = schemas.schema(output, "output");
  else if (written !== undefined) schema = schemas.schema(written.type, "output", written.module);
  if (schema === undefined) {
    problem(
      "its output has no type: write what the function returns, or @returns {{ sum: number }} above it",
    );
    return undefined;
  }
  const text = lineOf(returns?.text ?? "");
  if (text === "" || (schema as SchemaObject).description !== undefined) return schema;
  return annotated(schema as SchemaObject, { description: text, tags: [] }, problem);
}

function tagsOf(doc: DocComment | undefined, name: string): DocTag[] {
  return (doc?.tags ?? []).filter(({ tag }) => tag === name);
}

function textOf(doc: DocComment | undefined, name: string): string | undefined {
  const text = lineOf(tagsOf(doc, name)[0]?.text ?? "");
  return text === "" ? undefined : text;
}
