import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COLLECTIVE, OurProcess, PeerProcess } from "../helpers/processes.ts";
import { calls, ScriptedModel, text } from "../helpers/scripted-model.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

const ROOT = join(import.meta.dirname, "../..");
const NEWSROOM = join(ROOT, "examples/teams/newsroom.yaml");

let peer: PeerProcess;
let server: ScriptedModel;
beforeAll(async () => {
  [peer, server] = await Promise.all([PeerProcess.start(), ScriptedModel.start()]);
  await peer.client.publishFolder(join(ROOT, "library/actions/add-business-days"));
}, 120_000);
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await peer?.[Symbol.asyncDispose]();
});

/** The command, as a user types it. */
function collective(args: readonly string[], model = "none") {
  return new OurProcess(COLLECTIVE, args, {
    COLLECTIVE_HOME: peer.home,
    OPENAI_API_KEY: "scripted",
    OPENAI_BASE_URL: server.url,
    MODEL: model,
  });
}

const ask = (agent: string, said: string) => calls(["ask_agent", { agent, text: said }]);

test("a team from a file finds an action, runs it within its privileges, talks it over and answers", async () => {
  const script = server.script([
    { told: ["When must the winter issue"], says: ask("planner", "10 working days after 2 January 2026?") },
    {
      told: ["10 working days after"],
      says: calls(["find_action", { need: "adds business days to a date" }]),
    },
    {
      told: ["addBusinessDays"],
      says: ({ last }) => {
        const { content } = JSON.parse(last.at(-1)?.text ?? "") as { content: { id: string }[] };
        const input = { date: "2026-01-02", days: 10 };
        return calls(["run_action", { action: content[0]?.id ?? "", input }]);
      },
    },
    { told: ["2026-01-16"], says: text("On 16 January 2026.") },
    { told: ["On 16 January 2026."], says: ask("desk", "A headline for the winter issue, please.") },
    { told: ["A headline for the winter issue"], says: text("Ice on the Harbour") },
    { told: ["A headline for the winter issue"], says: text("PASS") },
    // What the reporter said goes to the checker as well.
    { told: ["Ice on the Harbour"], says: text("There was no ice.") },
    { told: ["There was no ice."], says: text("Cold Water in the Harbour") },
    { told: ["Cold Water in the Harbour"], says: text("PASS") },
    { told: ["Cold Water in the Harbour"], says: text("16 January: Cold Water in the Harbour.") },
  ]);
  await using run = collective(
    ["team", "run", NEWSROOM, "When must the winter issue go to print?"],
    script.model,
  );
  const [code] = await once(run.child, "close");
  script.finish();
  expect(run.stdout).toBe(`you → editor: When must the winter issue go to print?
editor → planner: 10 working days after 2 January 2026?
planner → editor: On 16 January 2026.
editor → desk: A headline for the winter issue, please.
reporter → editor: Ice on the Harbour
checker → reporter: There was no ice.
reporter → checker: Cold Water in the Harbour
editor → you: 16 January: Cold Water in the Harbour.
`);
  expect(run.stderr).toMatch(/^\d+ tokens, 8 messages, 1 run of an action\.\n$/);
  expect(code).toBe(0);

  // The peer itself held them to their privileges, each below the one that made it, and all of them are over now.
  const capabilities = await peer.client.capabilities();
  const found = new Map(capabilities.map((one) => [one.agent, one]));
  expect(found.get("planner")).toMatchObject({
    level: 2,
    parent: found.get("editor")?.id,
    privileges: { budget: { calls: 5, tokens: 300_000 }, permissions: { net: [], secrets: [] }, talkTo: [] },
    spent: { calls: 1 },
    revoked: true,
  });
  expect(found.get("editor")).toMatchObject({ level: 1, spent: { calls: 1 }, revoked: true });
});

test("who lacks a tool has it from the maker of the team, and one that is exposed has an address", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "desk.yaml");
  const members = `
  planner: { tools: none, maker: smith, mayTalkTo: [], expose: true }
  smith: { makes: {}, mayTalkTo: [], instructions: "{{name}} writes {{tongue}}." }
variables: { tongue: "{{team}}" }`;
  await writeFile(file, `name: desk\nmodel: { nameVariable: MODEL }\nmembers:${members}\n`);
  const script = server.script([
    {
      offers: ["need_tool", "ask_agent"],
      says: calls(["need_tool", { need: "adds business days to a date" }]),
    },
    // The maker's turn: it is offered what was found.
    {
      told: ["addBusinessDays"],
      says: ({ request }) => {
        // Values are put in once.
        expect(JSON.stringify(request.messages)).toContain("smith writes {{team}}.");
        return calls(["use_action", { action: "a1", input: { date: "2026-01-02", days: 1 } }]);
      },
    },
    {
      offers: ["need_tool", "addBusinessDays", "ask_agent"],
      told: ['"how":"found"'],
      says: calls(["addBusinessDays", { date: "2026-01-02", days: 10 }]),
    },
    { told: ["2026-01-16"], says: text("On 16 January 2026.") },
  ]);
  await using run = collective(["team", "run", file, "--message", "When?", "--stay"], script.model);
  await run.printed(/→ you: On 16/);
  // It is there for others until it is told to go.
  run.child.kill("SIGTERM");
  const [code] = await once(run.child, "close");
  script.finish();
  expect(run.stdout).toContain("planner → smith (make_tool):");
  expect(run.stdout).toMatch(/^planner.* → you: On 16 January 2026\.\n$/m);
  expect(run.stderr).toMatch(/^Other peers can reach planner.*@12D3KooW\w+\.\n\d+ tokens/);
  expect(code).toBe(143);
});

test("Ctrl-C ends everything: the process with 130, and what it held at the peer", async () => {
  const asked = Promise.withResolvers<void>();
  const script = server.script([
    {
      says: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    },
  ]);
  await using run = collective(["team", "run", NEWSROOM, "When?", "--json"], script.model);
  await asked.promise;
  run.child.kill("SIGINT");
  const [code] = await once(run.child, "close");
  expect({ code, stderr: run.stderr }).toEqual({ code: 130, stderr: "" });
  const lines = run.stdout.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).kind)).toEqual(["said", "end"]);
  const living = (await peer.client.capabilities()).filter(({ revoked }) => !revoked);
  expect(living).toEqual([]);
});

test("a peer describes the methods of a class", async () => {
  const code = `
export class Librarian extends Agent {
  /** Finds a book. */
  async *find(input: { title: string }): AsyncGenerator<{ shelf: number }> {}
}`;
  const { methods } = await peer.client.describe(code, { class: "Librarian" });
  expect(methods).toEqual([
    {
      method: "find",
      description: "Finds a book.",
      input: {
        type: "object",
        properties: { title: { type: "string" } },
        required: ["title"],
        additionalProperties: false,
      },
      output: {
        type: "object",
        properties: { shelf: { type: "number" } },
        required: ["shelf"],
        additionalProperties: false,
      },
      streams: true,
      problems: [],
    },
  ]);
  await expect(peer.client.describe("class {", { class: "A" })).rejects.toThrow(/cannot be read as a module/);
});
