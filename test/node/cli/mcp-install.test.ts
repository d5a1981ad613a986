import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { COLLECTIVE } from "../../helpers/processes.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { collective } from "./cli-run.ts";

const before = process.cwd();
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: string;
let project: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  home = join(folder.path, "user");
  project = join(folder.path, "project");
  for (const path of [home, project]) await mkdir(path);
  process.chdir(project);
});
afterEach(async () => {
  process.chdir(before);
  await folder[Symbol.asyncDispose]();
});

const run = (argv: readonly string[], env: Record<string, string> = {}) =>
  collective(["mcp", "install", ...argv], { env: { HOME: home, ...env } });
const read = async (path: string) => JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
const started = { command: process.execPath, args: [COLLECTIVE, "mcp"] };

describe("collective mcp install", () => {
  it.each([
    ["claude-code", "mcpServers", ".mcp.json", ".claude.json", { type: "stdio" }],
    ["vscode", "servers", ".vscode/mcp.json", vsCodeUserFile(), { type: "stdio" }],
    ["cursor", "mcpServers", ".cursor/mcp.json", ".cursor/mcp.json", {}],
  ])("writes the file of %s, of the project and of the user", async (host, key, inProject, ofUser, more) => {
    const file = { [key]: { collective: { ...more, ...started } } };
    const installed = await run([host]);
    expect(installed).toMatchObject({ code: 0, stdout: `${join(project, inProject)}\n` });
    expect(await read(join(project, inProject))).toEqual(file);
    expect((await run([host])).stderr).toContain("It was there already.");
    expect((await run([host, "--user"])).code).toBe(0);
    expect(await read(join(home, ofUser))).toEqual(file);
    const removed = await run([host, "--remove", "--json"]);
    expect(JSON.parse(removed.stdout)).toMatchObject({ host, changed: true });
    expect(await read(join(project, inProject))).toEqual({ [key]: {} });
    expect(await read(join(home, ofUser))).toEqual(file);
    expect((await run([host, "--remove"])).stderr).toContain("It was not there.");
  });

  it("names the home where it is not the default one", async () => {
    const elsewhere = join(folder.path, "elsewhere");
    await run(["cursor"], { COLLECTIVE_HOME: elsewhere });
    expect(await read(".cursor/mcp.json")).toMatchObject({
      mcpServers: { collective: { args: [COLLECTIVE, "--home", elsewhere, "mcp"] } },
    });
  });

  it("shows for any host what belongs there, and writes nothing", async () => {
    const shown = await run(["some-editor", "--print"]);
    expect(JSON.parse(shown.stdout)).toEqual({ mcpServers: { collective: started } });
    expect(JSON.parse((await run(["vscode", "--print", "--name", "mine"])).stdout)).toEqual({
      servers: { mine: { type: "stdio", ...started } },
    });
    expect(await readdir(project)).toEqual([]);
    const unknown = await run(["some-editor"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("--print");
    expect((await run(["cursor", "--name", "a b"])).code).toBe(2);
  });

  it("leaves a file with comments as it is, and says what to do", async () => {
    const text = '{\n  // mine\n  "servers": {}\n}\n';
    await mkdir(".vscode");
    await writeFile(".vscode/mcp.json", text);
    for (const argv of [["vscode"], ["vscode", "--remove"]]) {
      const refused = await run(argv);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/comments[\s\S]*--print/);
    }
    expect(await readFile(".vscode/mcp.json", "utf8")).toBe(text);
  });

  it("leaves what is read-only, no text, no file, or a link to nothing", async () => {
    const file = ".mcp.json";
    const refusal = async (why: string) => {
      const refused = await run(["claude-code"]);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toContain(why);
    };
    await writeFile(file, "{}", { mode: 0o444 });
    await refusal("read-only");
    expect(await readFile(file, "utf8")).toBe("{}");
    await rm(file);
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    await writeFile(file, bytes);
    await refusal("not UTF-8");
    expect(await readFile(file)).toEqual(bytes);
    await rm(file);
    await mkdir(file);
    await refusal("it is no file");
    await rm(file, { recursive: true });
    await symlink(join(folder.path, "not-there.json"), file);
    await refusal("a link to what is not there");
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
  });

  it("keeps who may read the file, and follows a link", async () => {
    const real = join(folder.path, "dotfiles.json");
    await writeFile(real, '{ "numStartups": 3, "projects": { "/a": {} } }', { mode: 0o600 });
    await chmod(real, 0o600);
    await symlink(real, join(home, ".claude.json"));
    expect((await run(["claude-code", "--user"])).code).toBe(0);
    expect((await lstat(join(home, ".claude.json"))).isSymbolicLink()).toBe(true);
    expect((await stat(real)).mode & 0o777).toBe(0o600);
    expect(await read(real)).toMatchObject({
      numStartups: 3,
      projects: { "/a": {} },
      mcpServers: { collective: {} },
    });
    expect((await readdir(folder.path)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

function vsCodeUserFile(): string {
  if (process.platform === "darwin") return "Library/Application Support/Code/User/mcp.json";
  return process.platform === "win32" ? "AppData/Roaming/Code/User/mcp.json" : ".config/Code/User/mcp.json";
}
