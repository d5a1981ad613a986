import { type ContentCheck, contentCheck, type Json } from "@action-collective/protocol";
import { specProblem } from "./check-spec.ts";
import { InvalidActionsError } from "./errors.ts";
import { actionHelp, describedMethod, inputToCheck } from "./help/generated.ts";
import { type ActionHelp, type ActionSpec, type ActionSpecs, INTENTS } from "./types.ts";

const INTENT_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;

/** One action of an agent: the method behind a name. */
export interface AgentAction {
  readonly name: string;
  readonly method: string;
  readonly spec: ActionSpec;
}

/** The class whose methods no message reaches, whatever is declared, but for `help`. */
interface Base {
  readonly prototype: object;
}

/**
 * The actions of an agent by the names they are called by: what its class and those above it declare, and standard intents
 * that it has a method for.
 * @throws {InvalidActionsError}
 */
export function actionTable(agent: object, base: Base): ReadonlyMap<string, AgentAction> {
  const owner = agent.constructor.name || "an agent";
  const specs = new Map<string, ActionSpec>([["help", HELP]]);
  for (const intent of INTENTS) if (methodOf(agent, intent) !== undefined) specs.set(intent, {});
  for (const [method, spec] of declared(agent, base)) specs.set(method, spec);
  const table = new Map<string, AgentAction>();
  for (const [method, spec] of specs) {
    const name = spec.name ?? method;
    const refuse = (problem: string) => new InvalidActionsError(owner, problem);
    if (!INTENT_NAME.test(name)) throw refuse(`"${name}" is no name of an action`);
    if (table.has(name)) throw refuse(`two are called "${name}"`);
    if (method !== "help" && (method in Object.prototype || method in base.prototype))
      throw refuse(`"${method}" belongs to every agent, and is no action`);
    if (methodOf(agent, method) === undefined) throw refuse(`there is no method "${method}"`);
    const wrong = specProblem(spec);
    if (wrong !== undefined) throw refuse(`of "${name}", ${wrong}`);
    const action = Object.freeze({ name, method, spec });
    contentProblem(agent, action, null);
    table.set(name, action);
  }
  return table;
}

/** As others are told: what was given whole, or what is known by now. */
export function helpOf(agent: object, { method, spec }: AgentAction): ActionHelp {
  return actionHelp(method, spec, describedMethod(agent.constructor, method));
}

/** Compiled once for each schema. */
const checks = new WeakMap<object, ContentCheck>();

/** What is wrong with content for that action. @throws {InvalidActionsError} its input is no JSON Schema */
export function contentProblem(
  agent: object,
  { name, method, spec }: AgentAction,
  content: Json,
): string | undefined {
  const input = inputToCheck(spec, describedMethod(agent.constructor, method));
  if (input === undefined || input === true) return undefined;
  try {
    if (typeof input !== "object" || input === null) return contentCheck(input)(content);
    const check = checks.get(input) ?? contentCheck(input);
    checks.set(input, check);
    return check(content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidActionsError(
      agent.constructor.name,
      `the input of "${name}" is no JSON Schema (${why})`,
    );
  }
}

/** The method of that name, an arrow function of the instance included. */
export function methodOf(agent: object, name: string): ((...args: unknown[]) => unknown) | undefined {
  const value: unknown = Reflect.get(agent, name);
  return typeof value === "function" ? (value as (...args: unknown[]) => unknown) : undefined;
}

const HELP: ActionSpec = {
  description: "What this agent can do: all of it, or the action of that name",
  input: {
    anyOf: [{ type: "null" }, { type: "object", properties: { name: { type: "string" } } }],
  },
};

/** From the class furthest up to the agent's own; the nearest word counts. */
function declared(agent: object, base: Base): Map<string, ActionSpec> {
  const classes: object[] = [];
  for (let each: unknown = agent.constructor; typeof each === "function" && each !== base; ) {
    classes.unshift(each);
    each = Object.getPrototypeOf(each);
  }
  const specs = new Map<string, ActionSpec>();
  for (const each of classes) {
    const own = Object.hasOwn(each, "actions") ? (each as { actions: ActionSpecs }).actions : {};
    for (const [method, spec] of Object.entries(own)) specs.set(method, spec);
  }
  return specs;
}
