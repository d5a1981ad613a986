import { expect, test } from "vitest";
import { phrasingAdvice } from "../../../node/src/finding/phrasings.ts";

const texts = { name: "sumNumbers", description: "Adds a list of numbers." };
const said = (useWhen: string[]) => phrasingAdvice({ ...texts, useWhen });

test("says that phrasings are missing, and how to mend it", () => {
  expect(said([])).toEqual([expect.stringMatching(/no phrasings.*Add to "useWhen" in action\.json/)]);
});

test("says when all of them repeat the name and the description", () => {
  expect(said(["add numbers", "I want to add a list of numbers"])).toEqual([
    expect.stringMatching(/only repeat the words/),
  ]);
});

test("says when they are few, or say the same as each other", () => {
  expect(said(["total of my invoice"])).toEqual([expect.stringMatching(/1 of the 3 or more/)]);
  expect(said(["total of my invoice", "what is the total of an invoice", "invoice total"])).toEqual([
    expect.stringMatching(/2 bring no new word/),
  ]);
});

test("has nothing to say about three that each bring something", () => {
  expect(said(["total of my invoice", "how much did I spend this week", "sum up 3, 4 and 5.5"])).toEqual([]);
});
