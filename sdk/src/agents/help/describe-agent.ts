import type { Described, DescribedMethod, Language } from "@action-collective/protocol";
import { type ActionHelp, type ActionSpec, INTENTS } from "../types.ts";
import { AgentSourceError } from "./errors.ts";
import { actionHelp, type DescribableClass, describedMethod, rememberDescribed } from "./generated.ts";
import { readAgentSource } from "./read-source.ts";

/** What this part needs of a client: its `describe`. */
export interface Describing {
  describe(
    code: string,
    options: { readonly language?: Language; readonly class?: string; readonly signal?: AbortSignal },
  ): Promise<Described>;
}

/** A class that is not loaded: its file, and its name there or "default". */
export interface ClassInFile {
  readonly source: string | URL;
  readonly class: string;
}

/** Classes above one another that are looked at. */
const MOST_CLASSES = 16;

const asked = new WeakMap<object, Promise<void>>();

/**
 * Makes help of what the types and comments of an agent's class say: asks the peer to read the file of its `static source`, and
 * of every class above it that names one. From then on `help()`, discovery and the check of contents of all its agents use it.
 * Each class is read once; no file is run. A class without `static source` tells its actions by name and by what
 * `static actions` says. Given a class in a file, it tells all public methods.
 * @throws {AgentSourceError} a file cannot be read, or declares no such class; and as `client.describe`
 */
export async function describeAgent(
  client: Describing,
  agent: DescribableClass | ClassInFile,
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly ActionHelp[]> {
  if ("class" in agent) {
    const methods = await describeFile(client, agent.source, agent.class, options.signal);
    return methods.map((one) => actionHelp(one.method, undefined, one));
  }
  await readOnce(client, agent, options.signal);
  return [...actionsOf(agent)].map(([method, spec]) =>
    actionHelp(method, spec, describedMethod(agent, method)),
  );
}

function readOnce(
  client: Describing,
  agent: DescribableClass,
  signal: AbortSignal | undefined,
): Promise<void> {
  const before = asked.get(agent);
  if (before !== undefined) return before;
  const reading = readClasses(client, agent, signal).then((methods) => rememberDescribed(agent, methods));
  asked.set(agent, reading);
  // A failure is not remembered: the peer may be there next time.
  reading.catch(() => asked.delete(agent));
  return reading;
}

async function readClasses(
  client: Describing,
  agent: DescribableClass,
  signal: AbortSignal | undefined,
): Promise<readonly DescribedMethod[]> {
  const methods = new Map<string, DescribedMethod>();
  for (const one of classesOf(agent)) {
    if (!Object.hasOwn(one, "source") || one.source === undefined) continue;
    const told = await describeFile(client, one.source, one.name, signal);
    for (const method of told) if (!methods.has(method.method)) methods.set(method.method, method);
  }
  return [...methods.values()];
}

async function describeFile(
  client: Describing,
  source: string | URL,
  name: string,
  signal: AbortSignal | undefined,
): Promise<readonly DescribedMethod[]> {
  const { code, language } = await readAgentSource(source);
  const described = await client.describe(code, {
    language,
    class: name === "" ? "default" : name,
    ...(signal === undefined ? {} : { signal }),
  });
  const methods = described.methods ?? [];
  if (methods.length === 0 && described.problems.length > 0)
    throw new AgentSourceError(String(source), described.problems.join("; "));
  return methods;
}

/** The nearest first. */
function classesOf(agent: DescribableClass): DescribableClass[] {
  const classes: DescribableClass[] = [];
  let one: unknown = agent;
  while (typeof one === "function" && classes.length < MOST_CLASSES && one.prototype !== undefined) {
    classes.push(one as unknown as DescribableClass);
    one = Object.getPrototypeOf(one);
  }
  return classes;
}

/** Methods that are actions, with their specs: what the class and those above it declare, then standard intents. */
function actionsOf(agent: DescribableClass): ReadonlyMap<string, ActionSpec | undefined> {
  const specs = new Map<string, ActionSpec | undefined>();
  for (const each of classesOf(agent))
    for (const [method, spec] of Object.entries(Object.hasOwn(each, "actions") ? (each.actions ?? {}) : {}))
      if (!specs.has(method)) specs.set(method, spec);
  for (const intent of INTENTS)
    if (!specs.has(intent) && typeof Reflect.get(agent.prototype, intent) === "function")
      specs.set(intent, undefined);
  return specs;
}
