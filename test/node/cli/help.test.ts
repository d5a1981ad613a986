import type { Command } from "commander";
import { expect, test } from "vitest";
import { Output } from "../../../node/src/cli/output.ts";
import { createProgram } from "../../../node/src/cli/program.ts";
import { SETTING_GROUPS } from "../../../node/src/cli/setting-groups.ts";
import { settingsTable } from "../../../node/src/settings-table.ts";

/** Every command, and each that it consists of, with its whole help. */
function everyHelp(): { readonly path: string; readonly command: Command; readonly help: string }[] {
  let text = "";
  const sink = { write: (more: string) => (text += more), isTTY: false };
  const io = { stdout: sink, stderr: sink, stdin: (async function* () {})(), env: {} };
  const program = createProgram({ io, output: new Output(io, { json: false, quiet: false }), end: () => {} });
  const helpOf = (command: Command) => {
    text = "";
    command.outputHelp();
    return text;
  };
  const walk = (command: Command, path: string): { path: string; command: Command; help: string }[] => [
    { path, command, help: helpOf(command) },
    ...command
      .createHelp()
      .visibleCommands(command)
      .filter((inner) => inner.name() !== "help")
      .flatMap((inner) => walk(inner, `${path} ${inner.name()}`)),
  ];
  return walk(program, "collective");
}

const helps = everyHelp();

test.each(helps)(
  "$path says what it does, what it takes, and shows an example",
  ({ path, command, help }) => {
    expect(command.description().length).toBeGreaterThan(10);
    for (const { flags, description } of command.options) expect(description, flags).not.toBe("");
    for (const argument of command.registeredArguments) expect(argument.description).not.toBe("");
    if (command.commands.length === 0) {
      const examples = [...help.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line = ""]) => line);
      expect(examples.some((line) => line.includes(path))).toBe(true);
      expect(help).toContain("--json");
    }
  },
);

test("the whole command says where things are, what its exit codes mean, and every command under a heading of its own", () => {
  const [{ help = "" } = {}] = helps;
  for (const word of ["Environment:", "Files, in the home:", "Exit codes:", "Finding and running:"])
    expect(help).toContain(word);
  expect(help).not.toMatch(/^Commands:$/m);
  expect(helps.length).toBeGreaterThan(40);
});

test("every setting stands under a heading in the help of start", () => {
  expect(Object.values(SETTING_GROUPS).flat().toSorted()).toEqual(Object.keys(settingsTable).toSorted());
});
