import { setTimeout } from "node:timers/promises";
import { isRunning, readApiFile } from "action-collective";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";

/** A peer that finishes what it is writing needs a moment; one that needs longer has a problem worth saying. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 25;

export function addStop(program: Command, { client, home, output }: CommandContext): void {
  program
    .command("stop")
    .description("stop the peer and wait until it is gone")
    .addHelpText("after", example("collective stop"))
    .action(async () => {
      const file = await readApiFile(home()).catch(() => undefined);
      await client().stop();
      const stopped = file === undefined || (await hasEnded(file.pid));
      output.data({ stopped, ...(file === undefined ? {} : { pid: file.pid }) }, () => []);
      output.note(stopped ? "The peer has stopped." : `The peer is still stopping (process ${file.pid}).`);
    });
}

async function hasEnded(pid: number): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    if (!isRunning(pid)) return true;
    await setTimeout(LOOK_EVERY_MS);
  }
  return false;
}
