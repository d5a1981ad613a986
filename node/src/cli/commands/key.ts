import { consentToSucceed, keyOfPeerId, peerIdOfKey } from "@action-collective/protocol";
import type { Command } from "commander";
import { countText } from "../amounts.ts";
import { askYes, isInteractive } from "../ask-yes.ts";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";
import { parseMoment } from "../search-options.ts";
import { signerOf } from "../signing-key.ts";

/** What a peer says about the end of its own key. */
export function addKey(program: Command, context: CommandContext): void {
  const key = program
    .command("key")
    .description("say that another key succeeds the peer's own, or that its own is in other hands")
    .addHelpText(
      "after",
      example("collective key successor --new-home HOME", "collective key compromised --since 2026-01-31"),
    );
  addSuccessor(key, context);
  addCompromised(key, context);
}

function addSuccessor(key: Command, context: CommandContext): void {
  const { client, output } = context;
  key
    .command("successor")
    .description("name the key of another home as the one that succeeds the running peer's")
    .requiredOption("--new-home <home>", "home whose key succeeds")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      `\nWhat others think of the old key then counts for the new one. It cannot be taken back. \`collective network key HOME\`\nmakes a key.\n${example("collective key successor --new-home ~/new-home")}`,
    )
    .action(async ({ newHome, yes }: { newHome: string; yes?: boolean }) => {
      const signer = await signerOf(newHome);
      const successor = peerIdOfKey(signer.publicKey);
      const { peerId, network } = await client().identity();
      await confirm(context, yes, `${successor}\nsucceeds ${oneLine(peerId)}, for good.`);
      const consent = Buffer.from(consentToSucceed(signer, keyOfPeerId(peerId), network)).toString("base64");
      const said = await client().succession({ successor, consent });
      output.data(said, () => [successor]);
      output.note(
        `It succeeds this peer's key; told ${countText(said.recipients, "peer")}. Stop this peer, and start the new home.`,
      );
    });
}

function addCompromised(key: Command, context: CommandContext): void {
  const { client, output } = context;
  key
    .command("compromised")
    .description("declare that the running peer's key is in other hands")
    .requiredOption("--since <when>", "12h, 7d, 2w ago, or a date such as 2026-01-31", (text) =>
      parseMoment(text, Date.now()),
    )
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      `\nWhatever the key signed since then counts for nothing any more, anywhere. It cannot be taken back; only an earlier time\ncan be named later.\n${example("collective key compromised --since 2026-01-31")}`,
    )
    .action(async ({ since, yes }: { since: number; yes?: boolean }) => {
      const moment = new Date(since).toISOString();
      await confirm(
        context,
        yes,
        `All that this peer's key signed since ${moment} will count for nothing, for good.`,
      );
      const said = await client().compromise({ since });
      output.data(said, () => [`${oneLine(said.peer)}  compromised since ${moment}`]);
      output.note(
        `Told ${countText(said.recipients, "peer")}. Go on with a new key: start the peer with another --home.`,
      );
    });
}

/** What cannot be taken back is asked for twice. @throws {UsageError} nobody can be asked, or said no. */
async function confirm(
  { io, output }: CommandContext,
  yes: boolean | undefined,
  what: string,
): Promise<void> {
  if (yes) return;
  if (output.json || !isInteractive(io))
    throw new UsageError("This cannot be taken back", "Add --yes if that is what you want.");
  io.stderr.write(`${what}\n`);
  if (!(await askYes(io, "Say so?")))
    throw new UsageError("Nothing was said", "Add --yes to say it unasked.");
}
