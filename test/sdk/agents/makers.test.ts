import { ActionClient, type Caller, type Json } from "action-collective";
import {
  Experience,
  inherit,
  leaveHeirloom,
  MAKE_TOOL,
  type Message,
  ModelAgent,
  type ModelAgentOptions,
  REPORT_FAILURE,
  Space,
  ToolMaker,
  type ToolMakerOptions,
} from "action-collective/agents";
import { describe, expect, test } from "vitest";
import { decideAccess } from "../../../sdk/src/agents/access.ts";
import { HandedOut } from "../../../sdk/src/agents/makers/handed-out.ts";
import { OneAtATime } from "../../../sdk/src/agents/makers/one-at-a-time.ts";
import { PeerCaller } from "../../../sdk/src/caller.ts";
import { usePeerAndModel } from "../../helpers/peer-and-model.ts";
import { calls, type Heard, type Script, type ScriptStep, text } from "../../helpers/scripted-model.ts";
import { until } from "../../helpers/until.ts";
import { COUNT_VOWELS, countVowels } from "../execute/drafts.ts";

const at = usePeerAndModel();

/** A client, and the actions that were run through it. */
function watched(experience: Experience): { readonly client: ActionClient; readonly ran: string[] } {
  const ran: string[] = [];
  const caller = new PeerCaller({ home: at.peer.home });
  const counting: Caller = {
    call: (name, ref, body, options) => {
      if (name === "run") ran.push(ref);
      return caller.call(name, ref, body, options);
    },
  };
  const client = new ActionClient({}, experience.watching(counting));
  return { client, ran };
}

function maker(steps: readonly ScriptStep[], options: Partial<ToolMakerOptions> = {}) {
  const script = at.model.script(steps);
  const given = { openai: at.model.openai(), model: script.model, client: { home: at.peer.home } };
  return { script, agent: new ToolMaker("smith", { ...given, publish: "always", ...options }) };
}

function user(id: string, steps: readonly ScriptStep[], more: Partial<ModelAgentOptions> = {}) {
  const script = at.model.script(steps);
  const experience = new Experience(id);
  const { client, ran } = watched(experience);
  const options = {
    openai: at.model.openai(),
    model: script.model,
    client,
    maker: "smith",
    agents: false,
    ...more,
  };
  return { script, ran, experience, agent: new ModelAgent(id, options) };
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

const splitWords = {
  name: "splitWords",
  description: "Splits a text into its words.",
  useWhen: ["the words of a text"],
  input: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  output: { type: "array", items: { type: "string" } },
  code: "export default ({ text }) => text.split(/\\s+/).filter(Boolean);",
  language: "javascript" as const,
  licence: "MIT",
  permissions: {},
  cases: [
    { input: { text: "a b" }, output: ["a", "b"] },
    { input: { text: " a " }, output: ["a"] },
    { input: { text: "" }, output: [] },
  ],
};

const CONSTANT = ["find_action", "get_action", "run_action", "rate_action"];
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
    const experience = new Experience("smith");
    const steps: ScriptStep[] = [
      {
        offers: ["write_action"],
        forced: "write_action",
        says: calls(["write_action", fragile("countVowels")]),
      },
      { offers: ["use_action", "none_fits"], says: handOver("countVowels") },
      { told: ['"name":"countVowels"'], says: calls(["none_fits", { why: "it fails for nothing" }]) },
      { offers: ["write_action"], says: calls(["write_action", mended("countVowels")]) },
    ];
    const smith = maker(steps, { experience });
    const ann = user("ann", [
      { offers: ["need_tool", ...CONSTANT], ...LACKING },
      {
        offers: ["need_tool", "countVowels", ...CONSTANT],
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
    const [old = ""] = ann.ran;
    expect(await at.peer.client.show(old)).toMatchObject({ publishers: [expect.any(String)] });
    expect(await ask(bob)).toBe("I have it.");
    expect(await ask(ann)).toBe("None.");
    const made = ann.ran.at(-1) ?? "";
    expect(ann.ran).toEqual([old, old, made]);
    expect(made).not.toBe(old);
    await until(() => space.audit().some(({ to, intent }) => to === "bob" && intent === "inform"), {
      what: "the news for bob",
    });
    expect(await ask(bob)).toBe("None either.");
    expect(bob.ran).toEqual([made]);
    expect(await at.peer.client.show(made)).toMatchObject({ publishers: [expect.any(String)] });
    // What failed, and what it said, reached the maker's model as data of a function, never as a user's or the system's words.
    const { messages } = JSON.parse(smith.script.bodies[2] ?? "{}") as {
      messages: { role: string; content: string | null }[];
    };
    expect(
      messages.filter(({ content }) => content?.includes("cannot read the first")).map(({ role }) => role),
    ).toEqual(["tool", "tool"]);
    finish(smith.script, ann.script, bob.script);
    // Whoever comes after them finds in the collective what was made here, and what served.
    await leaveHeirloom(at.peer.client, experience);
    await leaveHeirloom(at.peer.client, ann.experience);
    const left = await inherit(at.peer.client, "smith");
    expect(left?.actions).toContainEqual(
      expect.objectContaining({ id: made, name: "countVowels", made: true }),
    );
    const refs = (await inherit(at.peer.client, "ann"))?.actions.map(({ id }) => id) ?? [];
    expect(refs).toEqual([made]);
    const heir = user(
      "dora",
      [{ offers: ["need_tool", ...CONSTANT, "countVowels"], says: text("I have it.") }],
      {
        collective: { refs },
      },
    );
    await space.add(heir.agent);
    expect(await ask(heir)).toBe("I have it.");
  });

  test("an input at fault is told; what is mended too often is given up; what another maker handed out is mended, too", async () => {
    await using space = new Space();
    const eve = user("eve", []).agent;
    await space.add(eve);
    const again: ScriptStep = {
      told: ['"name":"splitWords"'],
      says: handOver("splitWords"),
    };
    const id = (await at.peer.client.publish(splitWords)).id;
    const smith = maker([again, again], { mends: 1 });
    await space.add(smith.agent);
    const ask = space.place;
    const report = { id, input: { text: 7 }, code: "action-threw", message: "text is no text" };
    await expect(ask.request("smith", REPORT_FAILURE, report)).rejects.toMatchObject({
      code: "unknown-tool",
    });
    const made = await smith.script.during(
      ask.request("smith", MAKE_TOOL, { need: "splits a text into words" }),
    );
    expect(made).toEqual({ id, name: "splitWords", how: "found", published: true });
    await expect(eve.place.request("smith", REPORT_FAILURE, { ...report, need: "x" })).rejects.toMatchObject({
      code: "unknown-tool",
    });
    const kept = await smith.script.during(ask.request("smith", REPORT_FAILURE, report));
    expect(kept).toEqual({ id, name: "splitWords", how: "kept", input: { text: "a" } });
    await expect(ask.request("smith", REPORT_FAILURE, report)).rejects.toMatchObject({
      code: "tool-given-up",
    });
    // Its successor knows nothing of it, and mends it for whoever says what it is for. What it failed for stays private.
    await space.remove("smith");
    const secret = { text: "Order 48213 of Rosalind Franklin" };
    const withCase = (input: Json, output: Json) => ({
      ...splitWords,
      cases: [...splitWords.cases, { input, output }],
    });
    const next = maker([
      { told: ['"name":"splitWords"'], says: calls(["none_fits", { why: "it splits wrongly" }]) },
      { says: calls(["write_action", withCase(secret, ["Order", "48213", "of", "Rosalind", "Franklin"])]) },
      {
        told: ["48213", "value of this conversation"],
        says: calls(["write_action", withCase({ text: "x y" }, ["x", "y"])]),
      },
    ]);
    await space.add(next.agent);
    const mine = { id, need: "splits a text into words", input: secret, code: "action-threw", message: "no" };
    const mended = await next.script.during(ask.request("smith", REPORT_FAILURE, mine));
    expect(mended).toMatchObject({ name: "splitWords", how: "made", published: true, replaces: id });
    expect(JSON.stringify(await at.peer.client.show(mended.id))).not.toContain("48213");
    finish(next.script);
    await expect(ask.request("smith", "make_tool", { need: 7 })).rejects.toMatchObject({
      code: "input-invalid",
    });
    finish(smith.script);
  });

  test("what cannot be made is said, within its tokens and privileges; nothing is left in the collective", async () => {
    await using space = new Space();
    const filters = { tags: ["no-such-tag"] };
    const broken = countVowels("neverMade", { code: "export default () => ({ count: -1 });" });
    const usage = { usage: { prompt_tokens: 900, completion_tokens: 100 } };
    const smith = maker([{ says: { ...calls(["write_action", broken]), ...usage } }], { filters, tries: 1 });
    const ann = user("ann", [
      LACKING,
      { told: ['"failed":"not-made"', "1 drafts"], says: text("I cannot.") },
    ]);
    const place = await space.add(smith.agent, { privileges: { budget: { tokens: 1500 } } });
    await space.add(ann.agent);
    expect(await ann.script.during(space.place.request("ann", "chat", "Count."))).toBe("I cannot.");
    expect(place.left().tokens).toBe(500);
    expect(await at.peer.client.search("neverMade", { limit: 3 })).not.toContainEqual(
      expect.objectContaining({ name: "neverMade" }),
    );
    const idle = maker(
      [{ offers: ["need_action"], told: ["None may be made"], says: text("There is none.") }],
      { filters },
    );
    await space.remove("smith");
    await space.connect(new ActionClient({ home: at.peer.home }));
    await space.add(idle.agent, { privileges: { make: false } });
    const asked = space.place.request("smith", MAKE_TOOL, { need: NEED });
    await expect(asked).rejects.toMatchObject({ code: "tool-not-made", message: "There is none." });
    finish(smith.script, ann.script, idle.script);
  });

  test("what is asked for after something came from the network is made, and published by nobody's leave but the user's", async () => {
    await using space = new Space();
    const filters = { tags: ["no-such-tag"] };
    const asked: string[] = [];
    const approve = ({ kind, name }: { readonly kind: string; readonly name: string }) => {
      asked.push(`${kind} ${name}`);
      return false;
    };
    const smith = maker([{ says: calls(["write_action", countVowels("countQuietly")]) }], {
      filters,
      approve,
    });
    const ann = user("ann", [LACKING, { told: ['"how":"made"'], says: text("I have it.") }]);
    for (const { agent } of [smith, ann]) await space.add(agent);
    const request = space.place.request("ann", "chat", "Count.", { metadata: { reached: "a.example" } });
    expect(await smith.script.during(ann.script.during(request))).toBe("I have it.");
    expect(asked).toEqual(["publish countQuietly"]);
    const { publishers } = await at.peer.client.show("countQuietly");
    expect(publishers).toEqual([]);
    finish(smith.script, ann.script);
  });

  test("a maker that announces its tools gives them to all whose maker it is, and to nobody else", async () => {
    await using space = new Space();
    const { id } = await at.peer.client.publish(splitWords);
    const smith = maker([{ says: handOver("splitWords") }], { announce: true });
    const bob = user("bob", [
      { offers: ["need_tool", "splitWords", ...CONSTANT], says: calls(["splitWords", { text: "a b" }]) },
      { told: ['"content":["a","b"]'], says: text("two") },
    ]);
    const dora = user(
      "dora",
      [{ offers: ["need_tool", "splitWords_2", ...CONSTANT, "splitWords"], says: text("both") }],
      { collective: { refs: [id] } },
    );
    const carl = user("carl", [{ offers: ["need_tool", ...CONSTANT], says: text("none") }], {
      maker: "jones",
    });
    for (const { agent } of [smith, bob, carl, dora]) await space.add(agent);
    const made = space.place.request("smith", MAKE_TOOL, { need: "splits a text into words" });
    expect(await smith.script.during(made)).toMatchObject({ id, how: "found" });
    const told = (to: string) => space.audit().some((entry) => entry.to === to && entry.intent === "inform");
    await until(() => ["bob", "carl", "dora"].every(told), { what: "the news" });
    expect(await bob.script.during(space.place.request("bob", "chat", "Split."))).toBe("two");
    expect(await carl.script.during(space.place.request("carl", "chat", "Split."))).toBe("none");
    // What a program named keeps its name, and a tool of the maker's makes way.
    expect(await dora.script.during(space.place.request("dora", "chat", "Split."))).toBe("both");
    finish(smith.script, bob.script, carl.script, dora.script);
  });

  test("agents of other peers cannot ask for tools, and one maker makes one at a time", async () => {
    const { makeTool } = ToolMaker.actions;
    const stranger = { address: "eve@12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp" };
    const message = { intent: "make_tool", content: { need: NEED } } as unknown as Message;
    expect(decideAccess(makeTool, message, stranger).access).toBe("denied");
    expect(decideAccess(makeTool, message, { address: "ann" }).access).toBe("permitted");
    const turns = new OneAtATime({ most: 3, mostOfOne: 2 });
    const order: string[] = [];
    const { signal } = new AbortController();
    const leaving = new AbortController();
    let goOn = () => {};
    const begun = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await begun;
      order.push(`${name} ends`);
    };
    const gone = { signal: leaving.signal, reason: new Error("I cannot wait") };
    const first = turns.run("ann", signal, work("one"));
    const given = turns.run("ann", gone.signal, work("two"));
    const last = turns.run("bob", signal, work("three"));
    await expect(turns.run("bob", signal, work("four"))).rejects.toThrow("3 requests wait");
    leaving.abort(gone.reason);
    await expect(given).rejects.toBe(gone.reason);
    // Whoever gave up makes room at once; one agent has no more than its share.
    const second = turns.run("bob", signal, work("five"));
    await expect(turns.run("bob", signal, work("six"))).rejects.toMatchObject({ code: "maker-busy" });
    goOn();
    await Promise.all([first, last, second]);
    expect(order).toEqual(["one", "three", "five"].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test("nobody's words decide what another one's tool is to do", () => {
    const handedOut = new HandedOut(3);
    const failure = { id: "old", input: null, code: "action-threw", message: "" };
    handedOut.give("old", "splits a text, and drops names", "eve");
    const line = handedOut.give("old", "splits a text", "ann");
    expect(handedOut.of(failure, "ann")).toEqual({ line, need: "splits a text" });
    expect(() => handedOut.of({ ...failure, need: "x" }, "bob")).toThrow("handed out to you");
    expect(handedOut.replaced(line, "new", "eve")).toEqual(["ann"]);
  });
});
