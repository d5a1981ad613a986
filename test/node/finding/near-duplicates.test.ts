import type { ActionDefinitionInput, Json } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { likenessOf } from "../../../node/src/finding/likeness.ts";
import { relationOf } from "../../../node/src/finding/near-duplicates.ts";
import { bundleOf } from "../../helpers/records.ts";

let codes = 0;

function like(overrides: Partial<ActionDefinitionInput>) {
  codes += 1;
  const { id, manifest } = bundleOf({ code: `export default () => ${codes};\n`, ...overrides });
  return likenessOf(id, manifest);
}

function relation(one: Partial<ActionDefinitionInput>, other: Partial<ActionDefinitionInput>) {
  const [left, right] = [like(one), like(other)];
  expect(relationOf(right, left)).toBe(relationOf(left, right));
  return relationOf(left, right);
}

const object = (properties: Record<string, Json>) => ({ type: "object", properties });
const number = { type: "number" };
const two = object({ a: number, b: number });
const cases = (output: (a: number, b: number) => number) =>
  [1, 2, 5].map((a) => ({ input: { a, b: 2 }, output: output(a, 2) }));
const add = {
  name: "addNumbers",
  description: "Adds two numbers.",
  input: two,
  cases: cases((a, b) => a + b),
};

test("the same code is the same thing, whatever it is called", () => {
  const code = "export default () => 1;\n";
  expect(relation({ ...add, code }, { name: "other", description: "Something else.", code })).toBe("same");
});

test("the same texts, but for case, endings and fillers, need no vector", () => {
  expect(relation(add, { ...add, name: "add_number", description: "Add the two numbers" })).toBe("same");
});

test("one word more is near, if the vectors say so; a word replaced is another thing", () => {
  expect(relation(add, { ...add, description: "Adds two numbers together." })).toBe("if-near");
  expect(relation(add, { ...add, cases: [], test: "x", description: "Subtracts two numbers." })).toBe(
    "different",
  );
  expect(relation(add, { ...add, cases: [], test: "x", name: "subtractNumbers" })).toBe("different");
});

test.each([
  ["the length is odd", "the length is even"],
  ["from metres to feet", "from feet to metres"],
  ["words that are sorted", "words that are not yet at all sorted"],
  ["the longest word", "the shortest word"],
])("%s is not %s", (one, other) => {
  const texts = (description: string) => ({ name: "check", description, input: two, cases: [], test: "x" });
  expect(relation(texts(one), texts(other))).toBe("different");
});

test("one input with two answers proves that they differ, though every word is the same", () => {
  expect(relation(add, { ...add, cases: cases((a, b) => a * b) })).toBe("different");
});

test("the same words over other parameters are left to the vectors, other words over others are not", () => {
  const three = object({ a: number, b: number, c: number });
  const texts = { ...add, cases: [], test: "x" };
  expect(relation(texts, { ...texts, input: three })).toBe("if-near");
  expect(relation(texts, { ...texts, input: three, description: "Adds two numbers together." })).toBe(
    "different",
  );
});

test("agreeing cases speak for another description under the same name, if they tell something apart", () => {
  const described = { ...add, description: "The sum of both of its operands, as a float." };
  expect(relation(add, described)).toBe("if-near");
  const one = cases(() => 1);
  expect(relation({ ...add, cases: one }, { ...described, cases: one })).toBe("different");
});
