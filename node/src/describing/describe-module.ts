import type { Described, Language } from "@action-collective/protocol";
import { describeClass } from "./describe-class.ts";
import { lineOf, tagsOf, textOf } from "./doc-comment.ts";
import { examplesOf } from "./examples.ts";
import { findAction } from "./find-action.ts";
import { inputSchema, outputSchema, returnedType } from "./function-schemas.ts";
import { MOST_PROBLEMS } from "./limits.ts";
import { indexModule, type Parsed } from "./source-module.ts";
import { TypeSchemas } from "./type-schema.ts";

/** Parses a module. @throws {SyntaxError} */
export type ParseModule = (code: string, language: Language) => Parsed;

/**
 * What the types and the JSDoc of a module say of the action it default-exports: name, description, phrasings (`@useWhen`),
 * tags (`@tags`), licence, input and output schemas, cases (`@example`). Nothing is guessed: what the text does not say is
 * absent, and told as a problem with the way to say it. Pure.
 * @param ofClass describe the methods of this class too, whether there is an action or not
 * @throws {SyntaxError} the text is no module
 */
export function describeModule(
  code: string,
  language: Language,
  parse: ParseModule,
  ofClass?: string,
): Described {
  const problems: string[] = [];
  const problem = (text: string) => {
    if (problems.length < MOST_PROBLEMS && !problems.includes(text)) problems.push(text);
  };
  // Types in comments are TypeScript's whatever the module's own language.
  const module = indexModule(code, parse(code, language), (text) => parse(text, "typescript"));
  const action = findAction(module);
  const methods = ofClass === undefined ? undefined : describeClass(module, ofClass, problem);
  if (action === undefined) {
    if (ofClass === undefined)
      problem(
        "the module default-exports no function: begin it with export default function name(input: …): …",
      );
    return { useWhen: [], tags: [], cases: [], ...methods, problems };
  }
  const { doc } = action;
  const schemas = new TypeSchemas(module, (path, text) => problem(`${path}: ${text}`));
  if (action.overloaded) problem("it has overloads: write one signature, with a union where they differ");
  const input = action.overloaded ? undefined : inputSchema(action, module, schemas, problem);
  const returned = action.overloaded ? undefined : returnedType(action, module, problem);
  const output = returned === undefined ? undefined : outputSchema(returned, action, schemas, problem);
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
    ...methods,
    problems,
  };
}
