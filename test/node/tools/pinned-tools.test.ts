import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionId } from "@action-collective/protocol";
import { toolName } from "action-collective";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KnownAction } from "../../../node/src/catalogue/types.ts";
import type { GateDecision } from "../../../node/src/policy/gate.ts";
import { ToolsFileError } from "../../../node/src/tools/errors.ts";
import { PinnedTools } from "../../../node/src/tools/pinned-tools.ts";
import { MOST_TOOLS, TOOLS_FILE } from "../../../node/src/tools/tools-file.ts";
import { bundleOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const RUNS: GateDecision = { decision: "runs", why: "its unit test passed here" };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let known: Map<ActionId, KnownAction>;
let gate: (id: ActionId) => GateDecision;
beforeEach(async () => {
  folder = await temporaryFolder();
  known = new Map();
  gate = () => RUNS;
});
afterEach(() => folder[Symbol.asyncDispose]());

const file = () => join(folder.path, TOOLS_FILE);
const open = () => new PinnedTools({ home: folder.path, actions: known, gate: async (id) => gate(id) });

function learn(name: string, description = `The action ${name}.`): ActionId {
  const { id, manifest, bytes: manifestBytes } = bundleOf({ name, description });
  const rest = {
    origin: "network",
    firstSeen: 1,
    standing: "passed",
    reason: "",
    runner: "r",
    attempts: 0,
  } as const;
  known.set(id, { id, manifest, manifestBytes, ...rest });
  return id;
}

const toolsOf = async (pinned: PinnedTools) => (await pinned.list()).map(({ id, tool }) => ({ id, tool }));

describe("pinned tools", () => {
  it("are there in the order of pinning, also for the next process", async () => {
    const [one, two] = [learn("one"), learn("two")];
    expect(await open().list()).toEqual([]);
    await open().change({ add: [two] });
    await open().change({ add: [one, two] });
    const view = {
      name: "two",
      tool: "two",
      summary: "The action two.",
      standing: "passed",
      permissions: {},
    };
    const tools = await open().list();
    expect(tools[0]).toMatchObject({ id: two, ...view, input: known.get(two)?.manifest.input });
    expect(tools[0]).not.toHaveProperty("withheld");
    expect(tools.map(({ id }) => id)).toEqual([two, one]);
  });

  it("keep their names: who comes later gets a number, and keeps it when the first is gone", async () => {
    const [first, second] = [learn("same", "One."), learn("same", "Another.")];
    const shouted = learn("SAME");
    await open().change({ add: [first, second, shouted] });
    const names = [
      { id: first, tool: "same" },
      { id: second, tool: "same_2" },
      { id: shouted, tool: "SAME_3" },
    ];
    expect(await toolsOf(open())).toEqual(names);
    await open().change({ remove: [first] });
    expect(await toolsOf(open())).toEqual(names.slice(1));
  });

  it("never have the name of a tool that every agent gets", () => {
    for (const name of [
      "find_action",
      "get_action",
      "run_action",
      "rate_action",
      "publish_action",
      "Run_Action",
    ])
      expect(toolName(name, [])).toBe(`${name}_2`);
    expect(toolName("a.b c", [])).toBe("a_b_c");
    const long = "a".repeat(64);
    expect(toolName(long, [long])).toBe(`${"a".repeat(62)}_2`);
  });

  it("are unpinned by tool, id or beginning of it; what is not pinned is said and changes nothing", async () => {
    const ids = ["one", "two", "three"].map((name) => learn(name));
    const [one = "" as ActionId, two = "", three = ""] = ids;
    await open().change({ add: ids });
    const wrong = open().change({ add: [one], remove: ["one", "four"] });
    await expect(wrong).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("four"),
    });
    await expect(open().change({ remove: ["bafyrei"] })).rejects.toMatchObject({ code: "not-found" });
    expect(await open().list()).toHaveLength(3);
    await open().change({ remove: ["one", two, three.slice(0, 40)] });
    expect(await open().list()).toEqual([]);
  });

  it("are listed with the reason when they are withheld, and missing while nobody knows them", async () => {
    const [one, two] = [learn("one"), learn("two")];
    await open().change({ add: [one, two] });
    gate = (id) => (id === one ? { decision: "refused", why: "you block it", remedy: "" } : RUNS);
    expect(await open().list()).toMatchObject([{ id: one, withheld: "you block it" }, { id: two }]);
    gate = () => ({ decision: "asks", why: "a low score", doubts: ["a low score"] });
    expect((await open().list()).map(({ withheld }) => withheld)).toEqual([undefined, undefined]);
    const action = known.get(one);
    known.delete(one);
    expect(await toolsOf(open())).toEqual([{ id: two, tool: "two" }]);
    if (action !== undefined) known.set(one, action);
    expect(await toolsOf(open())).toHaveLength(2);
  });

  it("are at most 64, all or nothing", async () => {
    const ids = Array.from({ length: MOST_TOOLS }, (_, i) => learn(`action${i}`));
    await open().change({ add: ids });
    await expect(open().change({ add: [learn("oneMore")] })).rejects.toMatchObject({
      code: "limit-exceeded",
    });
    expect(await open().list()).toHaveLength(MOST_TOOLS);
    await open().change({ add: [learn("oneMore")], remove: ["action0"] });
    expect((await open().list()).at(-1)?.tool).toBe("oneMore");
  });

  it("lose nothing when several are pinned at once", async () => {
    const ids = Array.from({ length: 20 }, (_, i) => learn(`action${i}`));
    const pinned = open();
    await Promise.all(ids.map((id) => pinned.change({ add: [id] })));
    expect((await open().list()).map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ["no JSON", "{"],
    ["another version", '{"version":2,"tools":[]}'],
    ["no id", '{"version":1,"tools":[{"id":"x","tool":"x"}]}'],
    ["a name that is none", '{"version":1,"tools":[{"id":"ID","tool":"a b"}]}'],
    ["an id twice", '{"version":1,"tools":[{"id":"ID","tool":"a"},{"id":"ID","tool":"b"}]}'],
    ["too much", " ".repeat(70_000)],
  ])("refuse a file that holds %s, and leave it", async (_, text) => {
    const id = learn("one");
    const damaged = text.replaceAll("ID", id);
    await writeFile(file(), damaged);
    await expect(open().list()).rejects.toBeInstanceOf(ToolsFileError);
    await expect(open().change({ add: [id] })).rejects.toBeInstanceOf(ToolsFileError);
    expect(await readFile(file(), "utf8")).toBe(damaged);
  });
});
