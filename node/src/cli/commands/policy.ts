import type { ActionClient } from "action-collective";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { policyLines } from "../policy-text.ts";
import { changeOf, removalOf, rules } from "../policy-values.ts";
import { UsageError } from "../report-failure.ts";
import { addPolicyLists } from "./policy-lists.ts";

/** The user's rules: what is offered, fetched, kept for others and run. */
export function addPolicy(program: Command, context: CommandContext): void {
  const policy = program
    .command("policy")
    .description("show and change your rules: what is offered, fetched, kept for others and run")
    .addHelpText(
      "after",
      example("collective policy", "collective policy set permissions none", "collective policy block ID"),
    );
  addShow(policy, context);
  addSet(policy, context);
  addBlock(policy, context);
  addApprove(policy, context);
  addPolicyLists(policy, context);
}

function addShow(policy: Command, { client, output }: CommandContext): void {
  policy
    .command("show", { isDefault: true })
    .description("show the rules, the block lists in force, and what they hide")
    .addHelpText("after", example("collective policy show", "collective policy show --json"))
    // Whatever `policy` does not know comes here: it is answered as an unknown command, not as a surplus of this one.
    .allowExcessArguments()
    .action(async (_flags: unknown, { args: [unknown] }: Command) => {
      if (unknown !== undefined)
        throw new UsageError(
          `collective policy has no command "${unknown.slice(0, 40)}"`,
          `It has: ${policy.commands.map((one) => one.name()).join(", ")}.`,
        );
      const view = await client().policy();
      output.data(view, () => policyLines(output, view));
    });
}

function addSet(policy: Command, { client, output }: CommandContext): void {
  const width = Math.max(...Object.keys(rules).map((name) => name.length));
  const listed = Object.entries(rules).map(([name, { takes }]) => `  ${name.padEnd(width)}  ${takes}`);
  policy
    .command("set")
    .description("set a rule; it replaces what the rule was before")
    .argument("<name>", "of the rule")
    .argument("<values...>", "what it takes")
    .addHelpText(
      "after",
      `\nRules:\n${listed.join("\n")}\n${example("collective policy set permissions none", "collective policy set licences MIT Apache-2.0", "collective policy set minScore 0.3")}`,
    )
    .action(async (name: string, values: readonly string[]) => {
      const peer = client();
      const wanted =
        name === "authors" ? await Promise.all(values.map((one) => wholePeerId(peer, one))) : values;
      const view = await peer.changePolicy(changeOf(name, wanted));
      output.data(view, () => policyLines(output, view));
    });
  policy
    .command("unset")
    .description("take a rule out")
    .argument(
      "<name>",
      "of the rule; also blockedPeers, blockedActions, approved or lists, all of them at once",
    )
    .addHelpText("after", example("collective policy unset minScore"))
    .action(async (name: string) => {
      const view = await client().changePolicy(removalOf(name));
      output.data(view, () => policyLines(output, view));
    });
}

function addBlock(policy: Command, { client, output }: CommandContext): void {
  const change = async (ref: string, verb: "block" | "unblock") => {
    const peer = client();
    const { field, id } = await blockable(peer, ref);
    const was = (await peer.policy()).policy[field]?.includes(id) === true;
    const view = await peer.changePolicy({ [verb === "block" ? "add" : "remove"]: { [field]: [id] } });
    output.data(view, () => [id]);
    output.note(
      verb === "unblock"
        ? was
          ? "It is not blocked by you any more; what was refused meanwhile comes back within about an hour."
          : "It was not blocked by you; a block list may still name it."
        : field === "blockedPeers"
          ? "What only it published is not offered, fetched, kept or run here any more."
          : "It is not offered, fetched, kept or run here any more.",
    );
  };
  policy
    .command("block")
    .description("want nothing of a peer, or not that action")
    .argument("<id>", "of a peer or an action; or an action's name")
    .addHelpText("after", example("collective policy block 12D3KooW…", "collective policy block bafyrei…"))
    .action((id: string) => change(id, "block"));
  policy
    .command("unblock")
    .description("take a block back")
    .argument("<id>", "of a peer or an action; or an action's name")
    .addHelpText("after", example("collective policy unblock 12D3KooW…"))
    .action((id: string) => change(id, "unblock"));
}

function addApprove(policy: Command, { client, output }: CommandContext): void {
  policy
    .command("approve")
    .description("let an action run without asking from now on, whatever is in doubt about it")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .option("--take-back", "ask again from now on")
    .addHelpText("after", example("collective policy approve ID", "collective policy approve ID --take-back"))
    .action(async (ref: string, { takeBack }: { takeBack?: boolean }) => {
      const peer = client();
      const id = await wholeActionId(peer, ref);
      const view = await peer.changePolicy({ [takeBack ? "remove" : "add"]: { approved: [id] } });
      output.data(view, () => [id]);
      output.note(
        takeBack
          ? "It is treated like any other action again."
          : "It runs without asking from now on. What you block or rule out stays out.",
      );
    });
}

/** A peer's id begins with 12D3KooW; everything else names an action. */
async function blockable(
  peer: ActionClient,
  ref: string,
): Promise<{ readonly field: "blockedPeers" | "blockedActions"; readonly id: string }> {
  return ref.startsWith("12D3KooW")
    ? { field: "blockedPeers", id: await wholePeerId(peer, ref) }
    : { field: "blockedActions", id: await wholeActionId(peer, ref) };
}

async function wholePeerId(peer: ActionClient, ref: string): Promise<string> {
  return (await peer.peer(ref)).peer;
}

/** An id that is whole need not be known here: one may hear of it only to keep it out. */
async function wholeActionId(peer: ActionClient, ref: string): Promise<string> {
  return /^bafyrei[a-z2-7]{52}$/.test(ref) ? ref : (await peer.show(ref)).id;
}
