import type { Policy } from "@action-collective/protocol";
import { describe, expect, test } from "vitest";
import {
  type Block,
  type Blocks,
  judge,
  objections,
  type Refusal,
  type Stage,
} from "../../../node/src/policy/acceptable.ts";
import { peerOf } from "../../helpers/records.ts";
import { ACTION, type FactsLike, factsLike, NOTHING_BLOCKED } from "./facts.ts";

const STAGES: readonly Stage[] = ["offer", "verify", "serve", "run"];
const [AUTHOR, OTHER] = [peerOf(1), peerOf(2)];

const judged = (policy: Policy, like: FactsLike = {}, stage: Stage = "offer", blocks = NOTHING_BLOCKED) =>
  judge(policy, blocks, factsLike(like), stage);
const codes = (policy: Policy, like: FactsLike, stage: Stage, blocks?: Blocks) =>
  [...objections(policy, blocks ?? NOTHING_BLOCKED, factsLike(like), stage)].map(({ code }) => code);

/** Blocks these by the user's own word, or by a list. */
function blocking({
  peers = [] as string[],
  actions = [] as string[],
  list = undefined as Block["list"],
}): Blocks {
  const block: Block = { list, reason: list === undefined ? "" : "spam" };
  return {
    anyPeer: peers.length > 0,
    peer: (peer) => (peers.includes(peer) ? block : undefined),
    action: (action) => (actions.includes(action) ? block : undefined),
  };
}
const LIST = { source: "/lists/spam.json", name: "Spam watch" };

test("an empty policy accepts everything, at every stage", () => {
  for (const stage of STAGES) expect(judged({}, {}, stage)).toBeUndefined();
});

describe("each rule refuses what it is about, accepts the rest, and says why and what to do", () => {
  const cases: [Policy, FactsLike, Pick<Refusal, "code" | "kind">, RegExp, RegExp][] = [
    [
      { licences: ["MIT", "Apache-2.0"] },
      { manifest: { licence: "GPL-3.0-only" } },
      { code: "licence", kind: "rule" },
      /^its licence GPL-3\.0-only is not among those your policy allows \(MIT, Apache-2\.0\)$/,
      /collective policy set licences/,
    ],
    [
      { languages: ["typescript"] },
      { manifest: { language: "javascript" } },
      { code: "language", kind: "rule" },
      /javascript.*typescript/,
      /unset languages/,
    ],
    [
      { permissions: [] },
      { manifest: { permissions: { net: ["a.example"] } } },
      { code: "permission", kind: "rule" },
      /asks for net.*pure actions only/,
      /set permissions/,
    ],
    [
      { permissions: ["net"] },
      { manifest: { permissions: { net: ["a.example"], secrets: ["KEY"] } } },
      { code: "permission", kind: "rule" },
      /asks for secrets.*net at most/,
      /set permissions/,
    ],
    [
      { tags: ["text", "dates"] },
      {},
      { code: "tag", kind: "rule" },
      /none of the tags.*text, dates/,
      /set tags/,
    ],
    [{ withoutTags: ["math"] }, {}, { code: "tag", kind: "rule" }, /tag math/, /set withoutTags/],
    [
      { authors: [OTHER] },
      {},
      { code: "author", kind: "rule" },
      new RegExp(`${AUTHOR} is not among the 1 author`),
      /set authors/,
    ],
    [{ minScore: 0.8 }, {}, { code: "score", kind: "doubt" }, /0\.6, is below the 0\.8/, /set minScore/],
    [
      { minVerdicts: 5 },
      {},
      { code: "verdicts", kind: "doubt" },
      /at 3 other peers.*for 5/,
      /set minVerdicts/,
    ],
    [{ minStrength: 0.5 }, {}, { code: "strength", kind: "doubt" }, /not measured/, /set minStrength/],
    [
      { minStrength: 0.5 },
      { strength: 0.499 },
      { code: "strength", kind: "doubt" },
      /0\.499, is below the 0\.5/,
      /set minStrength/,
    ],
  ];
  test.each(cases)("%j", (policy, like, refusal, why, remedy) => {
    const refused = judged(policy, like);
    expect(refused).toMatchObject(refusal);
    expect(refused?.why).toMatch(why);
    expect(refused?.remedy).toMatch(remedy);
    expect(judged({}, like)).toBeUndefined();
  });

  test("what fits passes: case of licences, one tag of several, exactly the minimum", () => {
    const policy: Policy = {
      licences: ["mit"],
      languages: ["typescript"],
      permissions: ["net"],
      tags: ["dates", "math"],
      withoutTags: ["text"],
      authors: [OTHER, AUTHOR],
      minScore: 0.6,
      minStrength: 0.5,
      minVerdicts: 3,
    };
    const like: FactsLike = { strength: 0.5, manifest: { permissions: { net: ["a.example"] } } };
    for (const stage of STAGES) expect(judged(policy, like, stage)).toBeUndefined();
  });

  test("all that is held against it can be asked for", () => {
    const policy: Policy = { licences: [], tags: ["x"], minScore: 1, authors: [OTHER] };
    expect(codes(policy, {}, "run")).toEqual(["author", "licence", "tag", "score"]);
  });
});

describe("who is blocked", () => {
  test("an action, by the user or a list, with who said so and how to lift it", () => {
    const byUser = judged({}, {}, "offer", blocking({ actions: [ACTION] }));
    expect(byUser).toMatchObject({ code: "blocked-action", why: "you blocked it" });
    expect(byUser?.remedy).toContain(`collective policy unblock ${ACTION}`);
    const byList = judged({}, {}, "offer", blocking({ actions: [ACTION], list: LIST }));
    expect(byList).toMatchObject({
      code: "blocked-action",
      why: 'it is on the block list "Spam watch": spam',
    });
    expect(byList?.remedy).toContain("collective policy unsubscribe /lists/spam.json");
  });

  test("a publisher, unless another one publishes it too", () => {
    for (const stage of STAGES)
      expect(judged({}, {}, stage, blocking({ peers: [AUTHOR] }))).toMatchObject({ code: "blocked-peer" });
    const two = { publishers: [AUTHOR, OTHER] };
    expect(judged({}, two, "offer", blocking({ peers: [AUTHOR] }))).toBeUndefined();
    expect(judged({}, two, "offer", blocking({ peers: [AUTHOR, OTHER] }))).toMatchObject({
      code: "blocked-peer",
    });
  });
});

describe("whose action it is", () => {
  const strict: Policy = {
    ...{ authors: [OTHER], licences: ["0BSD"], tags: ["x"], permissions: [], languages: ["javascript"] },
    ...{ minScore: 1, minVerdicts: 9, minStrength: 1 },
  };

  test("one's own is acceptable whatever the rules and lists say; the user's own block of it counts", () => {
    const listed = blocking({ actions: [ACTION], peers: [AUTHOR], list: LIST });
    for (const stage of STAGES) {
      expect(judged(strict, { own: true }, stage, listed)).toBeUndefined();
      expect(judged(strict, { own: true }, stage, blocking({ actions: [ACTION] }))).toMatchObject({
        code: "blocked-action",
      });
    }
  });

  test("the starter library is of accepted authors, and no stranger's block or withdrawal is its own", () => {
    const like: FactsLike = { starter: true, withdrawn: true };
    expect(judged({ authors: [OTHER] }, like, "offer", blocking({ peers: [AUTHOR] }))).toBeUndefined();
    expect(judged({ licences: ["0BSD"] }, like)).toMatchObject({ code: "licence" });
    expect(judged({}, like, "offer", blocking({ actions: [ACTION], list: LIST }))).toMatchObject({
      code: "blocked-action",
    });
  });

  test("what nobody publishes is of no accepted author", () => {
    expect(judged({ authors: [OTHER] }, { publishers: [] }, "run")).toMatchObject({ code: "author" });
  });
});

describe("where the question is asked", () => {
  test("what only more evidence can show keeps nothing from being tested, or it could never show it", () => {
    const policy: Policy = { minScore: 1, minVerdicts: 9, minStrength: 1 };
    expect(judged(policy, {}, "verify")).toBeUndefined();
    for (const stage of ["offer", "serve", "run"] as const)
      expect(codes(policy, {}, stage)).toEqual(["strength", "verdicts", "score"]);
  });

  test("what everybody took back is neither offered nor fetched nor served; whether it runs, the gate says", () => {
    const like = { withdrawn: true, publishers: [] };
    for (const stage of ["offer", "verify", "serve"] as const)
      expect(judged({}, like, stage)).toMatchObject({ code: "withdrawn" });
    expect(judged({}, like, "run")).toBeUndefined();
  });
});
