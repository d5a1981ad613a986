import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { cleanText, type Json, type JsonObject, limits } from "@action-collective/protocol";
import { bundleAction } from "../bundle-action.ts";
import type { Candidate, PlainCase, Refusal } from "../candidate.ts";
import { chooseCases } from "../choose-cases.ts";
import { shownPath } from "../exported-functions.ts";
import { fits } from "../fits-schema.ts";
import { importLimits } from "../limits.ts";
import { type MadeOfPackage, makeEach } from "../make-each.ts";
import { type Project, readProject } from "../project.ts";
import { impurity } from "../purity.ts";
import type { GivenInput } from "../skills/given-inputs.ts";
import { splitUseWhen } from "../skills/use-when.ts";
import type { ServerTool, ToolAnswer } from "./connect.ts";
import { ServerSource } from "./server-source.ts";
import { type FoundHandlers, type ToolHandler, toolHandlers } from "./tool-handlers.ts";
import { toolInputs } from "./tool-inputs.ts";
import { toolModule } from "./tool-module.ts";

/** The code behind a server, read and not run. */
export interface FoundServer {
  readonly project: Project;
  readonly handlers: FoundHandlers;
}

/** @param entry the module that starts the server @throws {NothingToImportError} */
export function findServer(entry: string): FoundServer {
  return { project: readProject(entry), handlers: toolHandlers(new ServerSource(entry)) };
}

export interface ServerOptions {
  readonly licence: string;
  /** Inputs of the user's own, by tool. */
  readonly given: readonly GivenInput[];
  /** Asks the running server. */
  readonly call: (name: string, input: JsonObject) => Promise<ToolAnswer>;
  readonly signal?: AbortSignal | undefined;
  readonly progress: (done: number) => void;
}

type Refused = Pick<Refusal, "reason" | "detail">;

/**
 * Makes definitions of the tools whose code is at hand and pure. Only those are called: what they answer are the cases, so
 * that an action that passes answers as the tool does.
 * @param found undefined when the server's code is not on this machine
 */
export async function makeOfServer(
  tools: readonly ServerTool[],
  found: FoundServer | undefined,
  { licence, given, call, signal, progress }: ServerOptions,
): Promise<MadeOfPackage> {
  const looks = tools.map((tool) => async () => {
    const own = given.flatMap(({ name, input }) => (name === tool.name ? [input] : []));
    const one =
      found === undefined
        ? {
            reason: "no-code" as const,
            detail: "the server's modules are not on this machine, or were not found",
          }
        : await toolCandidate(tool, found, { licence, own, call });
    return "reason" in one ? { name: tool.name, from: "", ...one } : one;
  });
  return await makeEach(looks, { signal, progress });
}

async function toolCandidate(
  tool: ServerTool,
  { project, handlers }: FoundServer,
  { licence, own, call }: { readonly own: readonly JsonObject[] } & Pick<ServerOptions, "licence" | "call">,
): Promise<Candidate | Refused> {
  if (tool.readOnly === false)
    return { reason: "not-pure", detail: "its server says that it changes something" };
  if (tool.openWorld === true)
    return { reason: "not-pure", detail: "its server says that it reaches into the world" };
  const handler = handlers.byName.get(tool.name);
  const tried = handler === undefined ? handlers.forAll : [handler];
  let why: Refused = { reason: "no-code", detail: "no function is registered under its name in the code" };
  for (const one of tried) {
    const code = await pureCode(one, tool);
    if (typeof code !== "string") {
      why = code;
      continue;
    }
    const recorded = await recordCases(tool, own, call);
    if ("reason" in recorded) return recorded;
    const { description, useWhen } = splitUseWhen(tool.description);
    const text = description === "" ? `The tool ${tool.name} of ${project.name}` : description;
    return {
      name: tool.name,
      from: shownPath(project.root, one.module.file),
      code,
      language: "javascript",
      description: cleanText(text, limits.descriptionCharacters - 1),
      useWhen,
      tags: [...project.keywords, "mcp"],
      licence,
      schemas: {
        input: tool.inputSchema,
        ...(recorded.isText ? { output: { type: "string" } } : {}),
        ...(!recorded.isText && tool.outputSchema !== undefined ? { output: tool.outputSchema } : {}),
      },
      cases: recorded.cases,
      notes: recorded.isText ? ["the tool answers with a text: that is the output"] : [],
    };
  }
  return why;
}

/** The tool's code as one module without imports, or why there is none. Nothing of it is run. */
async function pureCode(handler: ToolHandler, tool: ServerTool): Promise<string | Refused> {
  const made = toolModule(handler, tool);
  if ("reason" in made) return made;
  const bundled = await bundleAction(dirname(handler.module.file), made.entry);
  if ("reason" in bundled) return bundled;
  const impure = impurity(bundled.code);
  return impure === undefined ? bundled.code : { reason: "not-pure", detail: impure };
}

/** Calls the running tool, each input twice. */
async function recordCases(
  { name, inputSchema }: ServerTool,
  own: readonly JsonObject[],
  call: ServerOptions["call"],
): Promise<{ readonly cases: readonly PlainCase[]; readonly isText: boolean } | Refused> {
  const cases = new Map<string, PlainCase>();
  const kinds = new Set<ToolAnswer["kind"]>();
  let failed = "";
  let other = "";
  const fitting = own.filter((one) => fits(inputSchema, one)).slice(0, importLimits.cases);
  for (const input of [...fitting, ...toolInputs(inputSchema)]) {
    const key = JSON.stringify(input);
    if (cases.has(key)) continue;
    const first = await call(name, input);
    if (!("value" in first)) {
      if (first.kind === "failed") failed ||= first.why;
      else other ||= first.why;
      continue;
    }
    if (!isDeepStrictEqual(first, await call(name, input)))
      return { reason: "not-repeatable", detail: key.slice(0, 120) };
    kinds.add(first.kind);
    cases.set(key, { input: input as Json, output: first.value });
  }
  if (kinds.size > 1) return { reason: "no-json", detail: "it answers now with a text, now with data" };
  if (cases.size === 0 && other !== "") return { reason: "no-json", detail: `it answers with ${other}` };
  if (cases.size === 0)
    return {
      reason: "no-tests",
      detail: `no input that was tried is answered; give some with --inputs. It says: ${failed}`.slice(
        0,
        200,
      ),
    };
  if (cases.size < limits.casesAtLeast)
    return {
      reason: "few-cases",
      detail: `only ${cases.size} inputs are known that it answers; give some with --inputs`,
    };
  // What the user gave stays, and others fill up.
  const given = fitting.flatMap((input) => cases.get(JSON.stringify(input)) ?? []);
  const others = [...cases.values()].filter((one) => !given.includes(one));
  return {
    cases: [...given, ...chooseCases(others, importLimits.cases - given.length)],
    isText: kinds.has("text"),
  };
}
