import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { cleanText, type Json, type JsonObject, limits } from "@action-collective/protocol";
import { parseDocComment } from "../../describing/doc-comment.ts";
import { bundleAction } from "../bundle-action.ts";
import type { Candidate, PlainCase, Refusal } from "../candidate.ts";
import { impurity } from "../purity.ts";
import { type ExampleCommand, examplesOf, mentionedCommands } from "./example-commands.ts";
import type { Skill, SkillScript } from "./read-skill.ts";
import { runScript, type ScriptInput, type ScriptRun } from "./run-script.ts";
import { triedInputs } from "./script-inputs.ts";
import { scriptModule } from "./script-module.ts";
import { skillLimits } from "./skill-limits.ts";

/** A command-line script whose text can be imitated without a process. Nothing of it was run. */
export interface ImitableScript {
  readonly script: SkillScript;
  readonly code: string;
  readonly description: string;
  readonly readsFiles: boolean;
  /** Command lines that its own comments show. */
  readonly mentioned: readonly ExampleCommand[];
}

type Refused = Pick<Refusal, "reason" | "detail">;

const FEWEST = limits.casesAtLeast;
const MOST_TRIED = 3 * skillLimits.examples;

/** @returns why it cannot be an action, when its text says so */
export async function imitableScript(
  skill: Skill,
  script: SkillScript,
  text: string,
): Promise<ImitableScript | Refused> {
  const description = describedScript(skill, script, text);
  const made = scriptModule({ path: script.path, description }, text);
  if ("reason" in made) return made;
  const folder = script.file.slice(0, -basename(script.file).length);
  const bundled = await bundleAction(folder, made.entry);
  if ("reason" in bundled) return bundled;
  const impure = impurity(bundled.code);
  if (impure !== undefined) return { reason: "not-pure", detail: impure };
  return {
    script,
    code: bundled.code,
    description,
    readsFiles: made.readsFiles,
    mentioned: mentionedCommands(text),
  };
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly path: string | undefined;
  readonly licence: string;
  /** Inputs of the user's own, for this script. */
  readonly given: readonly ScriptInput[];
}

/** Runs the script with its examples, and makes what it printed the cases. */
export async function scriptCandidate(
  skill: Skill,
  { script, code, description, readsFiles, mentioned }: ImitableScript,
  commands: readonly ExampleCommand[],
  { signal, path, licence, given }: RunOptions,
): Promise<Candidate | Refused> {
  const inputsOf = (all: readonly ExampleCommand[]) =>
    triedInputs(skill.root, examplesOf(script.path, all), given, readsFiles);
  const open = inputsOf([...commands, ...mentioned]);
  const seen = new Set(open.map(({ input }) => JSON.stringify(input)));
  const cases: PlainCase[] = [];
  const failed = new Set<string>();
  let shownOtherwise = 0;
  let exampleWorked = false;
  for (let next = open.shift(); next !== undefined && seen.size < MOST_TRIED; next = open.shift()) {
    const { input, isExample, shown } = next;
    const run = () => runScript({ root: skill.root, file: script.file }, input, { signal, path });
    const [output, again] = await Promise.all([run(), run()]);
    if ("failed" in output) {
      failed.add(output.failed);
      continue;
    }
    if (!isDeepStrictEqual(output, again))
      return { reason: "not-repeatable", detail: `with ${JSON.stringify(input.args)}`.slice(0, 120) };
    if (isExample && output.exitCode === 0) exampleWorked = true;
    if (shown !== undefined && !isSameText(shown, output)) shownOtherwise += 1;
    // What it says of its own use is run as well.
    if (isHelp(input) && output.exitCode === 0)
      for (const one of inputsOf(mentionedCommands(output.stdout))) {
        const key = JSON.stringify(one.input);
        if (!seen.has(key)) open.push(one);
        seen.add(key);
      }
    cases.push({ input: input as unknown as Json, output });
  }
  if (!exampleWorked)
    return {
      reason: "no-tests",
      detail:
        failed.size > 0
          ? `its examples ${[...failed].join(", ")}`
          : "neither SKILL.md nor its own comments or help show a command line that works; give some with --inputs",
    };
  if (cases.length < FEWEST)
    return { reason: "few-cases", detail: `only ${cases.length} command lines are known that work` };
  return {
    name: `${skill.name}-${basename(script.path).replace(/\.[^.]+$/, "")}`,
    from: script.path,
    code,
    language: "javascript",
    description,
    useWhen: skill.useWhen,
    tags: [skill.name, "agent-skill", "command-line"],
    licence,
    schemas: { input: inputSchema(readsFiles), output: OUTPUT },
    cases,
    notes: [
      "a command line: its words and standard input go in, what it prints and its exit code come out",
      ...(shownOtherwise > 0
        ? [`SKILL.md shows another output than it prints in ${shownOtherwise} of its examples`]
        : []),
    ],
  };
}

function isHelp({ args }: ScriptInput): boolean {
  return args.length === 1 && args[0] === "--help";
}

function inputSchema(readsFiles: boolean): JsonObject {
  return {
    type: "object",
    properties: {
      args: { type: "array", items: { type: "string" }, description: "the words after the script's name" },
      stdin: { type: "string", description: "its standard input" },
      ...(readsFiles
        ? {
            files: {
              type: "object",
              additionalProperties: { type: "string" },
              description: "the texts of files that it reads, by their paths",
            },
          }
        : {}),
    },
    additionalProperties: false,
  };
}

const OUTPUT: JsonObject = {
  type: "object",
  properties: { stdout: { type: "string" }, exitCode: { type: "integer" } },
  required: ["stdout", "exitCode"],
  additionalProperties: false,
};

function isSameText(shown: string, run: ScriptRun): boolean {
  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  return "stdout" in run && plain(shown) === plain(run.stdout);
}

/** What the comment at its head says, else what the skill does. */
function describedScript({ name, description }: Skill, { path }: SkillScript, text: string): string {
  const head = /^(?:#![^\n]*\n)?\s*\/\*(\*[\s\S]*?)\*\//.exec(text)?.[1];
  const said = head === undefined ? "" : (parseDocComment(head)?.description ?? "");
  const whole = said === "" ? `${description} (${path} of the skill ${name})` : said;
  return cleanText(whole.replace(/\s+/g, " ").trim(), limits.descriptionCharacters - 1);
}
