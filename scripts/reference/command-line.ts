import type { Command } from "commander";
import { Output } from "../../node/src/cli/output.ts";
import { createProgram } from "../../node/src/cli/program.ts";

const WIDTH = 100;

/** The whole help of every command. */
export function commandLine(): string {
  let text = "";
  const sink = { write: (more: string) => (text += more), isTTY: false, columns: WIDTH };
  const io = { stdout: sink, stderr: sink, stdin: (async function* () {})(), env: {} };
  const program = createProgram({ io, output: new Output(io, { json: false, quiet: false }), end: () => {} });
  const helpOf = (command: Command) => {
    text = "";
    command.configureHelp({ ...command.configureHelp(), helpWidth: WIDTH, showGlobalOptions: false });
    command.outputHelp();
    return text.trim();
  };
  const walk = (command: Command, path: string): string[] => [
    `## ${path}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
    ...command
      .createHelp()
      .visibleCommands(command)
      .filter((inner) => inner.name() !== "help")
      .flatMap((inner) => walk(inner, `${path} ${inner.name()}`)),
  ];
  return `# The command line

What \`collective help\` and \`collective help COMMAND\` say. Every command also takes \`--home\`, \`--json\` and \`--quiet\`.

${walk(program, "collective").join("\n")}`;
}
