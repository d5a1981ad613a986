import type { Described, Json, Language } from "@action-collective/protocol";
import { annotated, type SchemaObject } from "./annotations.ts";
import { type DocComment, type DocTag, lineOf } from "./doc-comment.ts";
import { examplesOf } from "./examples.ts";
import { type ActionFunction, findAction } from "./find-action.ts";
import { MOST_PROBLEMS } from "./limits.ts";
import { keyName, literalValue } from "./literal-value.ts";
import { objectSchema, shapeOf } from "./object-schema.ts";
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
  const input = inputSchema(action, module, schemas, problem);
  const output = outputSchema(action, module, schemas, problem);
  const parseProgram = (text: string) => parse(text, "typescript").program;
  const name = textOf(doc, "name") ?? action.name;
  if (name === undefined) problem("the function has no name: give it one, or write @name in its comment");
  const description = doc?.description ?? "";
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
  const params = tagsOf(doc, "param").map(paramOf);
  const whole = params.find(({ path }) => path.length <= 1);
  const written = whole?.type === undefined ? undefined : module.parseType(whole.type);
  let schema: Json | undefined;
  if (action.input !== undefined) schema = schemas.schema(action.input, "input");
  else if (written !== undefined) schema = schemas.schema(written.type, "input", written.module);
  else schema = schemaOfParams(params, module, schemas);
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

interface Param {
  /** `input.list[].name` is `["input", "list", "name"]`. */
  readonly path: readonly string[];
  readonly type: string | undefined;
  readonly optional: boolean;
  readonly text: string;
}

/** `@param {T} [input.n=1] - text` */
function paramOf({ type, text }: DocTag): Param {
  const match = /^(\[)?([\w$.[\]]+?)(?:=[^\]]*)?(?:\](?=\s|$))?(?:\s+|$)(?:-\s*)?([\s\S]*)$/.exec(text);
  const path = (match?.[2] ?? "")
    .replaceAll("[]", "")
    .split(".")
    .filter((part) => part !== "");
  return {
    path,
    type,
    optional: match?.[1] !== undefined || type?.endsWith("=") === true,
    text: lineOf(match?.[3] ?? ""),
  };
}

/** `@param {number} input.n` for each property, without a type for the whole. */
function schemaOfParams(
  params: readonly Param[],
  module: SourceModule,
  schemas: TypeSchemas,
): Json | undefined {
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  for (const { path, type, optional } of params) {
    const [, key, ...deeper] = path;
    if (key === undefined || deeper.length > 0 || type === undefined) continue;
    const written = module.parseType(type.replace(/=$/, ""));
    if (written === undefined) continue;
    properties[key] = schemas.schema(written.type, `input.${key}`, written.module);
    if (!optional) required.push(key);
  }
  return Object.keys(properties).length === 0
    ? undefined
    : objectSchema({ properties, required, rest: false });
}

/** Puts the texts of `@param input.list.name text` where they belong, unless something is written there already. */
function withTexts(schema: Json, params: readonly Param[]): Json {
  let result = schema;
  for (const { path, text } of params)
    if (text !== "" && path.length > 0) result = describedAt(result, path.slice(1), text);
  return result;
}

function describedAt(schema: Json, path: readonly string[], text: string): Json {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const [key, ...rest] = path;
  if (key === undefined) return schema.description === undefined ? { ...schema, description: text } : schema;
  if (schema.items !== undefined && shapeOf(schema) === undefined)
    return { ...schema, items: describedAt(schema.items, path, text) };
  const properties = schema.properties as Record<string, Json> | undefined;
  const property = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (property === undefined) return schema;
  return { ...schema, properties: { ...properties, [key]: describedAt(property, rest, text) } };
}

/** `({ n = 1 }: { n?: number })`: what is written as a default is one. */
function withDefaults(schema: Json, parameter: ActionFunction["parameters"][number]): Json {
  const shape = shapeOf(schema);
  if (shape === undefined || parameter.type !== "ObjectPattern") return schema;
  const properties = { ...shape.properties };
  for (const property of parameter.properties) {
    if (property.type !== "Property" || property.value.type !== "AssignmentPattern") continue;
    const key = keyName(property.key);
    const value = literalValue(property.value.right);
    const known = key === undefined || !Object.hasOwn(properties, key) ? undefined : properties[key];
    if (key === undefined || value === undefined || typeof known !== "object" || known === null) continue;
    if (!Array.isArray(known) && known.default === undefined && known.$ref === undefined)
      properties[key] = { ...known, default: value };
  }
  return { ...(schema as SchemaObject), properties };
}

function tagsOf(doc: DocComment | undefined, name: string): DocTag[] {
  return (doc?.tags ?? []).filter(({ tag }) => tag === name);
}

function textOf(doc: DocComment | undefined, name: string): string | undefined {
  const text = lineOf(tagsOf(doc, name)[0]?.text ?? "");
  return text === "" ? undefined : text;
}
