import type { SayingOptions, TrustLevel } from "action-collective";
import { type Command, InvalidArgumentError } from "commander";
import { type CommandContext, example } from "../command.ts";
import { UsageError } from "../report-failure.ts";
import { nextToFollow, peerLines, saidLine, trustLines } from "../trust-text.ts";

interface SayFlags {
  readonly reason?: string;
  readonly publish?: boolean;
}

const PEER = "its id, or a beginning of it that only one known peer has";
const LEVELS: readonly TrustLevel[] = [-2, -1, 0, 1, 2];

/** `trust`, and a short command for each of the common things to say. */
export function addTrust(program: Command, context: CommandContext): void {
  const { client, output } = context;
  const say = sayer(context);
  sayOptions(
    program
      .command("trust")
      .description("show whom you trust and who is suggested; or show, or say, what you think of one peer")
      .argument("[peer]", PEER)
      .option(
        "--level <number>",
        "say it: 2 I know them well, 1 right so far, 0 nothing, -1 often wrong, -2 in bad faith",
        parseLevel,
      ),
  )
    .addHelpText(
      "after",
      `\nTrust is yours: it stays on this machine unless you publish it.\n${example("collective trust", "collective trust PEER", 'collective trust PEER --level 2 --reason "we met" --publish')}`,
    )
    .action(async (peer: string | undefined, flags: SayFlags & { level?: TrustLevel }) => {
      const { level, ...said } = flags;
      if (level === undefined && (said.reason !== undefined || said.publish))
        throw new UsageError("--reason and --publish belong to something that is said: add --level");
      if (peer !== undefined && level !== undefined) return await say(peer, level, said);
      if (level !== undefined) throw new UsageError("--level needs a peer");
      const asked = client();
      const trust = await asked.trust();
      if (peer !== undefined) {
        const view = await asked.peer(peer);
        output.data(view, () => peerLines(output, view, trust));
        return;
      }
      output.data(trust, () => trustLines(output, trust));
      const next = nextToFollow(trust);
      if (trust.statements.length === 0) output.note(nobodyYet(trust.suggestedByNetwork.length > 0));
      if (next !== undefined) output.note(`To follow somebody: collective follow ${next}`);
    });
  sayOptions(
    program
      .command("follow")
      .description("let a peer's word count here, and that of those it trusts")
      .argument("<peer>", PEER),
  )
    .addHelpText("after", example("collective follow PEER"))
    .action((peer: string, flags: SayFlags) => say(peer, 1, flags));
  program
    .command("unfollow")
    .description("take back what you said of a peer, good or bad")
    .argument("<peer>", PEER)
    .addHelpText("after", example("collective unfollow PEER"))
    .action((peer: string) => say(peer, 0, {}));
  sayOptions(
    program
      .command("distrust")
      .description("let a peer's word count for nothing here")
      .argument("<peer>", PEER),
  )
    .addHelpText("after", example('collective distrust PEER --reason "its verdicts were wrong"'))
    .action((peer: string, flags: SayFlags) => say(peer, -2, flags));
}

function sayOptions(command: Command): Command {
  return command
    .option("--reason <text>", "why, in a line of your own")
    .option("--publish", "sign it and tell the network; otherwise only this machine knows");
}

function sayer({ client, output }: CommandContext) {
  return async (peer: string, level: TrustLevel, options: SayingOptions): Promise<void> => {
    const said = await client().say({ peer, level, ...options });
    output.data(said, () => [saidLine(output, said)]);
    output.note(consequence(level));
    if (level !== 0)
      output.note(said.published ? "It is signed, and anybody can read it." : "Only this machine knows.");
  };
}

function nobodyYet(suggested: boolean): string {
  const list = suggested ? ", and a little what those say whom the network's list suggests" : "";
  return `You follow nobody yet: what this peer finds out itself counts${list}. To follow somebody you know: collective follow PEER, with the id that their \`collective id\` shows.`;
}

function consequence(level: TrustLevel): string {
  switch (level) {
    case 2:
    case 1:
      return "Its verdicts count here from now on, and to some extent those of peers that it trusts.";
    case 0:
      return "What you said before is taken back.";
    case -1:
      return "Its word counts half of what it would.";
    case -2:
      return "Its word counts for nothing here. To have none of its actions either: collective policy block.";
  }
}

function parseLevel(text: string): TrustLevel {
  const level = LEVELS.find((one) => String(one) === text.replace(/^\+/, ""));
  if (level === undefined) throw new InvalidArgumentError("It must be -2, -1, 0, 1 or 2.");
  return level;
}
