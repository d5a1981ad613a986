import type { Described, DescribedMethod } from "@action-collective/protocol";
import { answersOf } from "./answers.ts";
import { textOf } from "./doc-comment.ts";
import { findClass, type Method, methodsOf } from "./find-class.ts";
import { inputSchema, outputSchema, returnedType } from "./function-schemas.ts";
import { MOST_METHODS, MOST_METHODS_CHARACTERS, MOST_PROBLEMS } from "./limits.ts";
import { withOwnTypes } from "./own-types.ts";
import type { SourceModule } from "./source-module.ts";
import { isLongerThan } from "./type-parts.ts";
import { TypeSchemas } from "./type-schema.ts";

/**
 * What types and comments say of the methods of a class that others may call: those that are not private, protected, static, or
 * begun with an underscore, arrow functions among them. A method takes one value, its first parameter. What its file says of the
 * class itself stays unsaid. Pure.
 * @param name a class of the module, or "default"
 * @param problem told of what concerns the whole class
 */
export function describeClass(
  module: SourceModule,
  name: string,
  problem: (text: string) => void,
): Pick<Described, "methods"> {
  const found = findClass(module, name);
  if (found === undefined) {
    problem(
      name === "default"
        ? "the module default-exports no class: begin it with export default class"
        : `the module declares no class ${name} at its top level`,
    );
    return { methods: [] };
  }
  const methods = methodsOf(found, module);
  if (methods.length > MOST_METHODS)
    problem(`it has ${methods.length} public methods; the first ${MOST_METHODS} are described`);
  const own = withOwnTypes(module);
  let left = MOST_METHODS_CHARACTERS;
  const described = methods.slice(0, MOST_METHODS).map((method) => {
    const told = describeMethod(method, own);
    if (!isLongerThan([told.input ?? null, told.output ?? null], left)) {
      left -= JSON.stringify([told.input, told.output]).length;
      return told;
    }
    const { input: _, output: __, ...short } = told;
    return { ...short, problems: [...told.problems, "the schemas of the class are too large together"] };
  });
  return { methods: described };
}

function describeMethod({ name, action, generator }: Method, module: SourceModule): DescribedMethod {
  const problems: string[] = [];
  const problem = (text: string) => {
    // The same words as for an action, whose schemas have another place.
    const said = text.replaceAll("in action.json", "in static actions");
    if (problems.length < MOST_PROBLEMS && !problems.includes(said)) problems.push(said);
  };
  const { doc } = action;
  const description = doc?.description || textOf(doc, "description");
  const about = { method: name, ...(description === undefined ? {} : { description }) };
  if (action.overloaded) {
    problem("it has overloads: write one signature, with a union where they differ");
    return { ...about, streams: generator, problems };
  }
  const schemas = new TypeSchemas(module, (path, text) => problem(`${path}: ${text}`));
  const input = inputSchema(action, module, schemas, problem);
  const returned = returnedType(action, module, problem);
  const answers = returned === undefined ? undefined : answersOf(returned.type, module);
  const output =
    returned === undefined || answers?.type === undefined
      ? undefined
      : outputSchema({ ...returned, type: answers.type }, action, schemas, problem);
  return {
    ...about,
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    streams: generator || answers?.streams === true,
    problems,
  };
}
