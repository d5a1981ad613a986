import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { type ActionDefinitionInput, type CollectiveTool, parseLock } from "action-collective";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { COLLECTIVE, PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { collective, type RunOptions } from "../node/cli/cli-run.ts";

/** Nothing is verified that nobody asks for, and nothing of others' stays beyond what it is kept for. */
const ENV = { COLLECTIVE_VERIFY: "false", COLLECTIVE_SEED_QUOTA_MB: "0" };
const PATIENCE = { timeoutMs: 45_000, everyMs: 100 };

let author: PeerProcess;
let user: PeerProcess;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
const runWith = (options: RunOptions, ...args: string[]) =>
  collective(args, { env: { COLLECTIVE_HOME: user.home }, ...options });
const run = (...args: string[]) => runWith({}, ...args);
const lockFile = async () => parseLock(await readFile(file, "utf8"));

/** Adds what another action adds, and one. */
function countingAction(used: string, more: Partial<ActionDefinitionInput> = {}): ActionDefinitionInput {
  return {
    ...addingAction(4),
    name: "countUp",
    description: "Adds four to a number, by way of another action.",
    uses: [used],
    code: `export default async ({ x }: { x: number }, context) => (await context.call("${used}", { x })) + 1;\n`,
    ...more,
  };
}

/** What an agent host gets that starts the command. */
async function namesOverMcp(...flags: string[]): Promise<string[]> {
  const client = new Client({ name: "host", version: "1.0.0" });
  const args = [COLLECTIVE, "--home", user.home, "mcp", ...flags];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }));
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}

beforeAll(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, "collective.lock");
  author = await PeerProcess.start({ env: ENV });
  user = await PeerProcess.start({ bootstrap: author.started.addresses, env: ENV });
}, 90_000);
afterAll(async () => {
  await Promise.all([author, user, folder].map((one) => one?.[Symbol.asyncDispose]()));
});

test("what is pinned is installed, stays as it is, and runs without its author", {
  timeout: 120_000,
}, async () => {
  const three = await author.client.publish(addingAction(3));
  const first = await author.client.publish(countingAction(three.id));
  await until(() => user.client.show(first.id), { what: "the first version", ...PATIENCE });

  expect(await run("lock", "add", first.id, "--as", "plus", "--file", file)).toMatchObject({ code: 0 });
  expect((await lockFile()).actions).toEqual({
    plus: { id: first.id, name: "countUp", permissions: {}, publishers: [author.started.peerId] },
  });
  const installed = await run("install", "--file", file, "--json");
  expect(installed).toMatchObject({ code: 0 });
  expect(JSON.parse(installed.stdout)).toMatchObject({
    actions: [{ alias: "plus", status: "kept", uses: [three.id], withdrawn: false }],
    released: [],
  });

  const network = { permissions: { net: ["api.example.org"] } };
  const second = await author.client.publish(
    countingAction(three.id, {
      ...network,
      input: {
        type: "object",
        properties: { x: { type: "number" }, step: { type: "integer" } },
        required: ["x", "step"],
      },
      code: `export default async ({ x, step }: { x: number; step: number }, context) =>\n  (await context.call("${three.id}", { x })) + step;\n`,
      cases: [1, 2, 3].map((step) => ({ input: { x: 0, step }, output: 3 + step })),
    }),
  );
  await until(async () => (await user.client.versions(first.id)).versions.length > 0, {
    what: "the second version",
    ...PATIENCE,
  });
  expect(await user.client.versions(second.id)).toMatchObject({
    versions: [{ id: first.id, relation: "predecessor", publishers: [author.started.peerId] }],
  });
  const outdated = await run("outdated", "--file", file, "--json", "--try", "--exit-code");
  expect(outdated).toMatchObject({ code: 1 });
  expect(JSON.parse(outdated.stdout).actions).toMatchObject([
    {
      ...{ alias: "plus", id: first.id, here: { standing: "passed", withdrawn: false } },
      newer: { id: second.id, relation: "successor" },
      difference: {
        permissions: { wider: ["net api.example.org"], narrower: [] },
        input: { verdict: "breaking" },
        output: { verdict: "same" },
        cases: { kept: 0, added: 3 },
      },
      tried: { passed: 0, cases: 3 },
    },
  ]);
  const shown = await run("outdated", "--file", file, "--diff");
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.stdout).toMatch(/ASKS FOR MORE: net api\.example\.org[\s\S]*\+ {2}\(await context\.call/);

  // A pin that would reach further moves with a yes alone.
  const before = await readFile(file, "utf8");
  expect(await run("lock", "update", "plus", "--file", file)).toMatchObject({ code: 7, stdout: "" });
  expect(await readFile(file, "utf8")).toBe(before);

  const tools = await user.client.tools((all: readonly CollectiveTool[]) => all, { lock: file, find: false });
  expect(tools.map(({ name }) => name)).toEqual(["rate_action", "plus"]);
  expect(await namesOverMcp("--lock", file, "--only")).toEqual(["rate_action", "plus"]);
  await author.stop();
  expect(JSON.parse((await tools[1]?.execute({ x: 1 }))?.text ?? "")).toMatchObject({ content: 5 });
  expect(await run("run", first.id, "--input", '{"x":2}')).toMatchObject({ code: 0, stdout: "6\n" });

  // Its text was fetched to be compared, and is still here. Somebody sits there now.
  const person = { terminal: { columns: 120 }, typed: true };
  const update = ["lock", "update", "plus", "--file", file];
  expect(await runWith({ ...person, stdin: "n\n" }, ...update)).toMatchObject({ code: 7 });
  expect(await readFile(file, "utf8")).toBe(before);
  expect(await runWith({ ...person, stdin: "y\n" }, ...update)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("although it asks for more: net api.example.org? [y/N]"),
  });
  expect((await lockFile()).actions).toMatchObject({ plus: { id: second.id, ...network } });
  const again = await run("install", "--file", file, "--json");
  expect(again).toMatchObject({ code: 0 });
  expect(JSON.parse(again.stdout)).toMatchObject({
    actions: [{ id: second.id, status: "kept" }],
    released: [first.id],
  });
  await until(async () => (await run("run", first.id, "--input", '{"x":2}')).code === 5, {
    what: "the room that the first version took",
    ...PATIENCE,
  });
  expect(await run("lock", "remove", "plus", "--file", file)).toMatchObject({ code: 0 });
  expect((await lockFile()).actions).toEqual({});
});

test("a lock file that says less than an action asks for installs nothing", { timeout: 60_000 }, async () => {
  const { id } = await user.client.prove(
    { ...addingAction(5), permissions: { net: ["api.example.org"] } },
    { keep: true },
  );
  const unheard = `bafyrei${"a".repeat(52)}`;
  const pin = (of: string) => ({ id: of, name: "addN5", permissions: {}, publishers: [] });
  await writeFile(file, JSON.stringify({ version: 1, actions: { five: pin(id) } }));
  const refused = await run("install", "--file", file, "--wait", "0", "--json");
  expect(refused).toMatchObject({ code: 7 });
  expect(JSON.parse(refused.stdout)).toMatchObject({
    actions: [{ status: "refused", why: expect.stringContaining("asks for api.example.org") }],
  });
  await expect(
    user.client.tools((all: readonly CollectiveTool[]) => all, { lock: file }),
  ).rejects.toMatchObject({
    code: "lock-not-met",
    withheld: [{ alias: "five", id }],
  });
  await writeFile(file, JSON.stringify({ version: 1, actions: { five: pin(unheard) } }));
  expect(await run("install", "--file", file, "--wait", "0")).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("not-found"),
  });
});
