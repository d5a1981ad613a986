import { readFileSync } from "node:fs";
import { ActionClient, peerHome } from "action-collective";
import { Command } from "commander";
import { type CommandContext, example } from "./command.ts";
import { addAgents } from "./commands/agents.ts";
import { addDebug } from "./commands/debug.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addFeedback } from "./commands/feedback.ts";
import { addId } from "./commands/id.ts";
import { addImport } from "./commands/import.ts";
import { addInstall } from "./commands/install.ts";
import { addKey } from "./commands/key.ts";
import { addLock } from "./commands/lock.ts";
import { addMcp } from "./commands/mcp.ts";
import { addNetwork } from "./commands/network.ts";
import { addNew } from "./commands/new.ts";
import { addOpen } from "./commands/open.ts";
import { addOutdated } from "./commands/outdated.ts";
import { addPeers } from "./commands/peers.ts";
import { addPolicy } from "./commands/policy.ts";
import { addPublish } from "./commands/publish.ts";
import { addRun } from "./commands/run.ts";
import { addRuns } from "./commands/runs.ts";
import { addScore } from "./commands/score.ts";
import { addSearch } from "./commands/search.ts";
import { addService } from "./commands/service.ts";
import { addShow } from "./commands/show.ts";
import { addStart } from "./commands/start.ts";
import { addStatus } from "./commands/status.ts";
import { addStop } from "./commands/stop.ts";
import { addTeam } from "./commands/team.ts";
import { addTrust } from "./commands/trust.ts";
import { addVerify } from "./commands/verify.ts";
import { addWithdraw } from "./commands/withdraw.ts";
import { addCompletion } from "./completion.ts";

/** Every command, under the heading it has in the help. */
const commands: readonly (readonly [
  string,
  readonly ((program: Command, context: CommandContext) => void)[],
])[] = [
  ["Finding and running:", [addSearch, addShow, addScore, addRun, addRuns, addVerify, addFeedback]],
  ["Making and sharing:", [addNew, addImport, addPublish, addWithdraw]],
  ["Whom and what to believe:", [addTrust, addPolicy]],
  ["A project's actions:", [addLock, addInstall, addOutdated]],
  ["Agents:", [addMcp, addTeam, addAgents]],
  [
    "The peer:",
    [
      addStart,
      addStop,
      addStatus,
      addOpen,
      addDoctor,
      addDebug,
      addService,
      addId,
      addPeers,
      addNetwork,
      addKey,
    ],
  ],
];

const ABOUT_ITSELF = "This command:";

/** What man pages put at their end. */
const FOOT = `
Environment:
  COLLECTIVE_HOME              the peer's home, where --home does not say it
  COLLECTIVE_…                 every setting of the peer: collective start --help
  NO_COLOR                     no colours, whatever the terminal can

Files, in the home:
  key                          the peer's identity; whoever has it is this peer
  config.json                  settings, as "apiPort" for --api-port
  policy.json                  your rules: collective policy
  secrets.json                 values that you granted to actions
  peer.log                     the last lines of the log
  api.json                     where the running peer answers, and the token for it

Exit codes:
  0 ok   1 failure   2 usage   3 not found   4 not authorised   5 peer unreachable
  6 verification failed   7 refused by policy, or for want of a yes   8 sandbox limit
`;

/** The whole command line. Every mistake is thrown as a `CommanderError`; nothing here ends the process. */
export function createProgram(parts: Pick<CommandContext, "io" | "output" | "end">): Command {
  const { io, output } = parts;
  const program = new Command("collective")
    .description("A peer of Action Collective: find, prove and run shared actions.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option("--home <folder>", "the peer's home (default: COLLECTIVE_HOME, or ~/.action-collective)")
    .option("--json", "one JSON document on stdout; failures as JSON on stderr")
    .option("-q, --quiet", "say nothing but data and failures")
    .addHelpCommand(
      new Command("help")
        .argument("[command]")
        .description("show what a command takes")
        .helpGroup(ABOUT_ITSELF),
    )
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      "after",
      `${FOOT}${example(
        "collective start",
        'collective search "multiply two matrices"',
        `collective run ID --input '{"a":[[1]],"b":[[2]]}'`,
      )}`,
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void (output.json || io.stderr.write(text)),
      // `main` reports failures, as text or as JSON.
      outputError: () => undefined,
      getOutHasColors: () => output.paint("bold", "x") !== "x",
    });
  const home = () => peerHome(program.opts<{ home?: string }>().home, io.env);
  const context: CommandContext = { ...parts, home, client: () => new ActionClient({ home: home() }) };
  for (const [heading, adders] of commands) {
    program.commandsGroup(heading);
    for (const add of adders) add(program, context);
  }
  // Last: it looks at all the others.
  program.commandsGroup(ABOUT_ITSELF);
  addCompletion(program, context);
  return program;
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
