import { describe, expect, it } from "vitest";
import { ApprovalNeededError } from "../../../node/src/runs/errors.ts";
import { ID } from "../api/sample-api.ts";
import { peer, type RunOptions } from "./cli-run.ts";

const TERMINAL = { terminal: { columns: 100 } };
const RUN = ["run", "echo", "--input", "1"];

/** A peer that doubts an action until somebody says yes to the run. */
async function doubtful() {
  const runs: unknown[] = [];
  const running = await peer({
    run: async ({ ref, body }) => {
      runs.push([ref, body.approve]);
      if (body.approve === undefined)
        throw new ApprovalNeededError("echo", ID as never, ["it asks for the network (example.org)"]);
      return { run: "r", id: ID, name: "echo", output: body.input, durationMs: 1, logs: [], granted: {} };
    },
  });
  return Object.assign(running, { runs });
}

describe("collective run, where the peer doubts", () => {
  it("refuses a program, says what is doubtful and how to say yes, and ends with 7", async () => {
    await using running = await doubtful();
    const ran = await running.run(RUN);
    expect(ran).toMatchObject({ code: 7, stdout: "" });
    expect(ran.stderr).toMatch(/does not run without a yes: it asks for the network \(example\.org\)\n/);
    expect(ran.stderr).toContain(`collective policy approve ${ID}`);
    expect(running.runs).toEqual([["echo", undefined]]);
  });

  it("takes a yes given beforehand", async () => {
    await using running = await doubtful();
    expect(await running.run([...RUN, "--yes"])).toMatchObject({ code: 0, stdout: "1\n" });
    expect(running.runs).toEqual([["echo", "once"]]);
  });

  it("asks a terminal what is doubtful, and runs the very action that was asked about", async () => {
    await using running = await doubtful();
    const ran = await running.run(RUN, { ...TERMINAL, stdin: "y\n", typed: true });
    expect(ran).toMatchObject({ code: 0, stdout: "1\n" });
    expect(ran.stderr).toContain(`(example.org)\n${ID}\nRun it this once? [y/N] `);
    expect(running.runs).toEqual([
      ["echo", undefined],
      [ID, undefined],
      [ID, "once"],
    ]);
  });

  it.each(["\n", "n\n", "no\n", "yikes\n", "", "y".repeat(5_000)])("takes %j for a no", async (stdin) => {
    await using running = await doubtful();
    const ran = await running.run(RUN, { ...TERMINAL, stdin, typed: true });
    expect(ran).toMatchObject({
      code: 7,
      stdout: "",
      stderr: expect.stringMatching(/\[y\/N\]\s+It was not run\.\n$/),
    });
    expect(ran.stderr.match(/without a yes/g)).toHaveLength(1);
    expect(running.runs).not.toContainEqual([ID, "once"]);
  });

  it.each<[string, string[], RunOptions]>([
    ["the input is piped", ["run", "echo", "--input", "-"], { ...TERMINAL, stdin: "1" }],
    ["the answer is for a program", [...RUN, "--json"], { ...TERMINAL, typed: true }],
    ["nobody sees the question", RUN, { stdin: "y\n", typed: true }],
  ])("asks nobody where %s", async (_, argv, options) => {
    await using running = await doubtful();
    expect(await running.run(argv, options)).toMatchObject({ code: 7, stdout: "" });
    expect(running.runs).toEqual([["echo", undefined]]);
  });
});
