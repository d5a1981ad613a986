import { mkdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { HomeUnusableError, replaceFile } from "../../home.ts";
import {
  ServiceFileForeignError,
  ServiceFileUnusableError,
  ServiceUnsupportedError,
} from "../../service/errors.ts";
import { mayMakeNamespaces, unitFile } from "../../service/places.ts";
import { namespaceSwitches, Systemctl } from "../../service/systemctl.ts";
import { isOurs, startCommand, UNIT_NAME, unitText } from "../../service/unit.ts";
import { environmentName, type SettingName } from "../../settings.ts";
import { settingsTable } from "../../settings-table.ts";
import { askYes, isInteractive } from "../ask-yes.ts";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";

const COLLECTIVE = fileURLToPath(new URL("../../../bin/collective.js", import.meta.url));
/** Where programs of the system are, when the environment does not say. */
const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";
const LINGER = "loginctl enable-linger";

interface InstallFlags {
  readonly print?: boolean;
  readonly enable?: boolean;
  /** `--no-namespaces` */
  readonly namespaces: boolean;
}

export function addService(program: Command, context: CommandContext): void {
  const service = program
    .command("service")
    .description("run the peer as a service of your own (systemd on Linux): it starts when you log in");
  service
    .command("install")
    .description("write the service's file; asks before it starts anything")
    .option("--print", "write nothing, show the file")
    .option("--enable", "start it now and with every login, without asking")
    .option("--no-namespaces", "leave out what needs user namespaces, where systemd says 226/NAMESPACE")
    .addHelpText(
      "after",
      `\nThe service takes its settings from config.json in the home, not from the environment of your shell.\n${example("collective service install", "collective service install --enable", "collective --home ~/second service install --print")}`,
    )
    .action((flags: InstallFlags) => install(flags, context));
  service
    .command("uninstall")
    .description("stop the service and remove its file; the peer's home stays")
    .option("--yes", "do not ask")
    .addHelpText("after", example("collective service uninstall"))
    .action((flags: { yes?: boolean }) => uninstall(flags, context));
  service
    .command("status")
    .description("say whether the service is installed, starts by itself and runs")
    .addHelpText("after", example("collective service status", "collective service status --json"))
    .action(() => status(context));
}

async function install(flags: InstallFlags, context: CommandContext): Promise<void> {
  const { io, home, output } = context;
  const file = fileOf(context);
  const text = unitText({
    ...{ node: process.execPath, script: COLLECTIVE, home: home(), searchPath: io.env.PATH || SYSTEM_PATH },
    namespaces: flags.namespaces && mayMakeNamespaces(await namespaceSwitches()),
  });
  if (flags.print) {
    output.data({ file, unit: text }, () => [text.trimEnd()]);
    output.note(`It belongs into ${oneLine(file)}.`);
    return;
  }
  assertLinux(home());
  const before = await readUnit(file);
  if (before !== undefined && !isOurs(before)) throw new ServiceFileForeignError(file);
  // systemd refuses to start what may write to a folder that is not there.
  await mkdir(home(), { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new HomeUnusableError(home(), error.message, { cause: error });
  });
  if (before !== text)
    await having(file, async () => {
      await mkdir(dirname(file), { recursive: true });
      await replaceFile(file, text);
    });
  const started = await startIfWanted(flags, context);
  output.data({ file, changed: before !== text, started }, () => [oneLine(file)]);
  noteEnvironment(context);
  if (!started)
    output.note(
      `Start it now and with every login:\n  systemctl --user daemon-reload\n  systemctl --user enable --now ${UNIT_NAME}`,
    );
  output.note(
    `To have it run while you are not logged in as well: ${LINGER}\nIts log: journalctl --user -u ${UNIT_NAME}`,
  );
}

async function startIfWanted({ enable }: InstallFlags, { io, output }: CommandContext): Promise<boolean> {
  const systemctl = Systemctl.find(io.env);
  if (systemctl === undefined) {
    if (enable) output.note("systemctl is not on the path: nothing was started.");
    return false;
  }
  const wanted =
    enable === true ||
    (!output.json && isInteractive(io) && (await askYes(io, "Start it now and with every login?")));
  if (!wanted) return false;
  await systemctl.run("daemon-reload");
  await systemctl.run("enable", "--now", UNIT_NAME);
  return true;
}

async function uninstall({ yes }: { yes?: boolean }, context: CommandContext): Promise<void> {
  const { io, home, output } = context;
  const file = fileOf(context);
  assertLinux(home());
  const text = await readUnit(file);
  if (text !== undefined && !isOurs(text)) throw new ServiceFileForeignError(file);
  if (text === undefined) {
    output.data({ file, removed: false }, () => [oneLine(file)]);
    output.note("It was not there.");
    return;
  }
  const systemctl = Systemctl.find(io.env);
  const wanted =
    yes === true ||
    (!output.json && isInteractive(io) && (await askYes(io, "Stop the service and remove its file?")));
  if (!wanted) {
    output.data({ file, removed: false }, () => [oneLine(file)]);
    output.note(`Nothing was changed. Add --yes, or run: systemctl --user disable --now ${UNIT_NAME}`);
    return;
  }
  if (systemctl !== undefined) await systemctl.run("disable", "--now", UNIT_NAME);
  await having(file, () => rm(file, { force: true }));
  if (systemctl !== undefined) await systemctl.run("daemon-reload");
  output.data({ file, removed: true }, () => [oneLine(file)]);
  output.note(`Removed. The peer's home stays: ${oneLine(home())}`);
}

async function status(context: CommandContext): Promise<void> {
  const { io, home, output } = context;
  const file = fileOf(context);
  const text = await readUnit(file);
  const systemctl = Systemctl.find(io.env);
  const [enabled, active] =
    systemctl === undefined || text === undefined
      ? ["unknown", "unknown"]
      : await Promise.all([systemctl.ask("is-enabled", UNIT_NAME), systemctl.ask("is-active", UNIT_NAME)]);
  const installed = text !== undefined;
  const current = installed && startsThis(text, home());
  output.data({ file, installed, current, enabled, active }, () =>
    installed
      ? [
          `file     ${oneLine(file)}${current ? "" : " (starts another program or home)"}`,
          `enabled  ${oneLine(enabled)}`,
          `active   ${oneLine(active)}`,
        ]
      : ["not installed"],
  );
  if (!installed) output.note("collective service install");
  else if (!isOurs(text)) output.note(new ServiceFileForeignError(file).message);
  else if (!current) output.note('Write it anew for this program and home: "collective service install".');
}

/** Whether a unit starts this program with this home: an update of Node or of the program may have moved either. */
function startsThis(text: string, home: string): boolean {
  const wanted = unitText({
    ...{ node: process.execPath, script: COLLECTIVE, home, searchPath: "", namespaces: false },
  });
  const start = (unit: string) => /^ExecStart=.*$/m.exec(unit)?.[0];
  return start(text) === start(wanted);
}

/** A service does not see what the user's shell has. */
function noteEnvironment({ io, output }: CommandContext): void {
  const unseen = (Object.keys(settingsTable) as SettingName[])
    .map((name) => environmentName(name))
    .filter((name) => io.env[name]);
  if (unseen.length > 0)
    output.note(`The service does not see ${unseen.join(", ")} of your shell: put them into config.json.`);
}

function fileOf({ io }: CommandContext): string {
  return unitFile(io.env, io.env.HOME || homedir());
}

function assertLinux(home: string): void {
  if (process.platform === "linux") return;
  const command = startCommand({ node: process.execPath, script: COLLECTIVE, home }).join(" ");
  throw new ServiceUnsupportedError(process.platform, command);
}

async function readUnit(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unusable(file, error);
  }
}

async function having(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, error: unknown): ServiceFileUnusableError {
  const why = error instanceof Error ? error.message : String(error);
  return new ServiceFileUnusableError(file, why, { cause: error });
}
