import { type ActionId, type Bundle, browseRequest, type Standing } from "@action-collective/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KnownActions } from "../../../node/src/finding/known-actions.ts";
import { Slices } from "../../../node/src/finding/slices.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { browse } from "../../../node/src/viewing/browse.ts";
import { bundleOf, publicationOf, recordOf } from "../../helpers/records.ts";
import { type SpeakingPeer, speakingPeer } from "../publishing/speaking-peer.ts";

let peer: SpeakingPeer;
let known: KnownActions;
/** What the user's rules hold against actions. */
let refused: Map<ActionId, string>;

beforeEach(() => {
  peer = speakingPeer(1);
  refused = new Map();
  const { catalogue } = peer;
  known = new KnownActions({
    catalogue,
    reputation: new Reputation({ catalogue, self: peer.id, clock: () => 1_000_000 }),
    policy: {
      refusal: (id) => (refused.has(id) ? { why: refused.get(id) ?? "" } : undefined),
      rules: () => [],
    },
  });
});
afterEach(() => peer[Symbol.dispose]());

/** Published by the peer with that number; 0: only known. */
function add(
  bundle: Bundle,
  { by = 0, at = 1, standing = "passed" as Standing, local = false } = {},
): ActionId {
  const { catalogue } = peer;
  catalogue.transaction(() => {
    catalogue.actions.add(bundle, local ? "local" : "network", at);
    catalogue.actions.change(bundle.id, { standing, reason: "", attempts: 0, due: 0 });
    if (by !== 0) catalogue.records.put(publicationOf(bundle, by), at);
  });
  return bundle.id;
}

const page = (wish: Parameters<typeof browseRequest.parse>[0] = {}) =>
  browse(browseRequest.parse(wish), {
    ...{ self: peer.id, catalogue: peer.catalogue, slices: new Slices(undefined) },
    known: (id) => known.get(id),
  });
const namesOf = async (wish: object = {}) => (await page(wish)).cards.map(({ name }) => name);

/** All pages one after another; `between` happens after each. */
async function leaf(wish: object, between: (number: number) => void = () => undefined): Promise<string[]> {
  const names: string[] = [];
  let after: string | undefined;
  let number = 0;
  do {
    const { cards, next } = await page({ ...wish, ...(after === undefined ? {} : { after }) });
    names.push(...cards.map(({ name }) => name));
    after = next;
    between(number++);
  } while (after !== undefined);
  return names;
}

test("leafs through everything once, newest first, while new actions arrive", async () => {
  // Two at a time arrive in the same millisecond.
  for (let i = 0; i < 9; i++) add(bundleOf({ name: `a${i}` }), { at: 10 + Math.floor(i / 2) });
  const names = await leaf({ limit: 2 }, (number) =>
    add(bundleOf({ name: `late${number}` }), { at: 90 + number }),
  );
  expect(names).toEqual(["a8", "a7", "a6", "a5", "a4", "a3", "a2", "a1", "a0"]);
  expect((await namesOf({ limit: 1 }))[0]).toMatch(/^late/);
});

test("leafs by name in upper and lower case alike, namesakes one after another", async () => {
  for (const [i, name] of ["beta", "Alpha", "gamma", "alpha", "ALPHA", "delta"].entries())
    add(bundleOf({ name, description: `Number ${i}.` }));
  const names = await leaf({ sort: "name", limit: 2 });
  expect(names.map((name) => name.toLowerCase())).toEqual([
    "alpha",
    "alpha",
    "alpha",
    "beta",
    "delta",
    "gamma",
  ]);
  expect(new Set(names).size).toBe(6);
});

test("by score and by use the best come first, on every page", async () => {
  const { catalogue } = peer;
  for (let i = 0; i < 7; i++) {
    const id = add(bundleOf({ name: `a${i}` }), { standing: i === 3 ? "passed" : "unknown", at: i });
    catalogue.transaction(() => catalogue.usage.count(id, { runs: i * 2, succeeded: i * 2 }));
  }
  // One's own runs are evidence, and so is one's own test.
  const cards = (await page({ sort: "score" })).cards;
  expect(cards.map(({ score }) => score)).toEqual(cards.map(({ score }) => score).toSorted((a, b) => b - a));
  expect(cards[0]?.name).toBe("a3");
  expect(new Set(await leaf({ sort: "score", limit: 2 })).size).toBe(7);
  expect(await leaf({ sort: "score", limit: 2 })).toEqual(cards.map(({ name }) => name));
  expect(await leaf({ sort: "used", limit: 3 })).toEqual(["a6", "a5", "a4", "a3", "a2", "a1", "a0"]);
});

test("one who claims a thousand million runs does not come before what several use", async () => {
  const { catalogue } = peer;
  const [loud, used] = [bundleOf({ name: "loud" }), bundleOf({ name: "used" })];
  const told = (bundle: Bundle, author: number, runs: number) =>
    catalogue.records.put(
      recordOf("feedback", bundle, author, { runs, succeeded: runs, useful: 0, useless: 0 }),
      1,
    );
  for (const bundle of [loud, used]) add(bundle, { by: 2 });
  catalogue.transaction(() => {
    told(loud, 3, 1_000_000_000);
    for (const author of [4, 5]) told(used, author, 700);
  });
  expect(await leaf({ sort: "used", limit: 1 })).toEqual(["used", "loud"]);
});

test("filters are exact, in every order", async () => {
  for (let i = 0; i < 6; i++)
    add(bundleOf({ name: `a${i}`, tags: i % 2 === 0 ? ["math"] : ["text"] }), { at: i, by: (i % 3) + 2 });
  for (const sort of ["newest", "name", "score", "used"] as const) {
    const names = await namesOf({ sort, tags: ["math"] });
    expect(names.toSorted()).toEqual(["a0", "a2", "a4"]);
    expect(await namesOf({ sort, tags: ["none"] })).toEqual([]);
  }
  expect(await namesOf({ tags: ["math"] })).toEqual(["a4", "a2", "a0"]);
  expect(await namesOf({ seenAfter: 2, seenBefore: 4 })).toEqual(["a3", "a2"]);
  const [first] = (await page({ limit: 1, tags: ["text"] })).cards;
  expect(first).toMatchObject({ name: "a5", match: 0, similar: 0, standing: "passed" });
});

test("what the rules refuse is shown to nobody but whose it is, and what failed only to whoever asks for that", async () => {
  refused.set(add(bundleOf({ name: "blocked" }), { by: 2 }), "you blocked it");
  refused.set(add(bundleOf({ name: "mineblocked" }), { by: 1 }), "you blocked it");
  refused.set(add(bundleOf({ name: "refusedfail" }), { by: 2, standing: "failed" }), "its tags");
  add(bundleOf({ name: "fine" }), { by: 2 });
  add(bundleOf({ name: "local" }), { local: true });
  add(bundleOf({ name: "failing" }), { by: 2, standing: "failed" });
  add(bundleOf({ name: "minefailing" }), { by: 1, standing: "failed" });
  for (const sort of ["newest", "name", "score", "used"] as const) {
    expect((await namesOf({ sort })).toSorted()).toEqual(["fine", "local"]);
    expect((await namesOf({ sort, standing: "failed" })).toSorted()).toEqual(["failing", "minefailing"]);
    expect((await namesOf({ sort, mine: true })).toSorted()).toEqual(["local", "mineblocked", "minefailing"]);
    expect(await namesOf({ sort, mine: true, standing: "failed" })).toEqual(["minefailing"]);
    expect(await namesOf({ sort, verified: true, standing: "failed" })).toEqual([]);
  }
});

test.each(["", "7", "x~bafy", "0~", "0~a~b", "NaN~a", "0~bafyunknown"])(
  "a place that no page ended with (%s) is a mistake of the caller, not an empty page",
  async (after) => {
    add(bundleOf());
    for (const sort of ["newest", "score"]) {
      const asked = page({ sort, ...(after === "" ? { after: "~" } : { after }) });
      await expect(asked).rejects.toMatchObject({ code: "bad-request" });
    }
  },
);

test("a page looks at so many and no more, and says where to go on", async () => {
  const { catalogue } = peer;
  const id = add(bundleOf());
  const placed = catalogue.order.place(id);
  let looked = 0;
  const order = {
    ...{ place: () => placed, locals: () => [] },
    *from() {
      for (;;) yield placed === undefined ? [] : [placed];
    },
  };
  const seen = await browse(browseRequest.parse({ sort: "name" }), {
    ...{ self: peer.id, slices: new Slices(undefined) },
    catalogue: { selection: catalogue.selection, actions: catalogue.actions, order: order as never },
    known: () => {
      looked += 1;
      return undefined;
    },
  });
  expect(seen).toEqual({ cards: [], next: `0~${id}` });
  expect(looked).toBe(20_000);
});
