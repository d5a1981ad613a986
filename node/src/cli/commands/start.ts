import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { readConfigText } from "../../home.ts";
import {
  CONFIG_FILE,
  environmentName,
  flagName,
  resolveSettings,
  type SettingName,
  type SettingTexts,
  settingProblem,
} from "../../settings.ts";
import { settingsTable } from "../../settings-table.ts";
import { type CommandContext, example } from "../command.ts";
import { SETTING_GROUPS } from "../setting-groups.ts";

export function addStart(program: Command, { io, home, output, end }: CommandContext): void {
  const command = program
    .command("start")
    .description("start this machine's peer; it runs until Ctrl-C or `collective stop`")
    .addHelpText(
      "after",
      `\nEvery setting can also stand in the environment, under the name in brackets, or in ${CONFIG_FILE} in the home, as\n"apiPort" for --api-port. A flag counts most, then the environment, then the file.\n${example("collective start", "collective start --port 0 --bootstrap none --no-library")}`,
    );
  for (const [heading, names] of Object.entries(SETTING_GROUPS))
    for (const name of names)
      for (const option of optionsFor(name)) command.addOption(option.helpGroup(heading));
  command.action(async (flags: SettingTexts) => {
    const path = home();
    const settings = resolveSettings({
      home: path,
      flags,
      env: io.env,
      config: await readConfigText(path, CONFIG_FILE),
      cores: availableParallelism(),
    });
    // Only here: the other commands must start without libp2p, SQLite and the rest of a peer.
    const { runDaemon } = await import("../../daemon.ts");
    const stdout = (text: string) => void io.stdout.write(text);
    const stderr = (text: string) => void io.stderr.write(text);
    end(await runDaemon(settings, { stdout, stderr }, { json: output.json }));
  });
}

/** Every flag follows from the table of settings. */
function optionsFor(name: SettingName): Option[] {
  const entry = settingsTable[name];
  const flag = `--${flagName(name)}`;
  const described = `${entry.description} [${environmentName(name)}]`;
  if (entry.kind === "boolean")
    // What is the default anyway can be said, and needs no line in the help.
    return [
      new Option(`--no-${flagName(name)}`, `do not ${described}`).hideHelp(entry.fallback === false),
      new Option(flag, described).hideHelp(entry.fallback === true),
    ];
  const option = new Option(`${flag} <${entry.argument}>`, described + defaultOf(entry.fallback));
  return [
    option.argParser<unknown>((text: string, before: unknown) => {
      const problem = settingProblem(name, text);
      if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`);
      return entry.kind === "list" ? [...(Array.isArray(before) ? before : []), text] : text;
    }),
  ];
}

/** Shown, not given to the parser: a default must not outrank the environment. */
function defaultOf(fallback: unknown): string {
  if (fallback === undefined) return "";
  return ` (default: ${Array.isArray(fallback) ? "none" : String(fallback)})`;
}
