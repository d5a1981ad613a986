import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import type { ImportOptions } from "../import/import-options.ts";

export function addImport(program: Command, context: CommandContext): void {
  program
    .command("import")
    .description("make actions of the pure functions of a package, a module, an Agent Skill or an MCP server")
    .argument(
      "[path]",
      "a folder with package.json or SKILL.md, or one TypeScript or JavaScript module; `mcp` for a server",
    )
    .argument("[command...]", "after `mcp --`: what starts the server")
    .option("--only <names...>", "only functions, scripts or tools of these names")
    .option(
      "--test-command <command>",
      "what runs the tests (default: vitest, jest or node:test, by package.json)",
    )
    .option("--no-tests", "run no tests and no scripts; cases come from @example comments alone")
    .option("--mcp <url>", "the address of a running MCP server")
    .option("--source <module>", "the module that starts the MCP server, where the command does not name it")
    .option("--inputs <file>", 'lines of JSON to try scripts and tools with: {"name": …, "input": …}')
    .option("--licence <id>", "under which others may use them (default: that of package.json)")
    .option("--out <folder>", "write a folder for each proved action, as `collective publish` takes it")
    .option("--publish", "publish what was proved, after a yes")
    .option("--yes", "run the tests, scripts or server, and with --publish publish, without asking")
    .addHelpText(
      "after",
      `\nIt runs the project's own tests, as you do, and writes down what its functions are called with and what they return:\nthese become cases. No file of the project is changed. What is proved is kept by this peer and is not published, unless\nyou say so. Of an Agent Skill the scripts are run with the command lines that SKILL.md shows. Of an MCP server the tools\nwhose code is on this machine and pure are called; what they answer are the cases.\n${example("collective import ./my-library/", "collective import ./src/text.ts --only slugify --out ./actions/", "collective import ./my-skill/", "collective import mcp -- node ./server.js")}`,
    )
    .action(async (path: string | undefined, command: string[], options: ImportOptions) => {
      // Only here: the other commands must start without a bundler and a parser.
      const { importAnything } = await import("../import/import-anything.ts");
      await importAnything(path, command, options, context);
    });
}
