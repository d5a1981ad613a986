import type { ActionId } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decideGate,
  type GateDecision,
  type GateFacts,
  type Objection,
  refusedWhateverIsSaid,
} from "../../../node/src/policy/gate.ts";

const PURE: GateFacts = {
  id: "bafy-one" as ActionId,
  standing: "passed",
  reason: "passed",
  permissions: {},
  allowNet: [],
  secrets: [],
  score: 0,
  runScore: 0.5,
  own: false,
  withdrawn: false,
  objections: [],
  approval: "none",
  onDoubt: "ask",
};
const NET: GateFacts = { ...PURE, permissions: { net: ["api.example.org:443"] }, score: 0.9 };
const GRANTED: GateFacts = { ...NET, allowNet: ["api.example.org"] };
const SECRET: GateFacts = { ...PURE, permissions: { secrets: ["TOKEN"] }, secrets: ["TOKEN"], score: 0.9 };
const RULE: Objection = { kind: "rule", why: "its author is blocked", remedy: "Unblock it." };
const DOUBT: Objection = { kind: "doubt", why: "its test is weak", remedy: "Lower minStrength." };

const outcome = (facts: GateFacts): [GateDecision["decision"], string] => {
  const { decision, why } = decideGate(facts);
  return [decision, why];
};

test.each<[string, GateFacts, GateDecision["decision"], string]>([
  ["what failed here", { ...PURE, standing: "failed", reason: "case 1" }, "refused", "not pass here: case 1"],
  [
    "what failed here, approved",
    { ...PURE, standing: "failed", approval: "remembered" },
    "refused",
    "not pass",
  ],
  ["a pure action that passed here, whatever its score", PURE, "runs", "passed here; it asks for nothing"],
  [
    "the same before its test",
    { ...PURE, standing: "pending" },
    "runs",
    "has not passed here yet, and is run first; it asks",
  ],
  ["a test that came to no end", { ...PURE, standing: "unknown" }, "runs", "is run first"],
  ["a granted host and a score that reaches", GRANTED, "runs", "0.9, reaches the 0.5"],
  ["a score just at the threshold", { ...GRANTED, score: 0.5 }, "runs", "0.5, reaches the 0.5"],
  ["a score just below", { ...GRANTED, score: 0.4999 }, "asks", "its score here, 0.499, is below the 0.5"],
  ["a threshold of nought", { ...GRANTED, score: 0, runScore: 0 }, "runs", "granted"],
  ["one's own, whatever its score", { ...GRANTED, own: true, score: 0 }, "runs", "published it itself"],
  ["one's own, with a host that nobody allowed", { ...NET, own: true }, "asks", "network"],
  ["given secrets and a score", SECRET, "runs", "granted"],
  ["given secrets and a low score", { ...SECRET, score: 0.1 }, "asks", "0.1, is below"],
  ["a host that nobody allowed", NET, "asks", "the network (api.example.org:443)"],
  [
    "a host that nobody allowed, before its test",
    { ...NET, standing: "pending" },
    "asks",
    "run first; it asks",
  ],
  ["another port of an allowed host", { ...NET, allowNet: ["api.example.org:80"] }, "asks", "network"],
  ["a name that only ends like it", { ...NET, allowNet: ["example.org"] }, "asks", "network"],
  ["a secret that was not given", { ...SECRET, secrets: [] }, "refused", "secrets (TOKEN) that it was not"],
  ["a rule against it", { ...PURE, objections: [DOUBT, RULE] }, "refused", "author is blocked"],
  [
    "a rule against it before its test",
    { ...NET, standing: "pending", objections: [RULE] },
    "refused",
    "bloc",
  ],
  ["short of a minimum", { ...PURE, objections: [DOUBT] }, "asks", "its test is weak"],
  ["withdrawn", { ...PURE, withdrawn: true }, "asks", "everybody who published it took it back"],
  ["a yes to this run", { ...NET, approval: "with-this-run" }, "runs", "you said yes to this run, although"],
  ["a remembered yes", { ...NET, score: 0, approval: "remembered" }, "runs", "you approved it, although"],
  ["a yes against a rule", { ...PURE, objections: [RULE], approval: "remembered" }, "refused", "blocked"],
  ["a yes without the secret", { ...SECRET, secrets: [], approval: "remembered" }, "refused", "secrets"],
  ["doubt where it is refused", { ...NET, onDoubt: "refuse" }, "refused", "network"],
  [
    "a caller's yes where doubt is refused",
    { ...NET, onDoubt: "refuse", approval: "with-this-run" },
    "refused",
    "net",
  ],
  [
    "the user's yes where doubt is refused",
    { ...NET, onDoubt: "refuse", approval: "remembered" },
    "runs",
    "approved",
  ],
  ["no doubt where doubt is refused", { ...GRANTED, onDoubt: "refuse" }, "runs", "granted"],
])("%s: %s", (_, facts, decision, words) => {
  const [decided, why] = outcome(facts);
  expect(decided).toBe(decision);
  expect(why).toContain(words);
});

test("every doubt is named, and every refusal says what to do", () => {
  const doubtful = { ...NET, score: 0.2, withdrawn: true, objections: [DOUBT] };
  expect(decideGate(doubtful)).toEqual({
    decision: "asks",
    why: expect.stringContaining("; "),
    doubts: [
      "it asks for the network (api.example.org:443), which --allow-net does not grant",
      "everybody who published it took it back",
      "its test is weak",
      "its score here, 0.2, is below the 0.5 it needs",
    ],
  });
  expect(decideGate({ ...doubtful, onDoubt: "refuse" })).toMatchObject({
    remedy: expect.stringContaining("collective policy approve bafy-one"),
  });
  expect(decideGate({ ...SECRET, secrets: [] })).toMatchObject({
    remedy: expect.stringContaining("secrets.json"),
  });
  expect(decideGate({ ...PURE, objections: [RULE] })).toMatchObject({ remedy: RULE.remedy });
});

test("only the hosts that nobody allowed are in doubt", () => {
  const two = { ...NET, permissions: { net: ["a.org", "b.org"] }, allowNet: ["a.org"] };
  expect(decideGate(two)).toMatchObject({
    doubts: ["it asks for the network (b.org), which --allow-net does not grant"],
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyFacts: fc.Arbitrary<GateFacts> = fc.record({
  id: fc.constant(PURE.id),
  standing: fc.constantFrom("passed", "failed", "pending", "unknown"),
  reason: fc.constant("why"),
  permissions: fc.constantFrom({}, NET.permissions, SECRET.permissions, {
    ...NET.permissions,
    ...SECRET.permissions,
  }),
  allowNet: fc.constantFrom([], ["api.example.org"]),
  secrets: fc.constantFrom([], ["TOKEN"]),
  score: share,
  runScore: share,
  own: fc.boolean(),
  withdrawn: fc.boolean(),
  objections: fc.subarray([RULE, DOUBT]),
  approval: fc.constantFrom("none", "with-this-run", "remembered"),
  onDoubt: fc.constantFrom("ask", "refuse"),
});
const RANK = { refused: 0, asks: 1, runs: 2 };

test("a higher score, or a yes, never makes the gate stricter; what a yes cannot change, none changes", () => {
  fc.assert(
    fc.property(anyFacts, share, (facts, more) => {
      const rank = (changed: Partial<GateFacts>) => RANK[decideGate({ ...facts, ...changed }).decision];
      const now = rank({});
      expect(rank({ score: Math.max(facts.score, more) })).toBeGreaterThanOrEqual(now);
      if (facts.approval === "none") {
        expect(rank({ approval: "with-this-run" })).toBeGreaterThanOrEqual(now);
        expect(rank({ approval: "remembered" })).toBeGreaterThanOrEqual(now);
      }
      if (facts.standing === "failed" || refusedWhateverIsSaid(facts) !== undefined)
        expect(rank({ approval: "remembered" })).toBe(RANK.refused);
      else expect(rank({ approval: "remembered" })).toBe(RANK.runs);
    }),
  );
});
