import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { findDeno } from "../../../node/src/sandbox/deno-binary.ts";
import { Sandbox, type SandboxOptions } from "../../../node/src/sandbox/sandbox.ts";
import { runSelfTest } from "../../../node/src/sandbox/self-test.ts";
import type { ActionSource, CallOutcome } from "../../../node/src/sandbox/types.ts";
import { examineBubblewrap } from "../../../node/src/sandbox/walls.ts";
import { NO_FILTER } from "./no-filter.ts";

const WALLS: readonly { name: string; options: SandboxOptions }[] = [
  { name: "the best wall here", options: {} },
  { name: "Deno's permissions alone", options: { bubblewrap: null, setpriv: null } },
];

describe("the self-test", () => {
  it.each(WALLS)("finds every probe stopped and every canary untouched behind $name", async ({ options }) => {
    const sandbox = await Sandbox.open({ ...options, processes: 4, filter: NO_FILTER });
    try {
      const { honest, probes, harm } = await runSelfTest(sandbox);
      expect(honest).toBeUndefined();
      expect(probes.filter(({ stopped }) => !stopped)).toEqual([]);
      expect(probes.length).toBeGreaterThan(10);
      expect(harm).toEqual([]);
    } finally {
      await sandbox.stop();
    }
  });

  it("finds out a sandbox that permits everything", async () => {
    const { probes, harm } = await runSelfTest({ runOnce: runPermitted });
    const loose = probes.filter(({ stopped }) => !stopped).map(({ tries }) => tries);
    for (const tries of [
      "read a file by importing it as text",
      "read a file with node:fs",
      "read the environment",
      "connect to a server on this machine",
      "start a program",
      "write a file",
      "loop for ever",
      "flood the logs",
    ])
      expect(loose).toContain(tries);
    expect(harm).toEqual([
      "a connection reached a server on this machine",
      "a file was written",
      "the text of a file or an environment variable was read",
    ]);
  });
});

describe("bubblewrap", () => {
  it("is said to be missing, broken or working", async () => {
    expect(await examineBubblewrap("/nonexistent")).toBeUndefined();
    expect(await examineBubblewrap("", "/bin/false")).toMatchObject({
      path: "/bin/false",
      failure: expect.stringContaining("exit code 1"),
    });
    expect(await examineBubblewrap("", "/bin/true")).toEqual({ path: "/bin/true" });
  });
});

/** Enough to see a bomb go on. */
const BOMB_MS = 300;
let last: Promise<unknown> = Promise.resolve();

/** No sandbox at all: Deno with every permission, one after the other. Bombs of memory are left out. */
function runPermitted(source: ActionSource, input: Json): Promise<CallOutcome & { logs: string[] }> {
  const turn = last.then(() => permitted(source, input));
  last = turn;
  return turn;
}

async function permitted({ code }: ActionSource, input: Json): Promise<CallOutcome & { logs: string[] }> {
  if (code.includes("all.push")) return { status: "limit", limit: "memory", message: "not tried", logs: [] };
  const folder = await mkdtemp(join(tmpdir(), "permitted-"));
  try {
    await writeFile(join(folder, "action.js"), code);
    const main = `import action from "./action.js"; Deno.writeTextFileSync("out", JSON.stringify(await action(${JSON.stringify(input)})) ?? "null"); Deno.exit(0);`;
    await writeFile(join(folder, "main.js"), main);
    const child = spawn(findDeno().path, ["run", "-A", "--unstable-raw-imports", "--no-prompt", "main.js"], {
      cwd: folder,
      stdio: "ignore",
      ...(code.includes("for (;;)") ? { timeout: BOMB_MS, killSignal: "SIGKILL" } : {}),
    });
    const exit = await new Promise((resolve) => child.once("close", resolve));
    if (exit !== 0) return { status: "unavailable", message: "ended", logs: [] };
    const output = JSON.parse(await readFile(join(folder, "out"), "utf8")) as Json;
    return { status: "returned", output, durationMs: 0, logs: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
