import { type DescribedMethod, isJsonObject, type Json } from "@action-collective/protocol";
import type { ActionHelp, ActionSpec } from "../types.ts";

/** What an agent class says of its methods; every class of agents has this form. */
export interface DescribableClass {
  readonly name: string;
  readonly prototype: object;
  /** Where its file is, from `import.meta.url`: its types and comments become help. */
  readonly source?: string | URL | undefined;
  readonly actions?: Readonly<Record<string, ActionSpec>> | undefined;
}

/** What was read, by class and name of the method; forgotten with the class. */
const remembered = new WeakMap<object, ReadonlyMap<string, DescribedMethod>>();

/** From now on every agent of that class has it in its help, and checks contents against it. */
export function rememberDescribed(agentClass: object, methods: readonly DescribedMethod[]): void {
  remembered.set(agentClass, new Map(methods.map((one) => [one.method, one])));
}

/** What the types and comments of a class say of one of its methods; undefined as long as nobody has asked a peer. */
export function describedMethod(agentClass: object, method: string): DescribedMethod | undefined {
  return remembered.get(agentClass)?.get(method);
}

/**
 * The help of one action: what its spec says, and what its types and comments say where the spec is silent. A spec's `help`
 * replaces all of it; only the name it is called by is added where that one has none. Pure.
 */
export function actionHelp(method: string, spec: ActionSpec = {}, described?: DescribedMethod): ActionHelp {
  const name = spec.name ?? method;
  if (spec.help !== undefined) return { name, ...spec.help } as ActionHelp;
  const description = spec.description ?? described?.description;
  const input = spec.input ?? described?.input;
  const output = spec.output ?? described?.output;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(described?.streams === true ? { streams: true } : {}),
    access: spec.access ?? "permitted",
  };
}

/**
 * What the content of a message is checked against before an action is called; undefined where anything goes. A method without
 * a parameter does not look at it. Pure.
 */
export function inputToCheck(spec: ActionSpec = {}, described?: DescribedMethod): Json | undefined {
  if (spec.input !== undefined) return spec.input;
  return takesNothing(described?.input) ? undefined : described?.input;
}

/** How the description of a method without a parameter looks. */
function takesNothing(input: Json | undefined): boolean {
  if (!isJsonObject(input) || input.type !== "object" || input.additionalProperties !== false) return false;
  return Object.keys((input.properties ?? {}) as object).length === 0;
}
