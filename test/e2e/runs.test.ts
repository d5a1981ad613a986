import type { ActionDefinitionInput } from "action-collective";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

/** Behaves on its cases, and misbehaves on request: what a unit test cannot foresee. */
const MOODY: ActionDefinitionInput = {
  name: "moody",
  description: "Does what its input says, well or badly.",
  language: "typescript",
  code: `export default async ({ mood }: { mood: string }) => {
  if (mood === "throw") throw new Error("I am in a bad mood");
  if (mood === "lie") return 42;
  if (mood === "eat") { const all: object[] = []; for (;;) all.push({ all: [all.length] }); }
  if (mood === "hang") await new Promise(() => {});
  if (mood === "talk") console.log("\\u001b[31mred\\u202e");
  return mood;
};
`,
  input: {
    type: "object",
    properties: { mood: { type: "string" } },
    required: ["mood"],
    additionalProperties: false,
  },
  output: { type: "string" },
  licence: "MIT",
  cases: ["good", "calm", ""].map((mood) => ({ input: { mood }, output: mood })),
};

let peer: PeerProcess;
const run = (...args: string[]) => collective(args, { COLLECTIVE_HOME: peer.home });
const moody = (mood: string) => run("run", "moody", "--input", JSON.stringify({ mood }));

beforeAll(async () => {
  peer = await PeerProcess.start();
  await peer.client.publish(MOODY);
}, 30_000);
afterAll(() => peer?.[Symbol.asyncDispose]());

test.each([
  ["throw", 1, "I am in a bad mood"],
  ["lie", 1, "breaks its own schema"],
  ["eat", 8, "stopped"],
  ["hang", 1, "a promise that nothing can settle"],
])("an action that may %s ends the command with %i and says why", async (mood, code, words) => {
  const answer = await moody(mood);
  expect(answer.stderr).toContain(words);
  expect(answer).toMatchObject({ code, stdout: "" });
});

test("what it logs is cleaned of escapes and direction marks, and stays off stdout", async () => {
  const answer = await moody("talk");
  expect(answer.code).toBe(0);
  expect(JSON.parse(answer.stdout)).toBe("talk");
  for (const bad of ["\u001b", "\u202e"]) expect(answer.stderr).not.toContain(bad);
});

test("an action that asks for the network does not run without a yes, or before the user allows its hosts", async () => {
  const wishful = { ...MOODY, name: "wishful", permissions: { net: ["api.example.org:443"] } };
  await peer.client.publish(wishful);
  const refused = await run("run", "wishful", "--input", '{"mood":"good"}');
  expect(refused).toMatchObject({ code: 7, stdout: "" });
  expect(refused.stderr).toContain("api.example.org:443");
  for (const way of ["--allow-net", "--yes", "policy approve"]) expect(refused.stderr).toContain(way);
});

test("runs count themselves: cumulative feedback is published, without anything about the runs", async () => {
  const before = await peer.client.show("moody");
  await moody("good");
  await moody("throw");
  const after = await until(
    async () => {
      const { score } = await peer.client.show("moody");
      return score.feedback.runs >= before.score.feedback.runs + 2 ? score : undefined;
    },
    { what: "published feedback" },
  );
  expect(after.feedback.succeeded).toBeLessThan(after.feedback.runs);
  expect(after.feedback.peers).toBe(1);
});

test("without a token, or with another's, the API says nothing", async () => {
  const url = peer.started.api[0] ?? "";
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/v1/status`)).status).toBe(401);
  expect(
    (await fetch(`${url}/v1/status`, { headers: { authorization: `Bearer ${"0".repeat(64)}` } })).status,
  ).toBe(401);
});
