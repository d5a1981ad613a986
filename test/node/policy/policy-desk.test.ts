import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionId, PolicyChange } from "@action-collective/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PolicyFacts } from "../../../node/src/policy/acceptable.ts";
import { InvalidPolicyError } from "../../../node/src/policy/errors.ts";
import { COUNTED_AT_ONCE, MAX_POLICY_BYTES } from "../../../node/src/policy/limits.ts";
import { PolicyDesk, type PolicyDeskParts } from "../../../node/src/policy/policy-desk.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { factsLike } from "./facts.ts";
import { listText, NOON } from "./lists.ts";

const ACTION = bundleOf().id;
const OTHER_ACTION = bundleOf({ name: "other" }).id;
const [SELF, AUTHOR] = [peerOf(0), peerOf(1)];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const desks: PolicyDesk[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.stop();
  await folder[Symbol.asyncDispose]();
});

const file = () => join(folder.path, "policy.json");

async function open(sources: PolicyDeskParts["sources"] = {}): Promise<PolicyDesk> {
  const desk = await PolicyDesk.open({
    ...{ home: folder.path, self: SELF, clock: () => NOON, random: () => 0.5, sources },
    log: () => undefined,
  });
  desks.push(desk);
  return desk;
}

describe("the file", () => {
  test("is not there at first, and then holds what was asked for, for its owner's eyes only", async () => {
    const desk = await open();
    expect(desk.current).toEqual({});
    const view = await desk.change({ licences: ["MIT"], minScore: 0.5 });
    expect(view.policy).toEqual({ licences: ["MIT"], minScore: 0.5 });
    expect(JSON.parse(await readFile(file(), "utf8"))).toEqual(view.policy);
    if (process.platform !== "win32") expect((await stat(file())).mode & 0o777).toBe(0o600);
    await desk.change({ licences: null, tags: ["math"] });
    expect((await open()).current).toEqual({ minScore: 0.5, tags: ["math"] });
  });

  test("that is broken stops the start, by name and with what is wrong", async () => {
    const broken: [string, RegExp][] = [
      ["{", /policy\.json is not a policy.*not JSON/s],
      ['{"licenses":["MIT"]}', /licenses/],
      ['{"minScore":7}', /minScore/],
      ['{"authors":["nobody"]}', /authors: "nobody" is no peer id/],
      ['{"blockedActions":["bafy"]}', /blockedActions: "bafy" is no action id/],
      [`{"approved":["${ACTION}","${ACTION}"]}`, /approved: .* stands twice/],
      ['{"lists":[{"source":"blocked.json"}]}', /neither an absolute path nor an http/],
      ['{"lists":[{"source":"ftp://a.example/x"}]}', /neither an absolute path nor an http/],
      ['{"lists":[{"source":"https://a.example/x"}]}', /name the peer id of the key/],
      [`{"lists":[{"source":"https://u:p@a.example/x","keys":["${AUTHOR}"]}]}`, /user name or a password/],
      ['{"lists":[{"source":"/a"},{"source":"/a"}]}', /\/a stands twice/],
      [`{"tags":["${"x".repeat(MAX_POLICY_BYTES)}"]}`, /bytes/],
    ];
    for (const [text, why] of broken) {
      await writeFile(file(), text, { mode: 0o600 });
      const failure = await open().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(InvalidPolicyError);
      expect(failure).toMatchObject({ code: "invalid-policy", message: expect.stringMatching(why) });
    }
  });

  test.skipIf(process.platform === "win32")(
    "that others can write, or that is no file, is not believed",
    async () => {
      await writeFile(file(), "{}");
      await chmod(file(), 0o666);
      await expect(open()).rejects.toThrow(/can be written by others/);
      await chmod(file(), 0o644);
      expect((await open()).current).toEqual({});
      const elsewhere = await temporaryFolder();
      await mkdir(join(elsewhere.path, "policy.json"));
      const parts = { home: elsewhere.path, self: SELF, clock: () => NOON, random: Math.random };
      await expect(PolicyDesk.open({ ...parts, log: () => undefined })).rejects.toThrow(InvalidPolicyError);
      await elsewhere[Symbol.asyncDispose]();
    },
  );
});

describe("a change", () => {
  test("that makes no sense changes nothing, in force or on disk", async () => {
    const desk = await open();
    await desk.change({ minScore: 0.5 });
    const wrong: unknown[] = [
      { minScore: 2 },
      { nothing: 1 },
      { blockedPeers: ["me"] },
      { authors: Array.from({ length: 1_001 }, () => AUTHOR) },
      { lists: [{ source: "http://a.example/x", keys: [] }] },
    ];
    for (const change of wrong)
      await expect(desk.change(change as PolicyChange)).rejects.toThrow(InvalidPolicyError);
    expect(desk.current).toEqual({ minScore: 0.5 });
    expect((await open()).current).toEqual({ minScore: 0.5 });
  });

  test("of single entries loses none, however many are made at once", async () => {
    const desk = await open();
    const peers = [11, 12, 13, 14].map(peerOf);
    const actions = ["one", "two", "three"].map((name) => bundleOf({ name }).id);
    await Promise.all([
      ...peers.map((peer) => desk.change({ add: { blockedPeers: [peer] } })),
      ...actions.map((id) => desk.approve(id)),
      desk.change({ minScore: 0.1 }),
    ]);
    expect(desk.current.blockedPeers?.toSorted()).toEqual(peers.toSorted());
    expect(desk.current.approved?.toSorted()).toEqual(actions.toSorted());
    const [first = "", ...rest] = peers;
    await Promise.all([
      desk.change({ remove: { blockedPeers: [first] }, add: { blockedPeers: rest } }),
      desk.change({ remove: { approved: actions } }),
    ]);
    expect(desk.current).toEqual({ minScore: 0.1, blockedPeers: rest });
    // All or nothing.
    const wrong = { remove: { blockedPeers: rest }, add: { blockedActions: ["no id"] } };
    await expect(desk.change(wrong)).rejects.toThrow(InvalidPolicyError);
    expect((await open()).current).toEqual({ minScore: 0.1, blockedPeers: rest });
  });

  test("of lists puts a list in the place of the one from the same source", async () => {
    const desk = await open();
    const [source, other] = [join(folder.path, "a.json"), join(folder.path, "b.json")];
    const add = (keys: string[], from = source) => desk.change({ add: { lists: [{ source: from, keys }] } });
    await add([]);
    await add([], other);
    await add([AUTHOR]);
    expect(desk.current.lists).toEqual([
      { source: other, keys: [] },
      { source, keys: [AUTHOR] },
    ]);
    await desk.change({ remove: { lists: [other, source] } });
    expect(desk.current).toEqual({});
  });

  test("counts at once, is told to whoever depends on it, and waits for them", async () => {
    const desk = await open();
    desk.attach({ factsOf: () => factsLike(), pages: () => [[ACTION]], total: () => 1 });
    const heard: unknown[] = [];
    desk.onChange(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      heard.push(desk.refusal(ACTION, "offer")?.code);
    });
    expect(desk.refusal(ACTION, "offer")).toBeUndefined();
    const view = await desk.change({ blockedPeers: [AUTHOR] });
    expect(heard).toEqual(["blocked-peer"]);
    expect(view.hidden).toEqual([{ why: "its publisher is blocked", actions: 1 }]);
    expect(desk.isBlocked(AUTHOR)).toBe(true);
    expect((await desk.change({ blockedPeers: null })).hidden).toEqual([]);
    expect(heard).toEqual(["blocked-peer", undefined]);
    expect(desk.refusal(ACTION, "offer")).toBeUndefined();
  });

  test("several at once are put one after the other, and none is lost", async () => {
    const desk = await open();
    await Promise.all([
      desk.change({ minScore: 0.1 }),
      desk.change({ tags: ["math"] }),
      desk.approve(ACTION),
      desk.approve(OTHER_ACTION),
      desk.approve(ACTION),
    ]);
    const expected = { minScore: 0.1, tags: ["math"], approved: [ACTION, OTHER_ACTION] };
    expect(desk.current).toEqual(expected);
    expect((await open()).current).toEqual(expected);
  });

  test("keeps what was written into the file by hand, and does not touch what it cannot read", async () => {
    const desk = await open();
    await desk.change({ minScore: 0.5 });
    await writeFile(file(), '{"minScore":0.6,"licences":["MIT"]}');
    await desk.change({ tags: ["math"] });
    expect(desk.current).toEqual({ minScore: 0.6, licences: ["MIT"], tags: ["math"] });
    await desk.approve(ACTION);
    expect(desk.current.licences).toEqual(["MIT"]);
    await writeFile(file(), "{ half");
    await expect(desk.change({ tags: null })).rejects.toThrow(InvalidPolicyError);
    await expect(desk.approve(OTHER_ACTION)).rejects.toThrow(InvalidPolicyError);
    expect(await readFile(file(), "utf8")).toBe("{ half");
    expect(desk.current.tags).toEqual(["math"]);
  });

  test("that follows a list has it in force when it is through, and again after a restart", async () => {
    const source = join(folder.path, "blocked.json");
    await writeFile(source, listText({ peers: [AUTHOR], actions: [ACTION] }));
    const desk = await open();
    const { lists } = await desk.change({ lists: [{ source, keys: [] }] });
    expect(lists).toMatchObject([{ source, name: "Spam watch", state: "in-force", peers: 1, actions: 1 }]);
    for (const one of [desk, await open()]) {
      expect(one.isBlocked(AUTHOR)).toBe(true);
      expect(one.judge(factsLike())).toMatchObject({ code: "blocked-action" });
    }
    await desk.change({ lists: null });
    expect(desk.isBlocked(AUTHOR)).toBe(false);
    expect(desk.judge(factsLike())).toBeUndefined();
  });
});

test("who serves a list and says nothing keeps no other change waiting", async () => {
  const { promise: answer, resolve: give } = Promise.withResolvers<string>();
  const desk = await open({ fetch: () => answer });
  const source = "http://127.0.0.1:1/list.json";
  const subscribed = desk.change({ lists: [{ source, keys: [AUTHOR] }] });
  await desk.change({ blockedPeers: [AUTHOR] });
  await desk.approve(ACTION);
  expect(desk.isBlocked(AUTHOR)).toBe(true);
  expect(desk.current).toMatchObject({ lists: [{ source }], approved: [ACTION] });
  give("nothing of the kind");
  expect((await subscribed).lists).toMatchObject([
    { source, state: "never-read", note: expect.stringContaining("not JSON") },
  ]);
});

describe("judging by id", () => {
  test("what was judged is remembered until a rule or a publisher changes; scores never are", async () => {
    const desk = await open();
    let facts: PolicyFacts = factsLike();
    let asked = 0;
    const factsOf = () => {
      asked++;
      return facts;
    };
    desk.attach({ factsOf, pages: () => [], total: () => 0 });
    await desk.change({ licences: ["MIT"] });
    for (let time = 0; time < 10; time++) expect(desk.refusal(ACTION, "offer")).toBeUndefined();
    expect(asked).toBe(1);
    facts = factsLike({ withdrawn: true });
    expect(desk.refusal(ACTION, "offer")).toBeUndefined();
    desk.publishersChanged(ACTION);
    expect(desk.refusal(ACTION, "offer")).toMatchObject({ code: "withdrawn" });
    expect(desk.refusal(ACTION, "run")).toBeUndefined();

    facts = factsLike({ score: 0.2 });
    await desk.change({ minScore: 0.5 });
    expect(desk.refusal(ACTION, "offer")).toMatchObject({ code: "score" });
    facts = factsLike({ score: 0.7 });
    expect(desk.refusal(ACTION, "offer")).toBeUndefined();
    expect(desk.refusal(ACTION, "verify")).toBeUndefined();
  });

  test("what is not known is not refused, and objections are all there are", async () => {
    const desk = await open();
    desk.attach({
      factsOf: (id) => (id === ACTION ? factsLike() : undefined),
      pages: () => [],
      total: () => 0,
    });
    await desk.change({ licences: ["0BSD"], tags: ["x"], minVerdicts: 9 });
    expect(desk.refusal(OTHER_ACTION, "run")).toBeUndefined();
    expect(desk.objections(ACTION).map(({ code }) => code)).toEqual(["licence", "tag", "verdicts"]);
    expect(desk.rules()).toEqual(["licences", "tags", "minVerdicts"]);
  });

  test("many actions are counted in the background, all of them", async () => {
    const desk = await open();
    const total = 3 * COUNTED_AT_ONCE;
    const ids = Array.from({ length: total }, (_, n) => `action ${n}` as ActionId);
    desk.attach({
      factsOf: (id) =>
        factsLike({
          id,
          manifest: { licence: Number(id.slice("action ".length)) % 3 === 0 ? "0BSD" : "MIT" },
        }),
      pages: () => [ids.slice(0, 1_000), ids.slice(1_000)],
      total: () => total,
    });
    const { hidden } = await desk.change({ licences: ["MIT"] });
    expect(hidden).toEqual([{ why: "its licence is not among those allowed", actions: total / 3 }]);
    await until(() => desk.view().hidden.length === 1, { what: "the count to stay" });
  });
});

test("one's own statements are wanted, whoever is blocked; of blocked actions only publications are not", async () => {
  const desk = await open();
  await desk.change({ blockedPeers: [AUTHOR, SELF], blockedActions: [ACTION] });
  const unwanted = (author: string, kind: string, subject: string = OTHER_ACTION) =>
    desk.isUnwanted({ author, kind, subject });
  expect(unwanted(AUTHOR, "publication")).toBe(true);
  expect(unwanted(AUTHOR, "verdict")).toBe(true);
  expect(unwanted(SELF, "publication", ACTION)).toBe(false);
  expect(unwanted(peerOf(2), "publication", ACTION)).toBe(true);
  expect(unwanted(peerOf(2), "verdict", ACTION)).toBe(false);
  expect(unwanted(peerOf(2), "publication")).toBe(false);
  expect(desk.isBlocked(SELF)).toBe(false);
});
