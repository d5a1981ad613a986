import type { Team } from "action-collective/agents";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { UsageError } from "../report-failure.ts";
import { readTeamFile } from "../team/read-team-file.ts";
import { teamLines } from "../team/team-text.ts";
import { wholeText } from "../team/whole-text.ts";

interface RunFlags {
  readonly message?: string;
  readonly set?: readonly string[];
  readonly yes?: boolean;
  readonly publish?: boolean;
  readonly peer: boolean;
  readonly stay?: boolean;
}

/** Teams of agents from a file. */
export function addTeam(program: Command, context: CommandContext): void {
  const team = program
    .command("team")
    .description("run a team of agents that a YAML or JSON file describes")
    .addHelpText(
      "after",
      example("collective team check newsroom.yaml", 'collective team run newsroom.yaml "What is new?"'),
    );
  addRun(team, context);
  addCheck(team, context);
}

const setOption = ["--set <name=value...>", "a variable of the file, in place of what stands there"] as const;

function addRun(team: Command, context: CommandContext): void {
  const { io, end } = context;
  team
    .command("run")
    .description("start a team, tell it something, and show what is said until it is silent")
    .argument("<file>", "YAML, or JSON where its name ends in .json")
    .argument("[message]", "what the team is told; without it, what is typed, or piped in")
    .option("--message <text>", "the same")
    .option(...setOption)
    .option("--yes", "say yes to every run that the peer has doubts about")
    .option("--publish", "let members publish under your key, where the file says so")
    .option("--no-peer", "without a peer: no actions, nobody of elsewhere")
    .option("--stay", "go on when all are silent, for people and other peers to reach members, until Ctrl-C")
    .addHelpText(
      "after",
      `\nMembers think with the models that the file names; keys and servers come from the environment (OPENAI_API_KEY,\nOPENAI_BASE_URL, or what the file names). Ctrl-C ends it. With --json, every event is one line; with --quiet, only the\nanswers to you are shown. It ends with 1 when nobody answered.\n${example(
        'collective team run newsroom.yaml "What is new?"',
        "collective team run newsroom.yaml --set topic=tides --message 'What is new?'",
        "collective team run newsroom.yaml < question.txt",
      )}`,
    )
    .action(async (file: string, given: string | undefined, flags: RunFlags) => {
      if (given !== undefined && flags.message !== undefined)
        throw new UsageError("The message is given twice: as an argument, and as --message");
      const read = await readTeamAt(file, flags.set ?? []);
      const atConsole = read.members.some((one) => one.kind === "person" && one.human.console !== undefined);
      const typed = io.stdin.isTTY === true || atConsole || flags.stay === true;
      const told = given ?? flags.message ?? (typed ? undefined : await wholeText(io.stdin));
      if (told === undefined && atConsole && flags.stay !== true)
        throw new UsageError("Somebody of the team has the console: give the message as an argument");
      if (told?.trim() === "") throw new UsageError("The message is empty");
      // Only here: other commands need no agents and no models.
      const { runTeam } = await import("../team/run-team.ts");
      end(
        await runTeam(read, context, {
          message: told?.trim(),
          yes: flags.yes === true,
          publish: flags.publish === true,
          peer: flags.peer,
          stay: flags.stay === true,
        }),
      );
    });
}

function addCheck(team: Command, { io, output }: CommandContext): void {
  team
    .command("check")
    .description("say everything that is wrong with a team's file, or who is in the team")
    .argument("<file>", "YAML, or JSON where its name ends in .json")
    .option(...setOption)
    .addHelpText("after", example("collective team check newsroom.yaml"))
    .action(async (file: string, flags: Pick<RunFlags, "set">) => {
      const read = await readTeamAt(file, flags.set ?? []);
      const { environmentOf, environmentProblems } = await import("action-collective/agents");
      const missing = environmentProblems(read, io.env);
      const variables = environmentOf(read);
      output.data({ team: read, variables, missing }, () => teamLines(output, read, variables));
      for (const problem of missing) output.note(`It cannot run here yet: ${problem}.`);
    });
}

async function readTeamAt(path: string, settings: readonly string[]): Promise<Team> {
  const variables = settings.map((setting) => {
    const at = setting.indexOf("=");
    if (at < 1) throw new UsageError(`--set takes name=value, not "${setting.slice(0, 40)}"`);
    return [setting.slice(0, at), setting.slice(at + 1)] as const;
  });
  const value = await readTeamFile(path);
  const { readTeam } = await import("action-collective/agents");
  return readTeam(value, Object.fromEntries(variables));
}
