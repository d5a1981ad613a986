import { join } from "node:path";
import { expect, test } from "vitest";
import { LiveServer } from "../../../node/src/importing/mcp/connect.ts";
import { findServer, makeOfServer } from "../../../node/src/importing/mcp/import-server.ts";
import { entryOf } from "../../../node/src/importing/mcp/server-source.ts";
import { toolInputs } from "../../../node/src/importing/mcp/tool-inputs.ts";
import { SERVER, SWITCHING } from "./mcp-servers.ts";
import { projectOf } from "./projects.ts";

async function importOf(path: string, file: string) {
  const command = [process.execPath, join(path, file)];
  await using live = await LiveServer.connect({ command }, process.env);
  const entry = entryOf(command, path);
  if (entry === undefined) throw new Error("no entry");
  const tools = await live.tools();
  const called: string[] = [];
  const of = await makeOfServer(tools, findServer(entry), {
    licence: "MIT",
    given: [{ name: "add", input: { a: 40, b: 2 } }],
    call: (name, input) => {
      called.push(name);
      return live.call(name, input, undefined);
    },
    progress: () => undefined,
  });
  const unknown = await makeOfServer(tools, undefined, {
    licence: "MIT",
    given: [],
    call: (name, input) => live.call(name, input, undefined),
    progress: () => undefined,
  });
  return { of, unknown, tools, called: new Set(called) };
}

/** What the module of an action answers to its cases. */
async function answers({ code, cases }: { code: string; cases: readonly { readonly input: unknown }[] }) {
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    default: (input: unknown) => unknown;
  };
  return await Promise.all(cases.map(({ input }) => module.default(input)));
}

test("tools that are pure become actions that answer as their server does", async () => {
  await using folder = await projectOf(SERVER);
  const { of, unknown, tools, called } = await importOf(folder.path, "server.ts");
  expect(tools).toHaveLength(10);
  expect(Object.fromEntries(of.refused.map(({ name, detail }) => [name, detail]))).toEqual({
    count: "it keeps state in calls",
    now: expect.stringContaining("new Date()"),
    save: "its server says that it changes something",
    tell: "it talks to its client while it runs",
    tools: "it uses server, which is there only while its server runs",
  });
  expect(of.made.map(({ definition }) => definition.name)).toEqual([
    "add",
    "mean",
    "shout",
    "twice",
    "reverse",
  ]);
  // What is not pure was never called.
  expect([...called].toSorted()).toEqual(["add", "mean", "reverse", "shout", "twice"]);
  for (const { definition } of of.made) {
    expect(definition.cases.length).toBeGreaterThanOrEqual(3);
    const expected = definition.cases.map((one) => ("output" in one ? one.output : undefined));
    expect(await answers(definition), definition.name).toEqual(expected);
  }
  const [add, , shout] = of.made;
  expect(add?.definition).toMatchObject({
    description: "Adds two numbers.",
    useWhen: ["Use when a sum is wanted."],
    tags: ["numbers", "mcp"],
    input: tools[0]?.inputSchema,
    output: tools[0]?.outputSchema,
  });
  expect(add?.definition.cases).toContainEqual({ input: { a: 40, b: 2 }, output: { sum: 42 } });
  expect(add?.definition.cases).toContainEqual({ input: { a: 2 }, output: { sum: 3 } });
  expect(shout?.definition).toMatchObject({ output: { type: "string" } });
  expect(shout?.definition.cases).toContainEqual({ input: { text: "hello" }, output: "HELLO" });
  expect(unknown.made).toEqual([]);
  expect(new Set(unknown.refused.map(({ reason }) => reason))).toEqual(new Set(["no-code"]));
}, 60_000);

test("of one handler for all tools, the case of each is taken", async () => {
  await using folder = await projectOf(SWITCHING);
  const { of } = await importOf(folder.path, "server.mjs");
  expect(of.refused.map(({ name, reason }) => [name, reason])).toEqual([["file", "needs-modules"]]);
  expect(of.made.map(({ definition }) => definition.name)).toEqual(["double", "half"]);
  for (const { definition } of of.made) {
    expect(definition.code).not.toContain("node:fs");
    expect(await answers(definition)).toEqual(
      definition.cases.map((one) => ("output" in one ? one.output : undefined)),
    );
  }
}, 60_000);

test("inputs fit their schema, and what it names comes first", () => {
  const schema = {
    type: "object",
    properties: {
      size: { type: "integer", minimum: 1, maximum: 5 },
      unit: { enum: ["m", "km"] },
      day: { type: "string", format: "date", default: "2020-01-01" },
    },
    required: ["size"],
    examples: [{ size: 4, unit: "km" }],
  };
  const inputs = toolInputs(schema);
  expect(inputs[0]).toEqual({ size: 4, unit: "km" });
  expect(inputs).toContainEqual({ size: 2 });
  expect(inputs.length).toBeGreaterThanOrEqual(5);
  expect(new Set(inputs.map(({ unit }) => unit))).toEqual(new Set(["m", "km", undefined]));
  for (const { size } of inputs) expect([1, 2, 3, 4, 5]).toContain(size);
  expect(toolInputs(schema)).toEqual(inputs);
});

test("the module behind a command is found where it is on this machine", async () => {
  await using folder = await projectOf({ ...SWITCHING, "x/package.json": "{}" });
  const file = join(folder.path, "server.mjs");
  expect(entryOf(["node", "--no-warnings", "server.mjs", "stdio"], folder.path)).toBe(file);
  expect(entryOf(["docker", "run", "server"], folder.path)).toBeUndefined();
  expect(entryOf(["npx", "-y", "nowhere@1.0.0"], folder.path)).toBeUndefined();
  expect(entryOf(["npx", "-y", "vitest@5"], folder.path)).toMatch(/vitest/);
});
