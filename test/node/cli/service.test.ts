import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { collective, type RunOptions } from "./cli-run.ts";

/** Notes what it is asked for, as the user's systemd would see it. */
const SYSTEMCTL = `#!/bin/sh
echo "$@" >> "$CALLS"
case "$2" in
  is-enabled) echo enabled ;;
  is-active) echo activating; exit 3 ;;
  enable) [ -z "$REFUSE" ] || { echo "no bus" >&2; exit 1; } ;;
esac
`;

async function machine({ systemctl = true } = {}) {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  await mkdir(at("bin"));
  if (systemctl) {
    await writeFile(at("bin/systemctl"), SYSTEMCTL);
    await chmod(at("bin/systemctl"), 0o755);
  }
  const env = { HOME: folder.path, PATH: at("bin"), CALLS: at("calls"), COLLECTIVE_HOME: at("home") };
  return {
    file: at(".config/systemd/user/collective.service"),
    home: at("home"),
    calls: async () => (await readFile(at("calls"), "utf8").catch(() => "")).trim().split("\n"),
    run: (argv: string, options: RunOptions = {}) =>
      collective(["service", ...argv.split(" ")], { ...options, env: { ...env, ...options.env } }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const TYPING = { typed: true, terminal: { columns: 80 } } as const;

describe("collective service", () => {
  it("writes the unit, makes the home, starts nothing by itself and says how", async () => {
    await using here = await machine();
    const { code, stdout, stderr } = await here.run("install");
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(`${here.file}\n`);
    expect(stderr).toContain("systemctl --user enable --now collective.service");
    expect(stderr).toContain("loginctl enable-linger");
    expect(await readFile(here.file, "utf8")).toContain(`"--home" "${here.home}" "start"`);
    expect((await stat(here.home)).mode & 0o777).toBe(0o700);
    expect(await here.calls()).toEqual([""]);
    const again = await here.run("install --json");
    expect(JSON.parse(again.stdout)).toEqual({ file: here.file, changed: false, started: false });
  });

  it("says in words that the file cannot be had, and whose it is when it is somebody else's", async () => {
    await using here = await machine();
    await mkdir(dirname(dirname(here.file)), { recursive: true });
    // A file where a folder should be.
    await writeFile(dirname(here.file), "");
    for (const command of ["install", "status", "uninstall --yes"]) {
      const { code, stderr } = await here.run(command);
      expect(code).toBe(1);
      expect(stderr).toContain(`The service's file ${here.file} cannot be had: ENOTDIR`);
      expect(stderr).not.toContain("defect");
    }
    await rm(dirname(here.file));
    await mkdir(dirname(here.file));
    await writeFile(here.home, "");
    expect((await here.run("install")).stderr).toMatch(/cannot be this peer's home: .*\n.*--home/);
    await writeFile(here.file, "[Unit]\n");
    expect((await here.run("status")).stderr).toContain("was not written by this command");
  });

  it("starts it after a yes, or with --enable, and not after a no", async () => {
    await using here = await machine();
    expect((await here.run("install", { ...TYPING, stdin: "n\n" })).code).toBe(0);
    expect(await here.calls()).toEqual([""]);
    expect((await here.run("install", { ...TYPING, stdin: "y\n" })).code).toBe(0);
    expect((await here.run("install --enable")).code).toBe(0);
    const started = ["--user daemon-reload", "--user enable --now collective.service"];
    expect(await here.calls()).toEqual([...started, ...started]);
  });

  it("says what systemd said when it refuses, with a way out", async () => {
    await using here = await machine();
    const { code, stderr } = await here.run("install --enable", { env: { REFUSE: "1" } });
    expect(code).toBe(1);
    expect(stderr).toContain("no bus");
    expect(stderr).toContain("in a session of your own");
  });

  it("prints without writing, and says what the service will not see", async () => {
    await using here = await machine({ systemctl: false });
    const printed = await here.run("install --print");
    expect(printed.stdout).toMatch(/^ExecStart="\/.*" "start"$/m);
    expect(existsSync(dirname(here.file))).toBe(false);
    expect(existsSync(here.home)).toBe(false);
    const { stderr } = await here.run("install", { env: { COLLECTIVE_PORT: "4999" } });
    expect(stderr).toContain("does not see COLLECTIVE_PORT of your shell");
  });

  it("shows how it stands, and goes when asked, leaving the home", async () => {
    await using here = await machine();
    expect(JSON.parse((await here.run("status --json")).stdout)).toMatchObject({ installed: false });
    await here.run("install");
    expect(JSON.parse((await here.run("status --json")).stdout)).toEqual({
      ...{ file: here.file, installed: true, current: true, enabled: "enabled", active: "activating" },
    });
    const { stdout } = await here.run("status", { env: { COLLECTIVE_HOME: `${here.home}-2` } });
    expect(stdout).toContain("starts another program or home");
    expect((await here.run("uninstall")).stderr).toContain("Nothing was changed");
    expect(existsSync(here.file)).toBe(true);
    expect((await here.run("uninstall --yes")).code).toBe(0);
    expect(existsSync(here.file)).toBe(false);
    expect(existsSync(here.home)).toBe(true);
    expect((await here.calls()).slice(-2)).toEqual([
      "--user disable --now collective.service",
      "--user daemon-reload",
    ]);
  });

  it("leaves a unit that somebody else wrote", async () => {
    await using here = await machine();
    await mkdir(dirname(here.file), { recursive: true });
    await writeFile(here.file, "[Unit]\n");
    for (const argv of ["install --enable", "uninstall --yes"]) {
      const { code, stderr } = await here.run(argv);
      expect(code).toBe(1);
      expect(stderr).toContain("was not written by this command");
    }
    expect(await readFile(here.file, "utf8")).toBe("[Unit]\n");
    expect(await here.calls()).toEqual([""]);
  });
});
