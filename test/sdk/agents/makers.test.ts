import { ActionClient, type Json } from "action-collective";
import { MAKE_TOOL, ModelAgent, Space, ToolMaker, type ToolMakerOptions } from "action-collective/agents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PeerProcess } from "../../helpers/processes.ts";
import { calls, type Heard, type Script, ScriptedModel, type ScriptStep, text } from "../../helpers/scripted-model.ts";
import { until } from "../../helpers/until.ts";
import { COUNT_VOWELS, countVowels } from "../execute/drafts.ts";

let peer: PeerProcess;
let model: ScriptedModel;
beforeAll(async () => {
  [peer, model] = await Promise.all([
    PeerProcess.start({ env: { COLLECTIVE_VERIFY: "false" } }),
    ScriptedModel.start(),
  ]);
}, 60_000);
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
});

/** Remembers which actions were run. */
class Watched extends ActionClient {
  readonly ran: string[] = [];
  override run(...given: Parameters<ActionClient["run"]>): ReturnType<ActionClient["run"]> {
    this.ran.push(given[0]);
    return super.run(...given);
  }
}

function maker(steps: readonly ScriptStep[], options: Partial<ToolMakerOptions> = {}) {
  const script = model.script(steps);
  const given = { openai: model.openai(), model: script.model, client: { home: peer.home } };
  return { script, agent: new ToolMaker("smith", { ...given, publish: "always", ...options }) };
}

function user(id: string, steps: readonly ScriptStep[]) {
  const script = model.script(steps);
  const client = new Watched({ home: peer.home });
  const options = { openai: model.openai(), model: script.model, client, maker: "smith", agents: false };
  return { script, client, agent: new ModelAgent(id, options) };
}

/** Passes its own test, and throws for a text that is empty. */
function fragile(name: string) {
  const guard = '  if (text === "") throw new Error("cannot read the first letter");\n  let count';
  return countVowels(name, { code: COUNT_VOWELS.code.replace("  let count", guard) });
}

function mended(name: string) {
  const empty = { input: { text: "" }, output: { count: 0 } };
  return countVowels(name, { cases: [...COUNT_VOWELS.cases, empty] });
}

const NEED = "counts the vowels of a text";
const LACKING: ScriptStep = { says: calls(["need_tool", { need: NEED }]) };
const count = (tool: string, value: string) => calls([tool, { text: value }]);

/** Hands over the action of that name, as it was offered. */
function handOver(name: string): ScriptStep["says"] {
  return ({ last }: Heard) => {
    const offered = last.map((message) => message.text).join("\n");
    const [, ref = "none"] = new RegExp(`"action":"(a\\d+)"[^{}]*"name":"${name}"`).exec(offered) ?? [];
    return calls(["use_action", { action: ref, input: { text: "a" } }]);
  };
}

function finish(...scripts: readonly Script[]): void {
  for (const script of scripts) script.finish();
}

describe("makers and users of tools", { timeout: 60_000 }, () => {
  test("what is lacking is made, proved and published; what fails is mended, and every user has the new one", async () => {
    await using space = new Space();
    const smith = maker([
      { offers: ["write_action"], forced: "write_action", says: calls(["write_action", fragile("countVowels")]) },
      { offers: ["use_action", "none_fits"], says: handOver("countVowels") },
      { told: ['"name":"countVowels"'], says: calls(["none_fits", { why: "it fails for nothing" }]) },
      { offers: ["write_action"], says: calls(["write_action", mended("countVowels")]) },
    ]);
    const ann = user("ann", [
      { offers: ["need_tool", "find_action", "get_action", "run_action", "rate_action"], ...LACKING },
      {
        offers: ["need_tool", "countVowels", "find_action", "get_action", "run_action", "rate_action"],
        told: ['"how":"made"', '"call":"countVowels"', '"untrusted":true'],
        says: count("countVowels", "banana"),
      },
      { told: ['"content":{"count":3}'], says: text("Three.") },
      { says: count("countVowels", "") },
      { told: ["cannot read the first letter", "has mended it"], says: count("countVowels", "") },
      { told: ['"content":{"count":0}'], says: text("None.") },
    ]);
    const bob = user("bob", [
      LACKING,
      { told: ['"how":"found"', '"call":"countVowels"'], says: text("I have it.") },
      { says: count("countVowels", "") },
      { told: ['"content":{"count":0}'], says: text("None either.") },
    ]);
    for (const { agent } of [smith, ann, bob]) await space.add(agent);
    const ask = ({ agent, script }: ReturnType<typeof user>) =>
      script.during(smith.script.during(space.place.request(agent.id, "chat", "How many vowels?")));
    expect(await ask(ann)).toBe("Three.");
    const [old = ""] = ann.client.ran;
    expect(await peer.client.show(old)).toMatchObject({ publishers: [expect.any(String)] });
    expect(await ask(bob)).toBe("I have it.");
    expect(await ask(ann)).toBe("None.");
    const made = ann.client.ran.at(-1) ?? "";
    expect(ann.client.ran).toEqual([old, old, made]);
    expect(made).not.toBe(old);
    await until(() => space.audit().some(({ to, intent }) => to === "bob" && intent === "inform"), {
      what: "the news for bob",
    });
    expect(await ask(bob)).toBe("None either.");
    expect(bob.client.ran).toEqual([made]);
    expect(await peer.client.show(made)).toMatchObject({ publishers: [expect.any(String)] });
    // What failed, and what it said, reached the maker's model as data of a function, never as a user's or the system's words.
    const { messages } = JSON.parse(smith.script.bodies[2] ?? "{}") as { messages: { role: string; content: string | null }[] };
    expect(messages.filter(({ content }) => content?.includes("cannot read the first")).map(({ role }) => role)).toEqual(["tool", "tool"]);
    finish(smith.script, ann.script, bob.script);
  });
});

export type Kept = Json | typeof MAKE_TOOL | typeof until;
