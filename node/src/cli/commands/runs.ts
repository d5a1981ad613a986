import type { RunView } from "@action-collective/protocol";
import type { ActionClient, RunsOptions } from "action-collective";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import type { Output } from "../output.ts";
import { parseWhole } from "../search-options.ts";
import { shortIds } from "../short-id.ts";
import { table } from "../table.ts";

/** Runs that one call of the peer answers. */
const PAGE = 200;
/** More than the log holds. */
const MOST = 20_000;

interface Flags {
  readonly action?: string;
  readonly failed?: boolean;
  readonly limit: number;
}

export function addRuns(program: Command, { client, output }: CommandContext): void {
  program
    .command("runs")
    .description("show what the peer ran and what it refused to run, newest first")
    .option("--action <ref>", "only of this action: its id, a beginning of it, or a name only it has")
    .option("--failed", "only what did not end well")
    .option("--limit <n>", "at most so many", (text) => parseWhole(text, 1, MOST), 20)
    .addHelpText(
      "after",
      `\nFOR is the agent whose capability it was; you, where none was used. RIGHT is why it was let run: unasked (your rules let\nit), approved-once or approved-always (a yes came with the run), approved-before (you had said yes for good), none (it was\nnot called; a number says how often the same happened). GRANTED is the hosts and the names of secrets that it was given.\nNo input and no output is kept.\n${example("collective runs", "collective runs --failed --limit 100", "collective runs --action ID --json")}`,
    )
    .action(async (flags: Flags) => {
      const peer = client();
      const runs = await runsOf(peer, flags);
      output.data({ runs }, () => (runs.length === 0 ? [] : linesOf(output, runs)));
      if (runs.length === 0) output.note("Nothing was run here, as far as that asks.");
    });
}

async function runsOf(peer: ActionClient, { action, failed, limit }: Flags): Promise<RunView[]> {
  const wish: RunsOptions = {
    ...(action === undefined ? {} : { action: (await peer.show(action)).id }),
    ...(failed === undefined ? {} : { failed }),
  };
  const runs: RunView[] = [];
  let before: string | undefined;
  do {
    const page = await peer.runs({
      ...wish,
      limit: Math.min(PAGE, limit - runs.length),
      ...(before === undefined ? {} : { before }),
    });
    runs.push(...page.runs);
    before = page.next;
  } while (before !== undefined && runs.length < limit);
  return runs;
}

function linesOf(output: Output, runs: readonly RunView[]): string[] {
  const short = shortIds([...new Set(runs.map(({ id }) => id))]);
  return table(
    output,
    ["WHEN (UTC)", "ACTION", "ID", "ENDED", "TOOK", "FOR", "RIGHT", "GRANTED"],
    runs.map((run) => [
      { text: new Date(run.started).toISOString().slice(0, 19).replace("T", " ") },
      { text: run.name === "" ? "(not known any more)" : run.name },
      { text: short(run.id), style: "cyan" },
      { text: run.status, style: run.status === "ok" ? "green" : "red" },
      { text: run.attempts === undefined ? `${run.durationMs.toFixed(0)} ms` : "-" },
      { text: run.agent?.name ?? "you" },
      { text: rightText(run) },
      { text: [...(run.granted.net ?? []), ...(run.granted.secrets ?? [])].join(", ") || "nothing" },
    ]),
  );
}

function rightText({ permitted, attempts }: RunView): string {
  if (attempts !== undefined) return attempts === 1 ? "none" : `none, ${attempts} times`;
  return permitted ?? "-";
}
