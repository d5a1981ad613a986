import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EMPTY_LOCK, lockText, withPin } from "action-collective";
import { expect, test } from "vitest";
import type { ApiCall, ApiHandlers } from "../../../node/src/api/handlers.ts";
import { UnknownActionError } from "../../../node/src/catalogue/errors.ts";
import { ID, sampleHandlers } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

const sample = sampleHandlers();
const show = (call: ApiCall<"show">) => sample.show({ ...call, ref: "echo" });
const PIN = { id: ID, name: "echo", permissions: {}, publishers: [] };

/** A peer, and a lock file that pins what the sample shows, as a project of its user's would have it. */
async function project(handlers: Partial<ApiHandlers>) {
  const running = await peer({ show, ...handlers });
  const file = join(running.home, "collective.lock");
  await writeFile(file, lockText(withPin(EMPTY_LOCK, "repeat", PIN)));
  return { running, file };
}

test("what this peer has not heard of is asked for with --ask alone, and said how to get", async () => {
  const asked: unknown[] = [];
  const { running, file } = await project({
    show: async (call) => {
      if (asked.length === 0) throw new UnknownActionError(call.ref);
      return await show(call);
    },
    search: async (call) => {
      asked.push(call.body);
      return await sample.search(call);
    },
  });
  await using _ = running;
  const install = ["install", "--file", file, "--wait", "0"];
  expect(await running.run(install)).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("this peer has not heard of it"),
    stderr: expect.stringMatching(/--wait 120 .*--ask asks them/),
  });
  expect(asked).toEqual([]);
  expect(await running.run([...install, "--ask"])).toMatchObject({ code: 0, stderr: "1 of 1 kept.\n" });
  expect(asked).toMatchObject([{ query: "echo", ask: true }]);
});

test("what is not had after asking is asked for once", async () => {
  let asked = 0;
  const { running, file } = await project({
    show: (call) => Promise.reject(new UnknownActionError(call.ref)),
    search: async (call) => {
      asked += 1;
      return await sample.search(call);
    },
  });
  await using _ = running;
  expect((await running.run(["install", "--file", file, "--wait", "1.2", "--ask"])).code).toBe(3);
  expect(asked).toBe(1);
});

test("a part that is missing is named, and is not taken for the action itself", async () => {
  const { running, file } = await project({
    keep: () => Promise.reject(new UnknownActionError("bafypart")),
  });
  await using _ = running;
  const { code, stdout, stderr } = await running.run(["install", "--file", file, "--wait", "0"]);
  expect(code).toBe(3);
  expect(stdout).toContain("bafypart");
  expect(stderr).not.toContain("--ask");
});

test("what a lock file pins no more is let go of, also when it pins nothing, or is gone", async () => {
  const kept = new Set([ID]);
  const { running, file } = await project({
    keep: async ({ ref, body }) => {
      if (body.for === file) kept[body.keep ? "add" : "delete"](ref);
      return { id: ref, keptFor: [] };
    },
    keepings: async () => ({ lockFiles: kept.size === 0 ? [] : [{ file, actions: [...kept] }] }),
  });
  await using _ = running;
  await writeFile(file, lockText(EMPTY_LOCK));
  expect(await running.run(["install", "--file", file])).toMatchObject({
    code: 0,
    stderr: "0 of 0 kept, 1 let go of.\n",
  });
  expect(kept.size).toBe(0);

  kept.add(ID);
  expect((await running.run(["lock", "kept"])).stdout).toBe(`ACTIONS  LOCK FILE\n1        ${file}\n`);
  await rm(file);
  expect((await running.run(["lock", "kept"])).stdout).toContain(`${file} (no such file any more)`);
  expect(await running.run(["lock", "release", file])).toMatchObject({ code: 0, stdout: `${ID}\n` });
  expect(kept.size).toBe(0);
  expect(await running.run(["lock", "release", file])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("Nothing is kept here"),
  });
  expect((await running.run(["lock", "kept", "--json"])).stdout).toContain('"lockFiles": []');
});
