import type { CapabilityView } from "action-collective";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import type { Output } from "../output.ts";
import { oneLine } from "../output.ts";
import { type Cell, table } from "../table.ts";

/** Who holds a part of the user's rights at this peer. */
export function addAgents(program: Command, { client, output }: CommandContext): void {
  program
    .command("agents")
    .description("show the agents that use this peer with a capability, who made them, and what they used up")
    .option("--all", "those whose capability was ended, too")
    .addHelpText(
      "after",
      `\nAn agent stands below the one that made it; what it used up counts for all above it too.\n${example("collective agents", "collective agents --all --json")}`,
    )
    .action(async ({ all = false }: { all?: boolean }) => {
      const known = await client().capabilities();
      const capabilities = known.filter(({ revoked }) => all || !revoked);
      output.data({ capabilities }, () => agentLines(output, capabilities));
      const ended = known.length - capabilities.length;
      if (known.length === 0) output.note("No agent has used a capability since the peer was started.");
      else if (ended > 0) output.note(`Not shown: ${ended} that ended (--all).`);
    });
}

const HEADINGS = ["agent", "role", "runs", "time", "tokens", "messages", "state"];

function agentLines(output: Output, capabilities: readonly CapabilityView[]): string[] {
  if (capabilities.length === 0) return [];
  return table(
    output,
    HEADINGS,
    inTree(capabilities).map(({ view, depth }) => rowOf(view, depth)),
  );
}

function rowOf({ agent, role, spent, privileges, revoked }: CapabilityView, depth: number): Cell[] {
  const { budget } = privileges;
  const of = (used: number, most: number | undefined, text: (amount: number) => string = String) =>
    most === undefined ? text(used) : `${text(used)} of ${text(most)}`;
  return [
    { text: `${"· ".repeat(depth)}${oneLine(agent, 128)}` },
    { text: role ?? "" },
    { text: of(spent.calls, budget.calls) },
    { text: of(spent.milliseconds, budget.milliseconds, secondsText) },
    { text: of(spent.tokens, budget.tokens) },
    { text: of(spent.messages, budget.messages) },
    { text: revoked ? "ended" : "in use", style: revoked ? "dim" : "green" },
  ];
}

/** Each below the one that made it; whose maker is not known here stands at the left. */
function inTree(
  capabilities: readonly CapabilityView[],
): { readonly view: CapabilityView; readonly depth: number }[] {
  const known = new Set(capabilities.map(({ id }) => id));
  const below = Map.groupBy(capabilities, ({ parent }) =>
    parent !== undefined && known.has(parent) ? parent : undefined,
  );
  const from = (parent: string | undefined, depth: number): { view: CapabilityView; depth: number }[] =>
    (below.get(parent) ?? []).flatMap((view) => [{ view, depth }, ...from(view.id, depth + 1)]);
  return from(undefined, 0);
}

function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
