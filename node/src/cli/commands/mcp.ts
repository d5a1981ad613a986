import type { PinnedTool } from "@action-collective/protocol";
import { readLock } from "action-collective";
import type { Command } from "commander";
import { isInteractive } from "../ask-yes.ts";
import { type CommandContext, example } from "../command.ts";
import { type Output, oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";
import { shortIds } from "../short-id.ts";
import { standingStyle } from "../standing.ts";
import { table } from "../table.ts";
import { addInstall } from "./mcp-install.ts";

const REF = "its id, an unambiguous beginning of it, or a name only it has";

export function addMcp(program: Command, context: CommandContext): void {
  const { client, output, io } = context;
  const mcp = program
    .command("mcp")
    .description("serve the collective to an MCP host on stdin and stdout; or choose what it offers there")
    .addHelpText(
      "after",
      `\nHosts start \`collective mcp\` by themselves once it is installed. It talks to the running peer and ends when stdin\ncloses. The peer serves the same over HTTP, at /mcp of its API.\n${example("collective mcp install claude-code", "collective mcp pin dateDifference")}`,
    )
    .option("--lock <file>", "the actions that this lock file pins as tools, in place of those you pinned")
    .option("--only", "beside --lock: nothing else, neither to find nor to publish")
    .action(async ({ lock, only = false }: { lock?: string; only?: boolean }) => {
      if (only && lock === undefined)
        throw new UsageError("--only takes --lock: without it there would be no tools");
      // Said now, and not at the first request: a host shows what ends at once.
      if (lock !== undefined) await readLock(lock);
      if (isInteractive(io))
        output.note("This speaks MCP with a host, which starts it by itself; Ctrl-D ends it. See --help.");
      const { serveMcp } = await import("../mcp-stdio.ts");
      await serveMcp({ client: client(), io, ...(lock === undefined ? {} : { lock }), only });
    });
  mcp
    .command("pin")
    .description("give agents an action as a tool of its own")
    .argument("<ref>", REF)
    .addHelpText("after", example("collective mcp pin dateDifference"))
    .action(async (ref: string) => {
      const before = await client().pinned();
      const tools = await client().pin(ref);
      output.data({ tools }, () => toolLines(output, tools));
      const fresh = tools.find(({ id }) => !before.some((one) => one.id === id));
      if (fresh === undefined) output.note("It was pinned already.");
      else if (fresh.withheld !== undefined)
        output.note(`It is pinned, but not offered now: ${oneLine(fresh.withheld)}`);
      else output.note(`Agents get it as the tool ${oneLine(fresh.tool)}.`);
    });
  mcp
    .command("unpin")
    .description("take such a tool away again")
    .argument("<ref>", "the tool's name, the action's id, or an unambiguous beginning of that")
    .addHelpText("after", example("collective mcp unpin dateDifference"))
    .action(async (ref: string) => {
      const tools = await client().unpin(ref);
      output.data({ tools }, () => toolLines(output, tools));
      output.note("It is no tool of its own any more; agents can still find it.");
    });
  mcp
    .command("list")
    .description("show which actions agents get as tools of their own")
    .addHelpText("after", example("collective mcp list"))
    .action(async () => {
      const tools = await client().pinned();
      output.data({ tools }, () => toolLines(output, tools));
      if (tools.length === 0)
        output.note("Nothing is pinned. Agents find, run and rate actions all the same.");
    });
  addInstall(mcp, context);
}

function toolLines(output: Output, tools: readonly PinnedTool[]): string[] {
  if (tools.length === 0) return [];
  const short = shortIds(tools.map(({ id }) => id));
  const rows = tools.map(({ tool, id, standing, summary, withheld }) => [
    { text: tool, style: "bold" as const },
    { text: short(id), style: "cyan" as const },
    { text: standing, style: standingStyle(standing) },
    { text: withheld === undefined ? summary : `[not offered: ${withheld}] ${summary}` },
  ]);
  return table(output, ["TOOL", "ID", "TEST HERE", "SUMMARY"], rows);
}
