import { resolve } from "node:path";
import { CollectiveError, type Version } from "@action-collective/protocol";
import {
  EMPTY_LOCK,
  LOCK_FILE,
  type Lock,
  NoLockFileError,
  pinNamed,
  pinOf,
  readLock,
  withMovedPin,
  withoutPin,
  withPin,
  writeLock,
} from "action-collective";
import type { Command } from "commander";
import { askYes, isInteractive } from "../ask-yes.ts";
import { type CommandContext, example } from "../command.ts";
import { bestSuccessor, type Move, moveBetween, needsText } from "../lock-changes.ts";
import { differenceLines } from "../lock-text.ts";
import { type Output, oneLine } from "../output.ts";
import { shortIds } from "../short-id.ts";
import { table } from "../table.ts";
import { addKept, addRelease } from "./lock-kept.ts";

export const fileOption = ["--file <path>", "the lock file", LOCK_FILE] as const;

interface FileFlag {
  readonly file: string;
}

/** Moving a pin needs a yes, and nobody was there to say it. */
class PinNotMovedError extends CollectiveError {
  constructor(alias: string, why: string) {
    super(
      "approval-needed",
      `${oneLine(alias)} was not moved: ${why}`,
      "Look at what changes (`collective outdated --diff`), then say --yes.",
    );
  }
}

export function addLock(program: Command, context: CommandContext): void {
  const lock = program
    .command("lock")
    .description("choose which actions a project uses, by id, in a file that belongs into its repository")
    .addHelpText(
      "after",
      `\nAn id is a hash of code, test and all: what is pinned cannot change, and a pin moves only by \`lock update\`.\n${example(
        "collective lock add addBusinessDays",
        "collective install",
        "collective outdated --diff",
        "collective lock update addBusinessDays",
      )}`,
    );
  addAdd(lock, context);
  addRemove(lock, context);
  addList(lock, context);
  addUpdate(lock, context);
  addKept(lock, context);
  addRelease(lock, context);
}

function addAdd(lock: Command, { client, output }: CommandContext): void {
  lock
    .command("add")
    .description("pin an action under a name")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .option("--as <name>", "what the project calls it; its own name by default")
    .option(...fileOption)
    .addHelpText(
      "after",
      example("collective lock add addBusinessDays", "collective lock add ID --as workdays"),
    )
    .action(async (ref: string, { as, file }: FileFlag & { as?: string }) => {
      const before = await readOrBegin(file);
      const view = await client().show(ref);
      const alias = as ?? view.name;
      await writeLock(file, withPin(before, alias, pinOf(view)));
      output.data({ file: resolve(file), alias, ...pinOf(view) }, () => [oneLine(view.id)]);
      const needs = needsText(view.permissions);
      output.note(
        `Pinned as ${oneLine(alias)}; it asks for ${needs === "" ? "nothing but its input" : oneLine(needs)}. \`collective install\` keeps it here.`,
      );
      if (view.standing === "failed")
        output.note(`Its unit test does not pass here: ${oneLine(view.reason)}`);
    });
}

function addRemove(lock: Command, { client, output }: CommandContext): void {
  lock
    .command("remove")
    .description("take a pin out")
    .argument("<pin>", "its name in the lock file, its id, or an unambiguous beginning of that")
    .option(...fileOption)
    .addHelpText("after", example("collective lock remove addBusinessDays"))
    .action(async (which: string, { file }: FileFlag) => {
      const before = await readLock(file);
      const [alias, pin] = pinNamed(before, which, file);
      await writeLock(file, withoutPin(before, alias));
      output.data({ file: resolve(file), alias, id: pin.id }, () => [oneLine(pin.id)]);
      try {
        await client().keep(pin.id, { keep: false, for: resolve(file) });
      } catch (error) {
        if (!(error instanceof CollectiveError)) throw error;
        if (error.code !== "not-found")
          output.note(`The peer was not told, and keeps it: ${oneLine(error.message)}`);
      }
    });
}

function addList(lock: Command, { output }: CommandContext): void {
  lock
    .command("list")
    .description("show what is pinned; asks no peer")
    .option(...fileOption)
    .addHelpText("after", example("collective lock list"))
    .action(async ({ file }: FileFlag) => {
      const read = await readLock(file);
      output.data({ file: resolve(file), ...read }, () => pinLines(output, read));
      if (Object.keys(read.actions).length === 0) output.note("Nothing is pinned.");
    });
}

function pinLines(output: Output, { actions }: Lock): string[] {
  const pins = Object.entries(actions);
  if (pins.length === 0) return [];
  const short = shortIds(pins.map(([, { id }]) => id));
  return table(
    output,
    ["PIN", "ID", "NAME", "ASKS FOR"],
    pins.map(([alias, { id, name, permissions }]) => [
      { text: alias, style: "bold" },
      { text: short(id), style: "cyan" },
      { text: name },
      { text: needsText(permissions) || "nothing" },
    ]),
  );
}

interface UpdateFlags extends FileFlag {
  readonly to?: string;
  readonly yes?: boolean;
}

function addUpdate(lock: Command, context: CommandContext): void {
  const { client, output, end } = context;
  lock
    .command("update")
    .description("move a pin to the newest successor known here, or to an action you name")
    .argument("<pin>", "its name in the lock file, its id, or an unambiguous beginning of that")
    .option("--to <ref>", "the action to pin in its place")
    .option(
      "--yes",
      "also when it asks for more, fails here, was taken back, or is not its author's own successor",
    )
    .option(...fileOption)
    .addHelpText(
      "after",
      example("collective lock update addBusinessDays", "collective lock update workdays --to ID"),
    )
    .action(async (which: string, { to, yes, file }: UpdateFlags) => {
      const before = await readLock(file);
      const [alias, pin] = pinNamed(before, which, file);
      const { versions } = await client().versions(pin.id);
      const target = to === undefined ? bestSuccessor(versions)?.id : (await client().show(to)).id;
      if (target === undefined || target === pin.id) {
        output.data({ file: resolve(file), alias, from: pin.id, to: pin.id }, () => [oneLine(pin.id)]);
        output.note(
          target === undefined ? "No successor of it is known here." : "It is pinned to that already.",
        );
        return;
      }
      const move = await moveBetween(client(), pin.id, target);
      output.note(differenceLines(output, move.difference).join("\n"));
      const why = reasonToAsk(move, versions.find(({ id }) => id === target)?.relation);
      if (why !== undefined && yes !== true && !(await isAllowed(context, alias, why))) {
        output.note("The pin was not moved.");
        end(7);
        return;
      }
      await writeLock(file, withMovedPin(before, alias, pinOf(move.to.view), file));
      const { difference } = move;
      output.data({ file: resolve(file), alias, from: pin.id, to: target, difference }, () => [
        oneLine(target),
      ]);
      output.note(
        `Moved ${oneLine(alias)}. \`collective install\` keeps it here, and lets go of the old one.`,
      );
    });
}

/** Undefined where nothing needs a yes beside the command itself. */
function reasonToAsk(
  { difference, to }: Move,
  relation: Version["relation"] | undefined,
): string | undefined {
  const { wider } = difference.permissions;
  if (wider.length > 0) return `it asks for more: ${oneLine(wider.join(", "))}`;
  if (to.view.withdrawn) return "everybody who published it took it back";
  if (to.view.standing === "failed") return "its unit test does not pass here";
  if (relation === "predecessor") return "it is older than what is pinned";
  return relation === "successor" ? undefined : "it is not by the same author under the same name";
}

/** @throws {PinNotMovedError} where nobody can be asked */
async function isAllowed({ io, output }: CommandContext, alias: string, why: string): Promise<boolean> {
  if (output.json || !isInteractive(io)) throw new PinNotMovedError(alias, why);
  return await askYes(io, `Move the pin, although ${why}?`);
}

async function readOrBegin(file: string): Promise<Lock> {
  try {
    return await readLock(file);
  } catch (error) {
    if (error instanceof NoLockFileError) return EMPTY_LOCK;
    throw error;
  }
}
