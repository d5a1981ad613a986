import { readFile } from "node:fs/promises";
import { CollectiveError, failures } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../../node/src/cli/report-failure.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { collective, peer } from "./cli-run.ts";

const commands = [
  "start",
  "stop",
  "status",
  "id",
  "peers",
  "trust",
  "follow",
  "unfollow",
  "distrust",
  "key",
  "policy",
  "new",
  "publish",
  "withdraw",
  "search",
  "show",
  "score",
  "run",
  "verify",
  "feedback",
  "team",
  "agents",
];

describe("the command line", () => {
  it("refuses unknown flags and commands with a suggestion, and ends with 2", async () => {
    const flag = await collective(["search", "x", "--limt", "3"]);
    expect(flag).toMatchObject({ code: 2, stdout: "" });
    expect(flag.stderr).toMatch(/^error: unknown option '--limt'\n\(Did you mean --limit\?\)\n/);
    const command = await collective(["serch", "x"]);
    expect(command).toMatchObject({ code: 2, stdout: "" });
    expect(command.stderr).toContain("(Did you mean search?)");
  });

  it("ends with 2 whenever it was used wrongly", async () => {
    const wrong = [
      ["show"],
      ["show", "a", "b"],
      ["search"],
      ["search", "x", "--limit", "0"],
      ["search", "x", "--limit", "ten"],
      ["run", "x"],
      ["run", "x", "--input", "{"],
      ["run", "x", "--input", "@/nowhere.json"],
      ["feedback", "x"],
      ["feedback", "x", "--useful", "--not-useful"],
      ["start", "--port", "http"],
      ["start", "--reach", "moon"],
      ["start", "--bootstrap", "example.org"],
      ["trust", "--level", "1"],
      ["trust", "x", "--level", "3"],
      ["trust", "x", "--publish"],
      ["key", "successor"],
      ["key", "compromised", "--since", "yesterday"],
      ["key", "compromised", "--since", "1h"],
      ["policy", "set", "minScore"],
      ["policy", "set", "minScore", "2"],
      ["policy", "set", "nothing-such", "1"],
      ["policy", "set", "approved", "x"],
      ["policy", "unset", "nothing-such"],
      ["policy", "subscribe", "https://example.org/list.json"],
      ["policy", "subscribe", "https://example.org/list.json", "--key", "nobody"],
      ["policy", "sign-list", "/nowhere.json", "--key", "/nowhere"],
      ["help", "nothing-such"],
    ];
    for (const argv of wrong) {
      const ran = await collective(argv);
      expect(ran, argv.join(" ")).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr, argv.join(" ")).not.toBe("");
    }
    expect((await collective(["start", "--port", "http"])).stderr).toContain(
      "must be a whole number from 0 to 65535",
    );
    expect((await collective(["run", "x", "--input", "{\n1}"])).stderr).toContain("line 2, column 1");
  });

  it("shows all commands when given none, and an example for each", async () => {
    const bare = await collective([]);
    expect(bare).toMatchObject({ code: 2, stdout: "" });
    for (const command of commands) expect(bare.stderr).toMatch(new RegExp(`^  ${command} `, "m"));
    expect(bare.stderr).not.toContain("error");
    for (const command of commands) {
      const help = await collective([command, "--help"]);
      expect(help, command).toMatchObject({ code: 0, stderr: "" });
      expect(help.stdout, command).toMatch(new RegExp(`Examples?:\\n  \\$ collective ${command}`));
    }
    expect((await collective(["help", "run"])).stdout).toContain("--input");
  });

  it("describes every setting in the help of start", async () => {
    const { stdout } = await collective(["start", "--help"]);
    for (const variable of ["NETWORK", "PORT", "API_PORT", "BOOTSTRAP", "LIBRARY", "SYNC_INTERVAL_MS"])
      expect(stdout).toContain(`COLLECTIVE_${variable}]`);
    expect(stdout).toContain("--no-library");
    // Of each switch, what changes something.
    expect(stdout).toMatch(/ --mdns .* --public-bundles /s);
    expect(stdout).not.toMatch(/--no-public-bundles| --library /);
  });

  it("prints its version", async () => {
    const text = await readFile(new URL("../../../node/package.json", import.meta.url), "utf8");
    expect(await collective(["--version"])).toEqual({
      code: 0,
      stdout: `${JSON.parse(text).version}\n`,
      stderr: "",
    });
  });

  it("ends with 5 and says what to do when no peer runs", async () => {
    await using folder = await temporaryFolder();
    for (const argv of [["status"], ["stop"], ["search", "x"], ["show", "x"], ["peers"], ["id"]]) {
      const ran = await collective([...argv, "--home", folder.path]);
      expect(ran, argv[0]).toMatchObject({ code: 5, stdout: "" });
      expect(ran.stderr).toMatch(/^error: No peer runs at .*\nStart one with "collective start"/);
    }
  });

  it("ends with the exit code of the failure, each of them", async () => {
    let code = "";
    await using running = await peer({
      show: async () => {
        throw Object.assign(new CollectiveError(code, `this is ${code}`, `mend ${code}`), {
          details: ["first", "second"],
        });
      },
    });
    for (code of Object.keys(failures)) {
      const { exit } = failures[code as keyof typeof failures];
      const ran = await running.run(["show", "x"]);
      expect(ran, code).toEqual({
        code: exit,
        stdout: "",
        stderr: `error: this is ${code}\n  - first\n  - second\nmend ${code}\n`,
      });
      const json = await running.run(["show", "x", "--json"]);
      expect(json).toMatchObject({ code: exit, stdout: "" });
      expect(JSON.parse(json.stderr)).toEqual({
        error: { code, message: `this is ${code}`, remedy: `mend ${code}`, details: ["first", "second"] },
      });
    }
    expect(new Set(Object.keys(failures).map(exitCodeOf))).toEqual(new Set([1, 3, 4, 5, 6, 7, 8]));
    expect(["port-taken", "already-running", "key-damaged", "usage"].map(exitCodeOf)).toEqual([1, 1, 1, 2]);
  });

  it("keeps stdout pure with --json: one document, or nothing", async () => {
    await using running = await peer();
    const good = [
      ["status"],
      ["id"],
      ["peers"],
      ["search", "x"],
      ["show", "x"],
      ["show", "x", "--code"],
      ["run", "x", "--input", "1"],
      ["verify", "x", "--explain"],
      ["feedback", "x", "--useful"],
      ["score", "x"],
      ["score", "x", "--explain"],
      ["trust"],
      ["trust", "x"],
      ["trust", "x", "--level", "-2"],
      ["follow", "x"],
      ["unfollow", "x"],
      ["distrust", "x"],
      ["withdraw", "x", "--reason", "wrong"],
      ["key", "compromised", "--since", "1h", "--yes"],
      ["policy"],
      ["policy", "set", "min-score", "0.2"],
      ["policy", "unset", "minScore"],
      ["policy", "block", "x"],
      ["policy", "unblock", "x"],
      ["policy", "approve", "x"],
      ["policy", "subscribe", "/etc/blocked.json"],
    ];
    for (const argv of good) {
      for (const line of [
        [...argv, "--json"],
        ["--json", ...argv],
      ]) {
        const ran = await running.run(line);
        expect(ran, line.join(" ")).toMatchObject({ code: 0, stderr: "" });
        expect(JSON.parse(ran.stdout), line.join(" ")).toBeTypeOf("object");
      }
    }
    for (const argv of [["search"], ["nonsense"], ["status", "--bad"], ["run", "x", "--input", "{"], []]) {
      const ran = await running.run([...argv, "--json"]);
      expect(ran, argv.join(" ")).toMatchObject({ code: 2, stdout: "" });
      expect(JSON.parse(ran.stderr).error).toMatchObject({
        code: "usage",
        remedy: expect.stringMatching(/--/),
      });
    }
  });

  it("explains settings that do not hold before it starts anything", async () => {
    const ran = await collective(["start", "--json"], {
      env: { COLLECTIVE_PORT: "http", COLLECTIVE_HOME: "/nowhere/at/all" },
    });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(ran.stderr).error).toMatchObject({
      code: "invalid-settings",
      message: expect.stringContaining("COLLECTIVE_PORT: must be a whole number"),
    });
  });
});
