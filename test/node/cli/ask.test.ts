import { expect, test } from "vitest";
import { peer } from "./cli-run.ts";

const NOTHING = { cards: [], asked: null, weak: false };

test("search says beside the data whether other peers were asked, or could be", async () => {
  const asked = { peers: 2, new: 1 };
  const wishes: (boolean | undefined)[] = [];
  await using running = await peer({
    search: async ({ body }) => {
      wishes.push(body.ask);
      return body.ask === true ? { ...NOTHING, asked } : { ...NOTHING, weak: true };
    },
  });
  expect((await running.run(["search", "x", "--ask"])).stderr).toContain("Asked 2 peers: 1 new action.\n");
  expect((await running.run(["search", "x"])).stderr).toContain("With --ask, up to three connected peers");
  expect((await running.run(["search", "x", "--no-ask"])).stderr).toBe('No action found for "x".\n');
  const { stdout, stderr } = await running.run(["search", "x", "--ask", "--json", "-q"]);
  expect(JSON.parse(stdout)).toEqual({ cards: [], asked, weak: false });
  expect(stderr).toBe("");
  expect(wishes).toEqual([true, undefined, false, true]);
});

test("status counts questions of both directions", async () => {
  await using running = await peer();
  expect((await running.run(["status"])).stdout).toMatch(
    /asking +0 asked of other peers \(0 new actions\), 0 of theirs answered, 0 put off/,
  );
});
