import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { CollectiveError } from "@action-collective/protocol";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
import { table } from "../table.ts";

/** Nothing is kept for that lock file. */
class NothingKeptError extends CollectiveError {
  constructor(file: string) {
    super(
      "not-found",
      `Nothing is kept here for ${oneLine(file)}`,
      "`collective lock kept` shows for which lock files something is.",
    );
  }
}

export function addKept(lock: Command, { client, output }: CommandContext): void {
  lock
    .command("kept")
    .description("show for which lock files the peer keeps actions, whatever its quota")
    .addHelpText(
      "after",
      `\nWhat is kept for a project that was moved or deleted stays until \`collective lock release\`.\n${example("collective lock kept")}`,
    )
    .action(async () => {
      const keepings = await client().keepings();
      const lockFiles = keepings.map((one) => ({ ...one, exists: existsSync(one.file) }));
      output.data({ lockFiles }, () =>
        lockFiles.length === 0
          ? []
          : table(
              output,
              ["ACTIONS", "LOCK FILE"],
              lockFiles.map(({ file, actions, exists }) => [
                { text: String(actions.length) },
                exists ? { text: file } : { text: `${file} (no such file any more)`, style: "yellow" },
              ]),
            ),
      );
      if (lockFiles.length === 0) output.note("Nothing is kept for a lock file.");
    });
}

export function addRelease(lock: Command, { client, output }: CommandContext): void {
  lock
    .command("release")
    .description("let go of what the peer keeps for a lock file, whether or not the file is still there")
    .argument("<file>", "its path, as `lock kept` shows it")
    .addHelpText("after", example("collective lock release ./collective.lock"))
    .action(async (path: string) => {
      const file = resolve(path);
      const peer = client();
      const actions = (await peer.keepings()).find((one) => one.file === file)?.actions;
      if (actions === undefined) throw new NothingKeptError(file);
      for (const id of actions) await peer.keep(id, { keep: false, for: file });
      output.data({ file, released: actions }, () => actions.map((id) => oneLine(id)));
      output.note("Let go of. It stays on disk as long as there is room for it, as anything else does.");
    });
}
