import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionId, PolicyChange } from "@action-collective/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PolicyFacts } from "../../../node/src/policy/acceptable.ts";
import { PolicyDesk } from "../../../node/src/policy/policy-desk.ts";
import { PREVIEWED } from "../../../node/src/policy/preview.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { type FactsLike, factsLike } from "../policy/facts.ts";
import { listText, NOON } from "../policy/lists.ts";

const AUTHOR = peerOf(7);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let desk: PolicyDesk;
let facts: Map<ActionId, PolicyFacts>;

beforeEach(async () => {
  folder = await temporaryFolder();
  facts = new Map();
  desk = await PolicyDesk.open({
    ...{ home: folder.path, self: peerOf(0), clock: () => NOON, random: () => 0.5, log: () => undefined },
  });
  desk.attach({
    factsOf: (id) => facts.get(id),
    pages: (newest = Number.POSITIVE_INFINITY) => [[...facts.keys()].slice(-newest)],
    total: () => facts.size,
  });
});
afterEach(async () => {
  await desk.stop();
  await folder[Symbol.asyncDispose]();
});

function know(id: string, tags: string[], more: FactsLike = {}): ActionId {
  facts.set(id as ActionId, factsLike({ id: id as ActionId, manifest: { tags }, ...more }));
  return id as ActionId;
}
const preview = (change: PolicyChange) => desk.preview(change, AbortSignal.timeout(60_000));

test("says what would be hidden and what shown again, and changes nothing", async () => {
  const [math, text] = [know("math", ["math"]), know("text", ["text"])];
  know("both", ["math", "text"]);
  await desk.change({ withoutTags: ["math"] });
  const before = await readFile(join(folder.path, "policy.json"), "utf8");
  const seen = await preview({ withoutTags: ["text"] });
  expect(seen).toEqual({
    hiddenNow: 2,
    hiddenThen: 2,
    hides: [{ why: "of its tags", actions: 1 }],
    hidden: [{ id: text, why: "it has the tag text, which your policy does not want" }],
    shows: 1,
    shown: [math],
  });
  expect(await preview({ withoutTags: null })).toMatchObject({
    hiddenNow: 2,
    hiddenThen: 0,
    shows: 2,
    hides: [],
  });
  expect(await readFile(join(folder.path, "policy.json"), "utf8")).toBe(before);
  expect(desk.current).toEqual({ withoutTags: ["math"] });
  expect(desk.refusal(math, "offer")?.code).toBe("tag");
  // And it is what the change does.
  await desk.change({ withoutTags: ["text"] });
  expect(desk.refusal(text, "offer")?.code).toBe("tag");
  expect(desk.refusal(math, "offer")).toBeUndefined();
});

test("knows blocks that would come, and lists that would go", async () => {
  const theirs = know("theirs", [], { publishers: [AUTHOR] });
  const listed = know(bundleOf().id, []);
  expect(await preview({ add: { blockedPeers: [AUTHOR] } })).toMatchObject({
    hidden: [{ id: theirs, why: expect.stringContaining(AUTHOR) }],
  });
  expect(await preview({ blockedActions: [] })).toMatchObject({ hiddenThen: 0 });
  const source = join(folder.path, "list.json");
  await writeFile(source, listText({ actions: [listed] }));
  await desk.change({ add: { lists: [{ source, keys: [] }] } });
  expect(desk.refusal(listed, "offer")?.code).toBe("blocked-action");
  expect(await preview({ remove: { lists: [source] } })).toMatchObject({
    hiddenNow: 1,
    hiddenThen: 0,
    shown: [listed],
  });
  expect(await preview({ minScore: 0 })).toMatchObject({ hiddenNow: 1, hiddenThen: 1 });
});

test("what is no policy is refused as the change would be", async () => {
  const change = { authors: ["nobody"] };
  await expect(preview(change)).rejects.toMatchObject({
    code: "invalid-policy",
    message: expect.stringContaining("nobody"),
  });
  await expect(desk.change(change)).rejects.toMatchObject({ code: "invalid-policy" });
});

test("looks at the newest where there are very many, says so, and stops when nobody waits", async () => {
  for (let i = 0; i < PREVIEWED + 5; i++) know(`a${i}`, i < 5 ? ["old"] : ["new"]);
  expect(await preview({ withoutTags: ["old"] })).toMatchObject({ hiddenThen: 0, lookedAt: PREVIEWED });
  const all = await preview({ withoutTags: ["new"] });
  expect(all).toMatchObject({ hiddenThen: PREVIEWED, hides: [{ actions: PREVIEWED }] });
  expect(all.hidden).toHaveLength(20);
  const gone = AbortSignal.abort(new Error("the caller is gone"));
  await expect(desk.preview({ withoutTags: ["new"] }, gone)).rejects.toThrow("the caller is gone");
});
