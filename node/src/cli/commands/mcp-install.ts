import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { peerHome } from "action-collective";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { MCP_HOSTS, type McpHost } from "../mcp-hosts.ts";
import { changedServers } from "../mcp-settings.ts";
import { readHostFile, replaceHostFile } from "../mcp-settings-file.ts";
import { jsonText } from "../output.ts";
import { UsageError } from "../report-failure.ts";

interface InstallFlags {
  readonly user?: boolean;
  readonly remove?: boolean;
  readonly print?: boolean;
  readonly name: string;
}

const KNOWN = MCP_HOSTS.map(({ name }) => name).join(", ");
/** How hosts call the server; it stands before the name of each tool. */
const SERVER_NAME = "collective";
const COLLECTIVE = fileURLToPath(new URL("../../../bin/collective.js", import.meta.url));

export function addInstall(mcp: Command, context: CommandContext): void {
  mcp
    .command("install")
    .description(
      "tell a host of `collective mcp`: writes it into the host's own file, and leaves the rest of that as it is",
    )
    .argument("<host>", `${KNOWN}; any other with --print`)
    .option("--user", "for every project of yours, not only for the folder you are in")
    .option("--remove", "take it out again")
    .option("--print", "write nothing, show what belongs into the file")
    .option("--name <name>", "how the host calls the server", SERVER_NAME)
    .addHelpText(
      "after",
      example("collective mcp install claude-code", "collective mcp install cursor --user"),
    )
    .action(async (name: string, flags: InstallFlags) => {
      if (!/^[a-zA-Z0-9_-]{1,64}$/.test(flags.name))
        throw new UsageError("A server's name has letters, digits, - and _, at most 64 of them");
      const host = MCP_HOSTS.find((one) => one.name === name);
      if (flags.print) return print(host, flags, context);
      if (host === undefined)
        throw new UsageError(
          `The file of "${name}" is not known here; known are ${KNOWN}`,
          "Add --print to see what most hosts take, and put it where yours keeps its MCP servers.",
        );
      await write(host, flags, context);
    });
}

function print(host: McpHost | undefined, flags: InstallFlags, { home, output, io }: CommandContext): void {
  const server = { ...host?.entry, ...commandOf(home()) };
  const shown = { [host?.key ?? "mcpServers"]: { [flags.name]: server } };
  output.data(shown, () => [jsonText(shown)]);
  if (host !== undefined) output.note(`It belongs into ${fileOf(host, flags, io.env)}.`);
}

async function write(
  host: McpHost,
  flags: InstallFlags,
  { home, output, io }: CommandContext,
): Promise<void> {
  const { user, remove, name } = flags;
  const file = fileOf(host, flags, io.env);
  const server = { ...host.entry, ...commandOf(home()) };
  const entry = remove ? undefined : server;
  const text = changedServers(await readHostFile(file), { file, key: host.key, name, entry });
  const changed = text !== undefined;
  if (changed) await replaceHostFile(file, text);
  output.data({ host: host.name, file, changed, ...(remove ? {} : { server }) }, () => [file]);
  if (remove) output.note(changed ? `${host.title} does not start it any more.` : "It was not there.");
  else output.note(changed ? `${host.title} starts it from now on. ${host.next}` : "It was there already.");
  if (changed && !remove && !user)
    output.note("The file names paths of this machine: keep it out of what you share, or use --user.");
}

/** Works from any folder, whatever `node` and `collective` mean there. */
function commandOf(home: string) {
  const isDefault = home === peerHome(undefined, {});
  return {
    command: process.execPath,
    args: [COLLECTIVE, ...(isDefault ? [] : ["--home", home]), "mcp"],
  };
}

function fileOf(
  host: McpHost,
  { user }: InstallFlags,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (!user) return join(process.cwd(), host.project);
  return host.user({ platform: process.platform, home: env.HOME || homedir(), env });
}
