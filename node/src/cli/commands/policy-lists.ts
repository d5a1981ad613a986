import { resolve } from "node:path";
import { peerIdOfKey } from "@action-collective/protocol";
import { type Command, InvalidArgumentError, Option } from "commander";
import { isPeerId } from "../../network-lists/address.ts";
import { countText } from "../amounts.ts";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
import { policyLines } from "../policy-text.ts";
import { UsageError } from "../report-failure.ts";
import { signerOf } from "../signing-key.ts";
import { pairs } from "../table.ts";

/** Block lists: whose to follow, and how to sign one. */
export function addPolicyLists(policy: Command, context: CommandContext): void {
  addSubscribe(policy, context);
  addSignList(policy, context);
}

function addSubscribe(policy: Command, { client, output }: CommandContext): void {
  policy
    .command("subscribe")
    .description("follow a block list: what it names is not wanted here either")
    .argument("<source>", "a file on this machine, or the http(s) address of a signed list")
    .addOption(
      new Option("--key <peer-id>", "of whom one must have signed it; may be repeated").argParser(
        (id: string, before: readonly string[] | undefined) => {
          if (!isPeerId(id)) throw new InvalidArgumentError("It must be a peer id such as 12D3KooW….");
          return [...(before ?? []), id];
        },
      ),
    )
    .addHelpText(
      "after",
      `\nNo list is followed by default. A list of somebody else decides what you see: follow one whose keeper you know.\n${example("collective policy subscribe https://example.org/blocked.json --key 12D3KooW…", "collective policy subscribe ./blocked.json")}`,
    )
    .action(async (given: string, { key = [] }: { key?: readonly string[] }) => {
      if (isAddress(given) && key.length === 0)
        throw new UsageError(
          "A list from elsewhere must be signed by somebody: no key was named",
          "Ask its keeper for the peer id of its key, over another way, and give it as --key.",
        );
      const source = sourceOf(given);
      const view = await client().changePolicy({ add: { lists: [{ source, keys: [...key] }] } });
      output.data(view, () => policyLines(output, view));
    });
  policy
    .command("unsubscribe")
    .description("follow a block list no longer")
    .argument("<source>", "as it was subscribed to")
    .addHelpText("after", example("collective policy unsubscribe https://example.org/blocked.json"))
    .action(async (given: string) => {
      const peer = client();
      const { lists = [] } = (await peer.policy()).policy;
      const source = sourceOf(given);
      if (!lists.some((one) => one.source === source))
        throw new UsageError(
          `No list from ${source.slice(0, 200)} is followed`,
          "collective policy shows those that are.",
        );
      const view = await peer.changePolicy({ remove: { lists: [source] } });
      output.data(view, () => policyLines(output, view));
    });
}

function addSignList(policy: Command, { output }: CommandContext): void {
  policy
    .command("sign-list")
    .description("sign a block list of your own with the key of a home, and write it back")
    .argument("<file>", "the list (protocol/SPEC.md §8.4 gives its form)")
    .requiredOption("--key <home>", "home whose key signs")
    .addHelpText(
      "after",
      `\n\`collective network key HOME\` makes a key. Serve the file anywhere; whoever follows it names the key.\n${example("collective policy sign-list blocked.json --key ~/maintainer")}`,
    )
    .action(async (file: string, { key }: { key: string }) => {
      const signer = await signerOf(key);
      // Only here: the other commands need not know how lists are made.
      const { signListFile } = await import("../block-list-file.ts");
      const { content, signatures } = await signListFile(file, signer);
      const { name, expires, entries } = content;
      const signed = signatures.map((signature) => signature.key);
      const [peers, actions] = [entries.peers.length, entries.actions.length];
      output.data({ file, name, expires, peers, actions, signed }, () =>
        pairs(output, {
          file,
          name: oneLine(name),
          expires: expires.slice(0, 10),
          names: `${countText(peers, "peer")}, ${countText(actions, "action")}`,
          "signed by": signed.join("\n"),
        }),
      );
      if (Date.parse(expires) <= Date.now())
        output.note("It has expired, so nobody uses it: change its dates, then sign it again.");
      else
        output.note(
          `Others follow it with: collective policy subscribe ADDRESS --key ${peerIdOfKey(signer.publicKey)}`,
        );
    });
}

function sourceOf(given: string): string {
  return isAddress(given) ? given : resolve(given);
}

function isAddress(given: string): boolean {
  return /^https?:\/\//i.test(given);
}
