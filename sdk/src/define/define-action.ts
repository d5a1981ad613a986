import {
  type ActionDefinition,
  type ActionDefinitionInput,
  buildBundle,
  definitionSchema,
  describeIssue,
  type Json,
  LimitExceededError,
  limits,
} from "@action-collective/protocol";
import type { Access, ActionSpec } from "./action-spec.ts";
import { asJson } from "./as-json.ts";
import { IncompleteActionError } from "./errors.ts";
import { type LocalRun, type LocalRunOptions, runHere } from "./local-run.ts";
import { moduleOf } from "./module-of.ts";
import type { SchemaSource, ValueOf } from "./schema-source.ts";
import { toJsonSchema } from "./to-json-schema.ts";

/** An action defined in a program: it runs here, and can be proved and published as it is. */
export interface DefinedAction<Input = Json, Output = Json> {
  readonly name: string;
  readonly access: Access;
  /**
   * Runs it in this process, not in a sandbox: it is your own code. Input and output go through JSON, and a Standard
   * Schema checks them; what only a JSON Schema describes is checked by the peer.
   * @throws {AccessDeniedError | AccessNotGrantedError} by its `access`.
   * @throws {ValueInvalidError} input or output does not fit.
   */
  run(input: Input, options?: LocalRunOptions): Promise<Output>;
  /**
   * What a peer is given, for `client.prove` and `client.publish`.
   * @throws {IncompleteActionError} with all that `problems` lists.
   */
  readonly definition: ActionDefinitionInput;
  /** Everything that is missing or wrong, each with how to mend it; empty when it can be proved. */
  problems(): readonly string[];
}

/** What `client.prove` and `client.publish` take. */
export type Publishable = ActionDefinitionInput | Pick<DefinedAction, "definition">;

/**
 * Defines an action. The types of `run` and of the examples follow from the schemas. Nothing is refused here, so that it
 * runs while it is being made; `problems()` says what a peer would refuse.
 */
export function defineAction<const InputSchema extends SchemaSource, const OutputSchema extends SchemaSource>(
  spec: ActionSpec<InputSchema, OutputSchema>,
): DefinedAction<ValueOf<InputSchema>, ValueOf<OutputSchema>> {
  const { name, access = "permitted", input, output } = spec;
  // Taken out of the spec, as it will be out there: a method gets no `this`.
  const { run } = spec;
  const local: LocalRun = { name, access, input, output, run: run as LocalRun["run"] };
  let read: Reading | undefined;
  const reading = () => {
    read ??= readSpec(spec);
    return read;
  };
  return {
    name,
    access,
    run: async (value, options) => (await runHere(local, value, options)) as ValueOf<OutputSchema>,
    get definition() {
      const { definition, problems } = reading();
      if (definition === undefined) throw new IncompleteActionError(String(name), problems);
      return definition;
    },
    problems: () => reading().problems,
  };
}

/** What a peer is sent for either. @throws {IncompleteActionError} */
export function definitionOf(action: Publishable): ActionDefinitionInput {
  return "definition" in action ? action.definition : action;
}

interface Reading {
  readonly definition: ActionDefinition | undefined;
  readonly problems: readonly string[];
}

type AnySpec = ActionSpec<SchemaSource, SchemaSource>;

function readSpec(
  spec: Omit<AnySpec, "examples" | "run"> & { run?: unknown; examples?: readonly unknown[] },
): Reading {
  const { name, description, useWhen, tags, licence, permissions, test, uses, examples = [] } = spec;
  const problems: string[] = [];
  const input = toJsonSchema(spec.input, "input");
  const output = toJsonSchema(spec.output, "output");
  const module =
    spec.code === undefined
      ? { ...moduleOf(spec.run, (permissions?.net?.length ?? 0) > 0), language: "javascript" }
      : { code: spec.code, language: ("language" in spec && spec.language) || "typescript" };
  for (const part of [input, output, module]) if ("problems" in part) problems.push(...part.problems);
  const given = {
    ...present({ name, description, useWhen, tags, licence, permissions, test, uses }),
    // What a part's own problem is told of would be refused again here.
    input: "schema" in input ? input.schema : true,
    output: "schema" in output ? output.schema : true,
    language: module.language,
    code: "code" in module ? module.code : "export default () => null;\n",
    cases: asJson(examples) ?? examples,
  };
  const parsed = definitionSchema.safeParse(given);
  if (!parsed.success)
    problems.push(...parsed.error.issues.map((issue) => mended(describeIssue(issue), issue.path[0], given)));
  if (examples.length < limits.casesAtLeast && test === undefined)
    problems.push(
      `examples: ${examples.length} given; give at least ${limits.casesAtLeast} of { input, output } or { input, error }, the unusual ones first, or a test`,
    );
  if (problems.length > 0 || !parsed.success) return { definition: undefined, problems };
  const tooLarge = sizeProblem(parsed.data);
  return tooLarge === undefined
    ? { definition: parsed.data, problems }
    : { definition: undefined, problems: [tooLarge] };
}

/** Sizes are of what is encoded, so they are known last. */
function sizeProblem(definition: ActionDefinition): string | undefined {
  try {
    buildBundle(definition);
    return undefined;
  } catch (error) {
    if (error instanceof LimitExceededError) return error.message;
    throw error;
  }
}

/** What is missing is named by what to write, not by the type that was expected. */
function mended(issue: string, key: PropertyKey | undefined, given: object): string {
  if (key === undefined || (key in given && Reflect.get(given, key) !== undefined))
    return issue.replace(/^cases\b/, "examples");
  const how: Readonly<Record<PropertyKey, string>> = {
    name: 'name: it has none; give one such as "parseInvoice"',
    description: "description: it has none; say in a few sentences what it does, for whoever searches",
    licence: 'licence: it has none; say under which others may use it, such as "MIT"',
  };
  return how[key] ?? issue;
}

/** Without what was not given: a definition has defaults for it. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
