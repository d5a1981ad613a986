import type { Policy } from "@action-collective/protocol";
import { policyRequest } from "@action-collective/protocol";
import { describe, expect, test } from "vitest";
import {
  changeLines,
  changeOf,
  entriesIn,
  formOf,
  isEmpty,
  NO_EDITS,
  type PolicyForm,
  problemsOf,
} from "../../dashboard/src/parts/policy-edits.ts";

const PEER = "12D3KooWF3RLKtCE9Y7c4bxEe9KAW5dkgDQX2xAqHkrdWomm1RNK";
const RULES: Policy = {
  permissions: ["net"],
  licences: ["MIT", "ISC"],
  minScore: 0.3,
  onDoubt: "refuse",
  blockedPeers: [PEER],
};

const edited = (form: Partial<PolicyForm>) => ({ ...NO_EDITS, form });

describe("the edits of the policy form", () => {
  test("what says what the rules say already changes nothing", () => {
    expect(changeOf(RULES, NO_EDITS)).toEqual({});
    expect(isEmpty(changeOf(RULES, edited({ ...formOf(RULES), licences: " MIT,ISC ," })))).toBe(true);
  });

  test("each field that differs becomes one of the change, and what restricts nothing takes the rule out", () => {
    const change = changeOf(
      RULES,
      edited({
        secrets: true,
        licences: "",
        tags: "csv, json",
        minScore: 0,
        minVerdicts: 2,
        javascript: false,
      }),
    );
    expect(change).toEqual({
      permissions: null,
      licences: null,
      tags: ["csv", "json"],
      minScore: null,
      minVerdicts: 2,
      languages: ["typescript"],
    });
    expect(policyRequest.safeParse(change).success).toBe(true);
    expect(changeOf(RULES, edited({ net: false }))).toEqual({ permissions: [] });
    expect(changeOf({ runScore: 0.8 }, edited({ runScore: 0.5, onDoubt: "refuse" }))).toEqual({
      runScore: null,
      onDoubt: "refuse",
    });
  });

  test("single entries are added and taken out beside whatever else changes; what is there is not added again", () => {
    const change = changeOf(RULES, {
      form: { minScore: 0.4 },
      add: { ...NO_EDITS.add, blockedPeers: [PEER], lists: [{ source: "/tmp/list.json", keys: [] }] },
      remove: { ...NO_EDITS.remove, approved: ["bafyA"] },
    });
    expect(change).toEqual({
      minScore: 0.4,
      add: { lists: [{ source: "/tmp/list.json", keys: [] }] },
      remove: { approved: ["bafyA"] },
    });
    expect(policyRequest.safeParse(change).success).toBe(true);
    expect(changeLines(RULES, change)).toEqual([
      "Least score: 0.3 → 0.4",
      "Approved actions: removed bafyA",
      "Block lists: added /tmp/list.json",
    ]);
  });

  test("a change is told from what was to what will be", () => {
    expect(changeLines(RULES, changeOf(RULES, edited({ net: false, licences: "", onDoubt: "ask" })))).toEqual(
      ["Permissions: net → none", "Licences: MIT, ISC → any", "When in doubt: refuse → ask"],
    );
  });

  test("what the peer would refuse is said at the field where it was typed", () => {
    expect(problemsOf(formOf(RULES))).toEqual({});
    const wrong = problemsOf({
      ...formOf(RULES),
      authors: `${PEER}\nsomebody`,
      minScore: Number.NaN,
      minStrength: 1.01,
      minVerdicts: 2.5,
      typescript: false,
      javascript: false,
    });
    expect(Object.keys(wrong).sort()).toEqual([
      "authors",
      "minScore",
      "minStrength",
      "minVerdicts",
      "typescript",
    ]);
    expect(wrong.authors).toContain("somebody");
  });

  test("entries stand between commas or on lines of their own, each once", () => {
    expect(entriesIn(" a, b\nc,,a\n")).toEqual(["a", "b", "c"]);
  });
});
