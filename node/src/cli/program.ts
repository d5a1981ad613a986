import { readFileSync } from "node:fs";
import { ActionClient, peerHome } from "action-collective";
import { Command } from "commander";
import { type CommandContext, example } from "./command.ts";
import { addAgents } from "./commands/agents.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addFeedback } from "./commands/feedback.ts";
import { addId } from "./commands/id.ts";
import { addKey } from "./commands/key.ts";
import { addMcp } from "./commands/mcp.ts";
import { addNetwork } from "./commands/network.ts";
import { addNew } from "./commands/new.ts";
import { addPeers } from "./commands/peers.ts";
import { addPolicy } from "./commands/policy.ts";
import { addPublish } from "./commands/publish.ts";
import { addRun } from "./commands/run.ts";
import { addScore } from "./commands/score.ts";
import { addSearch } from "./commands/search.ts";
import { addShow } from "./commands/show.ts";
import { addStart } from "./commands/start.ts";
import { addStatus } from "./commands/status.ts";
import { addStop } from "./commands/stop.ts";
import { addTeam } from "./commands/team.ts";
import { addTrust } from "./commands/trust.ts";
import { addVerify } from "./commands/verify.ts";
import { addWithdraw } from "./commands/withdraw.ts";

const commands = [
  addStart,
  addStop,
  addStatus,
  addId,
  addPeers,
  addNetwork,
  addKey,
  addTrust,
  addPolicy,
  addNew,
  addPublish,
  addWithdraw,
  addSearch,
  addShow,
  addScore,
  addRun,
  addVerify,
  addFeedback,
  addMcp,
  addTeam,
  addAgents,
  addDoctor,
];

/** The whole command line. Every mistake is thrown as a `CommanderError`; nothing here ends the process. */
export function createProgram(parts: Pick<CommandContext, "io" | "output" | "end">): Command {
  const { io, output } = parts;
  const program = new Command("collective")
    .description("A peer of Action Collective: find, prove and run shared actions.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option("--home <folder>", "the peer's home (default: COLLECTIVE_HOME, or ~/.action-collective)")
    .option("--json", "one JSON document on stdout; failures as JSON on stderr")
    .option("-q, --quiet", "say nothing but data and failures")
    .helpCommand("help [command]", "show what a command takes")
    .addHelpText(
      "after",
      example(
        "collective start",
        'collective search "multiply two matrices"',
        `collective run ID --input '{"a":[[1]],"b":[[2]]}'`,
      ),
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
  for (const add of commands) add(program, context);
  return program;
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
