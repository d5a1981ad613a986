import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OurProcess, PeerProcess } from "../helpers/processes.ts";
import { calls, ScriptedModel, type ScriptStep, text } from "../helpers/scripted-model.ts";
import { businessDays, callOf, ScriptedTools } from "../helpers/scripted-tools.ts";
import { countVowels } from "./execute/drafts.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLES = join(ROOT, "examples");

let peer: PeerProcess;
beforeAll(async () => {
  peer = await PeerProcess.start();
  await peer.client.publishFolder(join(ROOT, "library/actions/add-business-days"));
}, 120_000);
afterAll(() => peer?.[Symbol.asyncDispose]());

/** Runs an example to its end, as a user would. */
async function run(
  name: string,
  url = "http://127.0.0.1:9",
  args: readonly string[] = [],
  model = "scripted",
) {
  await using example = new OurProcess(join(EXAMPLES, `${name}.ts`), args, {
    COLLECTIVE_HOME: peer.home,
    PATH: [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter),
    ...{ OPENAI_API_KEY: "scripted", OPENAI_BASE_URL: `${url}/v1` },
    ...{ ANTHROPIC_API_KEY: "scripted", ANTHROPIC_BASE_URL: url, MODEL: model },
  });
  const [code] = await once(example.child, "close");
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${example.stderr}`);
  return example.stdout;
}

/** Examples in which a model finds an action, runs it and answers. */
const ASKING = ["openai-chat", "openai-responses", "vercel-ai", "langchain", "anthropic"];

/** Examples in which several agents share one model: its turns, in the order in which they come. */
const AGENTS: Record<"agents-two" | "agents-tool-maker", { steps: ScriptStep[]; says: string }> = {
  "agents-two": {
    steps: [
      {
        offers: ["ask_agent"],
        says: calls(["ask_agent", { agent: "clerk", text: "2026-01-02 and 10 days?" }]),
      },
      {
        told: ["2026-01-02 and 10 days?"],
        says: calls(["run_action", { action: "addBusinessDays", input: { date: "2026-01-02", days: 10 } }]),
      },
      { told: ['"date":"2026-01-16"'], says: text("2026-01-16") },
      { offers: ["ask_agent"], told: ['"content":"2026-01-16"'], says: text("It is 2026-01-16.") },
    ],
    says: "It is 2026-01-16.\n",
  },
  "agents-tool-maker": {
    steps: [
      { says: calls(["need_tool", { need: "counts the vowels of a text" }]) },
      // The one action that is there does something else.
      { offers: ["use_action", "none_fits"], says: calls(["none_fits", { why: "it adds days" }]) },
      { offers: ["write_action"], says: calls(["write_action", countVowels("countVowels")]) },
      { told: ['"how":"made"'], says: calls(["countVowels", { text: "collective" }]) },
      { told: ['"content":{"count":4}'], says: text("It has 4.") },
    ],
    says: "It has 4.\n",
  },
};

describe("examples", { timeout: 120_000, concurrent: true }, () => {
  test.each(ASKING)("%s", async (name) => {
    await using model = await ScriptedTools.start(businessDays);
    expect(await run(name, model.url)).toBe("It is 2026-01-16.\n");
    expect(model.requests).toHaveLength(3);
  });

  test("execute", async () => {
    await using model = await ScriptedTools.start([
      { answer: callOf("need_action", { need: "adds business days to a date" }) },
      {
        when: (offered) => offered.includes("addBusinessDays"),
        answer: callOf("use_action", { action: "a1", input: { date: "2026-01-02", days: 10 } }),
      },
      { when: (ran) => ran.includes('"2026-01-16"'), answer: { content: "It is 2026-01-16." } },
    ]);
    expect(await run("execute", model.url)).toBe("It is 2026-01-16.\n");
  });

  test.each(["agents-two", "agents-tool-maker"] as const)("%s", async (name) => {
    await using model = await ScriptedModel.start();
    const { steps, says } = AGENTS[name];
    const script = model.script(steps);
    const url = model.url.replace(/\/v1$/, "");
    expect(await script.during(run(name, url, [], script.model))).toBe(says);
    script.finish();
  });

  test("define-and-publish", async () => {
    const output = await run("define-and-publish", undefined, ["--publish"]);
    expect(output).toContain("here: { shares: [ 34, 33, 33 ] }");
    const id = /^published: (\S+)$/m.exec(output)?.[1] ?? "";
    expect(await peer.client.call(id, { cents: 100, people: 3 })).toEqual({ shares: [34, 33, 33] });
  });

  test("mcp-client", async () => {
    const output = await run("mcp-client");
    expect(output).toMatch(/^tools: find_action, get_action, run_action/);
    expect(output).toContain('"name":"addBusinessDays"');
  });

  test("none is left out here", async () => {
    const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith(".ts"));
    // "human-console" is tried in agents/humans.test.ts.
    const others = ["execute", "define-and-publish", "mcp-client", "human-console"];
    const tried = [...ASKING, ...others, ...Object.keys(AGENTS)].map((name) => `${name}.ts`);
    expect(files.sort()).toEqual(tried.sort());
  });
});
