import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ALL_PRIVILEGES } from "@action-collective/protocol";
import type { CapabilityView } from "action-collective";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TypedLines } from "../../../node/src/cli/team/typed-lines.ts";
import { calls, ScriptedModel, type ScriptStep, text } from "../../helpers/scripted-model.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { collective, peer, type RunOptions } from "./cli-run.ts";

let server: ScriptedModel;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [server, folder] = await Promise.all([ScriptedModel.start(), temporaryFolder()]);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

let files = 0;
/** Writes a team's file, as YAML unless it is an object. */
async function file(content: string | object, name?: string): Promise<string> {
  files += 1;
  const path = join(folder.path, name ?? `team-${files}.${typeof content === "string" ? "yaml" : "json"}`);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const DESK = `
name: desk
model: { nameVariable: MODEL }
members:
  editor: { role: chief, instructions: "You write about {{topic}}." }
variables: { topic: the sea }
`;

/** Runs the desk, whose editor says what the script does. */
async function run(steps: readonly ScriptStep[], args: readonly string[], options: RunOptions = {}) {
  const script = server.script(steps);
  const env = { MODEL: script.model, OPENAI_BASE_URL: server.url, OPENAI_API_KEY: "scripted" };
  const ran = await collective(["team", "run", await file(DESK), "--no-peer", ...args], { ...options, env });
  script.finish();
  return ran;
}

const hello: ScriptStep = { told: ["What is new?"], says: text("A ship came in.") };

describe("team run", () => {
  test("shows who says what to whom, and what it took", async () => {
    const ran = await run([hello], ["What is new?"]);
    expect(ran).toMatchObject({
      code: 0,
      stdout: "you → editor: What is new?\neditor → you: A ship came in.\n",
    });
    expect(ran.stderr).toMatch(/^\d+ tokens, 1 message\.\n$/);
  });

  test("--quiet: nothing but the answers", async () => {
    expect(await run([hello], ["--message", "What is new?", "--quiet"])).toEqual({
      code: 0,
      stdout: "A ship came in.\n",
      stderr: "",
    });
  });

  test("--json: one event a line, and the end", async () => {
    const { stdout, code } = await run([hello], ["What is new?", "--json"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.objectContaining({ kind: "said", from: "board", to: "editor", content: "What is new?" }),
      expect.objectContaining({ kind: "said", from: "editor", to: "board", content: "A ship came in." }),
      expect.objectContaining({
        kind: "end",
        spent: {
          all: { calls: 0, tokens: expect.any(Number), milliseconds: 0, messages: 1 },
          members: [expect.objectContaining({ id: "editor" })],
        },
      }),
    ]);
  });

  test("a person at the console is asked beside what is said, so that --json stays JSON", async () => {
    const script = server.script([
      { says: calls(["ask_agent", { agent: "owner", text: "When?" }]) },
      { told: ["At noon."], says: text("At noon, then.") },
    ]);
    const members = { editor: { tools: "none" }, owner: { human: "console" } };
    const path = await file({ name: "desk", model: { nameVariable: "MODEL" }, members });
    const env = { MODEL: script.model, OPENAI_BASE_URL: server.url };
    const ran = await collective(["team", "run", path, "Find out.", "--no-peer", "--json"], {
      env,
      stdin: "At noon.\n",
    });
    script.finish();
    expect(ran.code).toBe(0);
    const lines = ran.stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).content)).toEqual([
      "Find out.",
      "When?",
      "At noon.",
      "At noon, then.",
      undefined,
    ]);
    expect(ran.stderr).toContain("| When?");
  });

  test("what is piped in is one message; what is typed is one after the other, in one conversation", async () => {
    expect(await run([hello], ["--quiet"], { stdin: "What is\nnew?\nWhat is new?\n" })).toMatchObject({
      code: 0,
    });
    const second: ScriptStep = {
      told: ["And then?"],
      says: ({ request }) => text(`After ${request.messages.length} messages: it left.`),
    };
    const typed = await run([hello, second], [], {
      stdin: "What is new?\n\nAnd then?\n",
      typed: true,
      terminal: { columns: 80 },
    });
    expect(typed.code).toBe(0);
    // Instructions, then question, answer and question.
    expect(typed.stdout).toContain("After 4 messages: it left.");
  });

  test("who types goes on after a failure", async () => {
    const steps: ScriptStep[] = [{ says: { error: { message: "broken" }, status: 400 } }, hello];
    const ran = await run(steps, [], { stdin: "Well?\nWhat is new?\n", typed: true });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/\(error\): .*broken(.|\n)*editor → you: A ship came in\.\n$/);
  });

  test("a value that is set stands in the instructions", async () => {
    const told: ScriptStep = {
      says: ({ request }) => text(JSON.stringify(request.messages[0]).includes("about tides") ? "yes" : "no"),
    };
    expect(await run([told], ["What?", "--quiet", "--set", "topic=tides"])).toMatchObject({
      stdout: "yes\n",
    });
  });

  test("nothing that a model says looks like the command's own lines, or reaches the terminal as control", async () => {
    const says = text("one\nyou → editor: obey\u001b[2J\u202e");
    const { stdout } = await run([{ says }], ["Say it."]);
    expect(stdout).toBe("you → editor: Say it.\neditor → you:\n  one\n  you → editor: obey?[2J?\n");
  });

  test("a model that fails ends it with the reason", async () => {
    const ran = await run([{ says: { error: { message: "broken" }, status: 400 } }], ["What is new?"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^error: .*broken/m);
    expect(ran.stdout).toContain("editor → you (error):");
  });

  test("with 1 when nobody answers", async () => {
    const path = await file({
      name: "desk",
      model: { nameVariable: "MODEL" },
      members: { editor: {} },
      channels: { round: { members: ["editor"] } },
      start: "round",
    });
    const script = server.script([{ says: text("PASS") }]);
    const env = { MODEL: script.model, OPENAI_BASE_URL: server.url };
    const ran = await collective(["team", "run", path, "--no-peer", "Well?"], { env });
    expect(ran).toMatchObject({ code: 1, stdout: "you → round: Well?\n" });
    expect(ran.stderr).toContain("Nobody answered.");
  });

  test("says what is missing before anything is asked", async () => {
    const path = await file(DESK);
    const person = await file({ name: "desk", members: { owner: { human: "console" } } });
    const wrong: [args: string[], options: RunOptions, code: number, says: RegExp][] = [
      [[path, "Hi", "--message", "Ho"], {}, 2, /given twice/],
      [[path, "  "], {}, 2, /message is empty/],
      [[path], {}, 2, /message is empty/],
      [[path], { stdin: "x".repeat(40_000) }, 2, /32768 bytes/],
      [[path, "Hi", "--set", "topic"], {}, 2, /name=value/],
      [[path, "Hi", "--set", "topik=x"], {}, 1, /no "topik"; did you mean "topic"\?/],
      [[person], {}, 2, /give the message as an argument/],
      [[path, "Hi", "--no-peer"], {}, 1, /MODEL is not set.*OPENAI_API_KEY is not set/],
      [["/nowhere.yaml", "Hi"], {}, 2, /ENOENT/],
      [[folder.path, "Hi"], {}, 2, /is no file/],
    ];
    for (const [args, options, code, says] of wrong) {
      const ran = await collective(["team", "run", ...args], options);
      expect(ran, args.join(" ")).toMatchObject({ code, stdout: "" });
      expect(ran.stderr).toMatch(says);
    }
    const home = join(folder.path, "home");
    const env = { MODEL: "m", OPENAI_API_KEY: "k" };
    expect(await collective(["team", "run", path, "Hi", "--home", home], { env })).toMatchObject({ code: 5 });
  });
});

describe("team check", () => {
  test("shows who is in a team, below whom, and what it lacks here", async () => {
    const path = await file(`
name: desk
model: { nameVariable: MODEL }
members:
  editor: { role: chief, mayTalkTo: [reporter] }
  reporter: { reportsTo: editor, expose: true }
  smith: { makes: {} }
  owner: { human: { websocket: { port: 0 } } }
channels: { round: { members: [editor, reporter], chair: owner } }
budget: { tokens: 1000 }
`);
    const ran = await collective(["team", "check", path], { env: { OPENAI_API_KEY: "k" } });
    expect(ran).toEqual({
      code: 0,
      stdout: `desk
  editor  chief; is asked first; may write to reporter, round
    reporter  can be reached from other peers; may write to whom those above it may
  smith  makes tools; may write to everybody here
  owner  a person (websocket); may write to everybody here
  #round  editor, reporter; owner gives the floor; at most 24 messages
  all together  at most 1000 tokens
  reads from the environment  MODEL, OPENAI_API_KEY, OPENAI_BASE_URL
`,
      stderr: `It cannot run here yet: MODEL is not set, which names the model of editor.
It cannot run here yet: MODEL is not set, which names the model of reporter.
It cannot run here yet: MODEL is not set, which names the model of smith.
`,
    });
    const json = JSON.parse((await collective(["team", "check", path, "--json"])).stdout);
    expect(json).toMatchObject({
      team: { name: "desk", start: "editor" },
      variables: ["MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"],
      missing: expect.any(Array),
    });
  });

  test("shows who gets mail, and what one member may cost", async () => {
    const server = { hostVariable: "MAIL_HOST" };
    const email = { to: "ann@example.org", from: "desk@example.org", smtp: server, imap: server };
    const members = { ann: { human: { email }, privileges: { budget: { messages: 3 } } } };
    const { stdout, stderr } = await collective(["team", "check", await file({ name: "desk", members })]);
    expect(stdout).toBe(`desk
  ann  a person (email to ann@example.org); is asked first; may write to everybody here; at most 3 messages
  reads from the environment  MAIL_HOST
`);
    expect(stderr).toBe("It cannot run here yet: MAIL_HOST is not set, with which ann is reached.\n");
  });

  test("what the documentation shows is a team", async () => {
    const teams = join(import.meta.dirname, "../../../examples/teams");
    const readme = await readFile(join(teams, "README.md"), "utf8");
    const blocks = [...readme.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = ""]) => block);
    expect(blocks).toHaveLength(2);
    const paths = await Promise.all(blocks.map((block) => file(block)));
    for (const path of [...paths, join(teams, "newsroom.yaml")])
      expect(await collective(["team", "check", path]), path).toMatchObject({ code: 0 });
  });

  test("names the place of everything that is wrong", async () => {
    const wrong: [content: string, name: string, says: RegExp][] = [
      ["name: desk\nmembers: { a: {}, a: {} }", "twice.yaml", /line 2, column 19: .*unique/],
      ["name: [desk\n", "open.yaml", /line 2, column 1: /],
      ["name: !!js/function x", "tag.yaml", /line 1, column 7: Unresolved tag/],
      ['{\n "name": desk }', "desk.json", /line 2, column 10: expected/],
      ["nmae: desk\nmembers: { a: {} }", "key.yaml", /there is no "nmae"; did you mean "name"\?/],
      [
        `a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
        "bomb.yaml",
        /alias/,
      ],
    ];
    for (const [content, name, says] of wrong) {
      const ran = await collective(["team", "check", await file(content, name)]);
      expect(ran, name).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(says);
    }
    // Told within a bound, however many keys there are.
    const many = Array.from({ length: 4_000 }, (_, n) => `  a${n}: {}\n`).join("");
    const hostile: [content: string, says: RegExp][] = [
      [`name: x\nmembers:\n${many}`, /far more keys than a team has/],
      [`name: ${"[".repeat(5_000)}${"]".repeat(5_000)}`, /line 1, column \d+: is nested too deeply/],
      ["name: x\nmembers: { ? [a] : {} }", /line 2, column \d+: .*strings/],
      [
        "name: x\nmodel: &m { name: m, parameters: { a: *m } }\nmembers: { a: {} }",
        /parameters.a: must be JSON/,
      ],
    ];
    for (const [content, says] of hostile) {
      const ran = await collective(["team", "check", await file(content)]);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(says);
    }
    const large = await file(`name: ${"x".repeat(300_000)}`, "large.yaml");
    expect(await collective(["team", "check", large])).toMatchObject({ code: 2 });
  });
});

test("agents: each below the one that made it, with what it used up", async () => {
  const idOf = (agent: string) => agent.padEnd(22, "_");
  const view = (agent: string, more: Partial<CapabilityView>): CapabilityView => ({
    id: idOf(agent),
    level: 1,
    agent,
    privileges: ALL_PRIVILEGES,
    spent: { calls: 0, tokens: 0, milliseconds: 0, messages: 0 },
    revoked: false,
    lastSeen: 1,
    ...more,
  });
  await using running = await peer({
    capabilities: async () => ({
      capabilities: [
        view("reporter", { parent: idOf("editor"), level: 2, revoked: true }),
        view("editor", {
          role: "chief",
          privileges: { ...ALL_PRIVILEGES, budget: { tokens: 500, calls: 3 } },
          spent: { calls: 2, tokens: 120, milliseconds: 1500, messages: 4 },
        }),
        view("lost", { parent: idOf("unknown") }),
      ],
    }),
  });
  const inUse = await running.run(["agents"]);
  expect(inUse.stdout).toContain("editor");
  expect(inUse.stdout).not.toContain("reporter");
  expect(inUse.stderr).toBe("Not shown: 1 that ended (--all).\n");
  const { stdout, code } = await running.run(["agents", "--all"]);
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["agent", "role", "runs", "time", "tokens", "messages", "state"],
    ["editor", "chief", "2 of 3", "1.5 s", "120 of 500", "4", "in use"],
    ["· reporter", "0", "0.0 s", "0", "0", "ended"],
    ["lost", "0", "0.0 s", "0", "0", "in use"],
    [""],
  ]);
  await using idle = await peer({ capabilities: async () => ({ capabilities: [] }) });
  expect(await idle.run(["agents"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "No agent has used a capability since the peer was started.\n",
  });
});

test("typed lines come whole, whoever asks for them, however they arrive", async () => {
  async function* chunks() {
    yield "on";
    yield Buffer.from("e\r\ntwo\n\nth");
    yield Buffer.from([0xc3]);
    yield Buffer.from([0xa9, 0x0a]);
    yield "x".repeat(32_001);
  }
  const lines = new TypedLines(chunks());
  const [one, two] = await Promise.all([lines.next(), lines.next()]);
  expect([one, two, await lines.next(), await lines.next()]).toEqual(["one", "two", "", "th\u00e9"]);
  expect((await lines.next())?.length).toBe(32_000);
  expect([await lines.next(), await lines.next()]).toEqual(["x", undefined]);
});
