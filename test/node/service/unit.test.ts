import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { mayMakeNamespaces, unitFile } from "../../../node/src/service/places.ts";
import { isOurs, type UnitParts, unitText } from "../../../node/src/service/unit.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const PARTS: UnitParts = {
  node: process.execPath,
  script: join(import.meta.dirname, "../../../node/bin/collective.js"),
  home: "/home/ada/.action-collective",
  searchPath: "/usr/bin:/bin",
  namespaces: true,
};
const linesOf = (parts: Partial<UnitParts> = {}) => unitText({ ...PARTS, ...parts }).split("\n");
const ANALYSE = "/usr/bin/systemd-analyze";

describe("the service of a peer", () => {
  it("starts this program by absolute paths, again when it fails, and with every login", () => {
    const lines = linesOf();
    expect(lines).toContain(
      `ExecStart="${PARTS.node}" "${PARTS.script}" "--home" "/home/ada/.action-collective" "start"`,
    );
    for (const line of ["Restart=on-failure", "WantedBy=default.target", 'Environment="PATH=/usr/bin:/bin"'])
      expect(lines).toContain(line);
  });

  it("may write to its home and to temporary files alone, and gains no privileges", () => {
    const lines = linesOf();
    for (const line of [
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      'ReadWritePaths="/home/ada/.action-collective" %T',
      "RestrictSUIDSGID=yes",
      "UMask=0077",
    ])
      expect(lines).toContain(line);
  });

  it("sets nothing that bubblewrap or V8 cannot live with", () => {
    const names = linesOf().flatMap((line) => /^([A-Z]\w+)=/.exec(line)?.[1] ?? []);
    for (const name of [
      ...["RestrictNamespaces", "MemoryDenyWriteExecute", "ProtectProc", "ProcSubset", "PrivateTmp"],
      ...["ProtectKernelTunables", "ProtectKernelLogs", "CapabilityBoundingSet", "DynamicUser"],
    ])
      expect(names).not.toContain(name);
    expect(names).toContain("SystemCallFilter");
  });

  it("asks for nothing that needs user namespaces where they are forbidden", () => {
    const text = linesOf({ namespaces: false }).join("\n");
    expect(text).not.toMatch(/^(ProtectSystem|ReadWritePaths|ProtectControlGroups)=/m);
    expect(text).toMatch(/^NoNewPrivileges=yes$/m);
  });

  it("takes every character of a path literally, and refuses what cannot be written", () => {
    const line = linesOf({ home: '/h/a "b" %h $X é\\z' }).find((one) => one.startsWith("ExecStart="));
    expect(line).toContain('"/h/a \\"b\\" %%h $$X é\\\\z"');
    // systemd puts no variables into the program's own path, and takes two signs there for two.
    expect(linesOf({ node: "/opt/$v/50%/node" })).toContainEqual(
      expect.stringMatching(/^ExecStart="\/opt\/\$v\/50%%\/node" /),
    );
    expect(() => unitText({ ...PARTS, home: "/h\nExecStart=/bin/evil" })).toThrow(/control characters/);
  });

  it("is known again by its first line", () => {
    expect(isOurs(unitText(PARTS))).toBe(true);
    expect(isOurs("[Unit]\nDescription=x\n")).toBe(false);
  });

  it.runIf(existsSync(ANALYSE))("is what systemd takes without a word", async () => {
    await using folder = await temporaryFolder();
    const [file, broken] = [join(folder.path, "collective.service"), join(folder.path, "broken.service")];
    for (const path of ["run", 'a "b" %h $X é\\z']) await mkdir(join(folder.path, path), { mode: 0o700 });
    const text = unitText({ ...PARTS, home: join(folder.path, 'a "b" %h $X é\\z') });
    await writeFile(file, text);
    await writeFile(broken, text.replace("ProtectSystem=strict", "ProtectSystem=perhaps"));
    const env = { ...process.env, XDG_RUNTIME_DIR: join(folder.path, "run") };
    const verify = async (path: string) =>
      (await promisify(execFile)(ANALYSE, ["verify", "--user", path], { env })).stderr;
    expect(await verify(file)).toBe("");
    expect(await verify(broken)).toContain("perhaps");
  });
});

it("stands where systemd looks for a user's units", () => {
  const inHome = "/home/ada/.config/systemd/user/collective.service";
  expect(unitFile({}, "/home/ada")).toBe(inHome);
  expect(unitFile({ XDG_CONFIG_HOME: "relative" }, "/home/ada")).toBe(inHome);
  expect(unitFile({ XDG_CONFIG_HOME: "/c" }, "/home/ada")).toBe("/c/systemd/user/collective.service");
});

it("the kernel's switches say whether users may make namespaces", () => {
  expect(mayMakeNamespaces({})).toBe(true);
  expect(mayMakeNamespaces({ clone: "1\n", apparmor: "0\n", most: "15000\n" })).toBe(true);
  for (const no of [{ clone: "0\n" }, { apparmor: "1\n" }, { most: "0\n" }])
    expect(mayMakeNamespaces(no)).toBe(false);
});
