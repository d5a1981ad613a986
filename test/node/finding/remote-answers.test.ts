import { type ActionId, decodeAskRequest, encodeAskRequest } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { answerQuestion } from "../../../node/src/finding/remote-answers.ts";
import { evidenceOf } from "../../../node/src/finding/remote-evidence.ts";
import { filtersOf, letsNewPass, questionOf } from "../../../node/src/finding/remote-question.ts";
import { strengthOf } from "../../../node/src/finding/remote-strength.ts";
import { documentOf } from "../../../node/src/search/document.ts";
import { bundleOf } from "../../helpers/records.ts";
import { question } from "../network/ask/ask-fixture.ts";

const id = (text: string) => text as ActionId;
const LIVE = new AbortController().signal;

test("an answer holds publications of what fits, the best first: not what hardly fits, nor what nobody published", async () => {
  const hits = [
    { id: id("best"), strength: 0.9 },
    { id: id("from the starter library"), strength: 0.8 },
    { id: id("second"), strength: 0.3 },
    { id: id("hardly"), strength: 0.29 },
  ];
  const publication = (action: ActionId) =>
    action.startsWith("from") ? undefined : new Uint8Array(Buffer.from(action));
  const answer = await answerQuestion(question("x"), { find: async () => hits, publication }, LIVE);
  expect(answer.map((record) => Buffer.from(record).toString())).toEqual(["best", "second"]);
});

test("a peer that stops meanwhile reads no record any more", async () => {
  const stopping = new AbortController();
  const find = async () => {
    stopping.abort(new Error("stopping"));
    return [{ id: id("best"), strength: 1 }];
  };
  const publication = () => {
    throw new Error("the catalogue is closed");
  };
  await expect(answerQuestion(question("x"), { find, publication }, stopping.signal)).rejects.toThrow(
    "stopping",
  );
});

test("filters that a manifest decides travel, and arrive as the same filters", () => {
  const filters = { tags: ["csv", "csv"], languages: ["javascript" as const], permissions: ["net" as const] };
  const asked = questionOf("read csv", 50, { ...filters, licences: ["MIT"], minScore: 0.5 });
  expect(asked).toEqual({
    ...{ query: "read csv", count: 16, tags: ["csv"], languages: ["javascript"] },
    needs: { net: true, secrets: false },
  });
  expect(filtersOf(decodeAskRequest(encodeAskRequest(asked)))).toEqual({ ...filters, tags: ["csv"] });
  expect(filtersOf(questionOf("x", 1, {}))).toEqual({});
  expect(questionOf("x", 1, { permissions: [] }).needs).toEqual({ net: false, secrets: false });
});

test("where nothing new can pass, asking is in vain", () => {
  expect(letsNewPass({ tags: ["csv"], minScore: 0.2, seenAfter: 5 })).toBe(true);
  for (const filters of [{ verified: true }, { minVerdicts: 1 }, { minStrength: 0.1 }, { seenBefore: 5 }])
    expect(letsNewPass(filters)).toBe(false);
});

test("words count as the keyword index counts them: stems, parts of names, phrasings, parameters; no stop words", () => {
  const { id: action, manifest } = bundleOf({
    name: "multiplyMatrices",
    description: "Works on numbers.",
    useWhen: ["I need a linear transformation"],
    input: { type: "object", properties: { left: { type: "array", description: "rows of it" } } },
    tags: ["algebra"],
  });
  const document = documentOf(action, manifest);
  const coverage = (query: string) => evidenceOf(query, document, undefined).coverage;
  expect(coverage("multiplying some matrices")).toBe(1);
  expect(coverage("transformations in algebra by rows")).toBe(1);
  expect(coverage("multiply poems")).toBe(0.5);
  expect(strengthOf(evidenceOf("bake bread", document, 0.1))).toBe(0);
});
