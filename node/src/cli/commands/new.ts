import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CollectiveError, limits, permissionsSchema } from "@action-collective/protocol";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { filesOf } from "../new-action.ts";
import { oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";

/** An action's name that can be a function's too. */
const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;
/** Any of these makes a folder an action's already. */
const TAKEN = ["action.json", "action.ts", "action.js", "action.test.ts", "action.test.js"];
const RESERVED =
  /^(?:await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|eval|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|arguments|test|action)$/;

/** The folder holds an action, and none is overwritten. */
class FolderTakenError extends CollectiveError {
  constructor(folder: string, files: readonly string[]) {
    super(
      "folder-taken",
      `${folder} holds ${files.join(", ")} already; nothing was written`,
      "Name another folder, or publish that one: `collective publish`.",
    );
  }
}

interface NewOptions {
  readonly name?: string;
  readonly javascript?: boolean;
  readonly net?: string;
}

export function addNew(program: Command, { output }: CommandContext): void {
  program
    .command("new")
    .description("make a folder with a small action that passes its checks, to be changed into yours")
    .argument("<folder>", "where to make it; it may exist, but hold no action")
    .option("--name <name>", "the action's name (default: the folder's, in camelCase)")
    .option("--javascript", "write JavaScript in place of TypeScript")
    .option("--net <host>", "make one that asks this host, with answers of the network in its cases")
    .addHelpText(
      "after",
      example("collective new ./my-action/", "collective new ./weather/ --net api.example.org"),
    )
    .action(async (folder: string, { name, javascript, net }: NewOptions) => {
      const files = filesOf({
        name: nameFor(folder, name),
        language: javascript ? "javascript" : "typescript",
        host: net === undefined ? undefined : hostIn(net),
      });
      const taken = TAKEN.filter((file) => existsSync(join(folder, file)));
      if (taken.length > 0) throw new FolderTakenError(folder, taken);
      await mkdir(folder, { recursive: true });
      // `wx`: what appeared meanwhile is not overwritten either.
      for (const [file, text] of Object.entries(files))
        await writeFile(join(folder, file), text, { flag: "wx" });
      output.data({ folder, files: Object.keys(files) }, () => [oneLine(folder)]);
      const [code, description, test] = Object.keys(files);
      output.note(
        [
          `A small action that passes as it is. Make it yours:`,
          `  ${code}: the code, one function without imports`,
          `  ${description}: what it does, how somebody would ask for it, schemas and cases`,
          `  ${test}: what cases cannot say; it may go`,
          "Then:",
          `  collective publish ${oneLine(folder)} --check    prove it here, publish nothing`,
          `  collective publish ${oneLine(folder)}`,
        ].join("\n"),
      );
    });
}

/** @throws {UsageError} no name was given and the folder's makes none. */
function nameFor(folder: string, given: string | undefined): string {
  const name = given ?? camelCase(basename(resolve(folder)));
  if (NAME.test(name) && name.length <= limits.nameCharacters && !RESERVED.test(name)) return name;
  throw new UsageError(
    `"${oneLine(name, limits.nameCharacters)}" cannot name an action and its function: letters, digits and _, a letter first, at most ${limits.nameCharacters}`,
    "Give one with --name, such as --name parseInvoice.",
  );
}

function camelCase(text: string): string {
  const words = text.split(/[^a-zA-Z0-9]+/).filter((word) => word !== "");
  return words
    .map((word, index) => (index === 0 ? lowerFirst(word) : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}

function lowerFirst(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}

/** @throws {UsageError} */
function hostIn(text: string): string {
  if (permissionsSchema.safeParse({ net: [text] }).success) return text;
  throw new UsageError(
    `--net: "${oneLine(text, 100)}" is no host`,
    "Give a host or host:port in lower case, such as api.example.org.",
  );
}
