import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Argument, Option, RootCommand } from "@bomb.sh/tab";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { type CommandContext, example } from "./command.ts";
import { oneLine } from "./output.ts";

/** Somebody waits with a finger on the tab key; a peer that takes longer is not asked for names. */
const NAMES_MS = 400;
/** More than fit a screen are not read. */
const MOST_NAMES = 50;
const MOST_FILES = 200;
/** What arguments and options are called that take an action, or a place on this disk. */
const ACTIONS = new Set(["ref", "id"]);
const FILES = new Set(["file", "folder", "path", "home", "source"]);

/**
 * `collective completion SHELL` prints a script for bash, zsh, fish or PowerShell. What it then asks (`collective complete -- …`) is
 * answered from the program itself; names of actions come from the peer, if one answers at once.
 */
export function addCompletion(program: Command, context: CommandContext): void {
  const root = tab(program, { completionCommandName: "completion" });
  const completion = program.commands.find((command) => command.name() === "completion");
  completion
    ?.description("print a script that completes commands, options, files and actions' names in your shell")
    .addHelpText(
      "after",
      example(
        "source <(collective completion bash)",
        "collective completion zsh > ~/.zfunc/_collective",
        "collective completion fish > ~/.config/fish/completions/collective.fish",
      ),
    );
  let names: readonly string[] = [];
  program.hook("preAction", async (_, command) => {
    if (command.name() === "complete") names = await namesOfActions(context);
  });
  const wanted = (name: string) => (ACTIONS.has(name) ? () => names : FILES.has(name) ? files : undefined);
  fillIn(root, program, wanted);
}

/** Gives every argument and option of a kind we know its completions. */
function fillIn(
  root: RootCommand,
  program: Command,
  wanted: (name: string) => ((begun: string) => readonly string[]) | undefined,
): void {
  for (const [path, { arguments: args, options }] of [...root.commands, ["", root] as const]) {
    for (const argument of args.values()) answer(argument, wanted(argument.name));
    const command = commandAt(program, path);
    for (const { long, flags } of command?.options ?? []) {
      const name = /[<[]([a-z-]+)/.exec(flags)?.[1];
      const option = options.get(long?.slice(2) ?? "");
      if (name !== undefined && option !== undefined) answer(option, wanted(name));
    }
  }
}

function answer(to: Argument | Option, wanted: ((begun: string) => readonly string[]) | undefined): void {
  if (wanted === undefined) return;
  to.handler = (complete: (value: string, description: string) => void) => {
    for (const value of wanted(begun())) complete(value, "");
  };
}

function commandAt(program: Command, path: string): Command | undefined {
  let at: Command | undefined = program;
  for (const name of path.split(" ").filter((word) => word !== ""))
    at = at?.commands.find((command) => command.name() === name);
  return at;
}

/** The word that is being typed: the last that the shell handed over. */
function begun(): string {
  return process.argv.at(-1) ?? "";
}

/** Files and folders that go on from what is typed; folders with a slash, so that one can go on into them. */
function files(typed: string): string[] {
  const folder = typed.endsWith("/") ? typed : dirname(typed);
  const shown = folder === "." && !typed.startsWith(".") ? "" : folder;
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith("."))
      .slice(0, MOST_FILES)
      .map((entry) => join(shown, entry.name) + (entry.isDirectory() ? "/" : ""))
      .map((path) => (typed.startsWith("./") ? `./${path}` : path));
  } catch {
    return [];
  }
}

/** Only plain ones: what a shell would take apart is not offered. */
async function namesOfActions({ client }: CommandContext): Promise<string[]> {
  try {
    const { cards } = await client().browse({
      limit: MOST_NAMES,
      sort: "used",
      signal: AbortSignal.timeout(NAMES_MS),
    });
    return cards.map(({ name }) => oneLine(name)).filter((name) => /^[A-Za-z0-9_.-]+$/.test(name));
  } catch {
    return [];
  }
}
