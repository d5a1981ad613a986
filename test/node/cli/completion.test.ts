import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { collective } from "../../helpers/processes.ts";
import { peer } from "./cli-run.ts";

/** What a shell is offered for these words, the last of which is being typed. */
async function offered(words: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const { stdout } = await collective(["complete", "--", ...words], env);
  const lines = stdout.trimEnd().split("\n");
  // The last line tells the shell how to treat the others.
  expect(lines.pop()).toBe(":4");
  return lines.map((line) => line.split("\t")[0] ?? "");
}

test("commands, their subcommands and options are completed from the program itself", async () => {
  expect(await offered(["sea"])).toEqual(["search"]);
  expect(await offered(["policy", "sub"])).toEqual(["subscribe"]);
  expect(await offered(["search", "x", "--lim"])).toEqual(["--limit"]);
});

test("files are completed where a file is meant, and in no other place", async () => {
  expect(await offered(["publish", "./pack"])).toContain("./package.json");
  expect(await offered(["policy", "./pack"])).toEqual([]);
});

test("names of actions come from the peer, and only those that no shell would take apart", async () => {
  const cards = ["parseCsv", "parseCsv$(touch x)", "slugify"].map((name) => ({
    ...{ id: "bafyreia", name, summary: "", standing: "passed" as const, score: 0.5 },
    ...{ permissions: {}, match: 0, similar: 0 },
  }));
  await using one = await peer({ browse: async () => ({ cards }) });
  const env = { COLLECTIVE_HOME: one.home };
  expect(await offered(["run", ""], env)).toEqual(["parseCsv", "slugify"]);
  expect(await offered(["run", "sl"], env)).toEqual(["slugify"]);
  expect(await offered(["stop", ""], env)).toEqual([]);
});

test("without a peer nothing is offered for a name, and nothing is said", async () => {
  const { stdout, stderr, code } = await collective(["complete", "--", "run", ""], {
    COLLECTIVE_HOME: "/nonexistent",
  });
  expect({ stdout, stderr, code }).toEqual({ stdout: ":4\n", stderr: "", code: 0 });
});

test.each(["bash", "zsh", "fish", "powershell"])("there is a script for %s", async (shell) => {
  const { stdout, code } = await collective(["completion", shell]);
  expect(code).toBe(0);
  expect(stdout).toContain("collective complete");
  if (shell === "bash") execFileSync("bash", ["-n"], { input: stdout });
});
