import type { ActionDefinition } from "action-collective";
import { expect, test } from "vitest";
import { particulars, valuesIn } from "../../../sdk/src/execute/generality.ts";

const GENERAL: ActionDefinition = {
  name: "discountPrice",
  description: "Takes a percentage off a price and rounds to cents.",
  useWhen: ["what is the price after a discount of ten percent"],
  language: "typescript",
  code: "export default ({ price, percent }: { price: number; percent: number }) => Math.round(price * (100 - percent)) / 100;\n",
  input: { type: "object", properties: { price: { type: "number" }, percent: { type: "number" } } },
  output: { type: "number" },
  tags: ["money"],
  licence: "MIT",
  permissions: {},
  uses: [],
  cases: [
    { input: { price: 100, percent: 10 }, output: 90 },
    { input: { price: 250, percent: 50 }, output: 125 },
    { input: { price: 8, percent: 0 }, output: 8 },
  ],
};

const REQUEST = `My customer Jonas Weber (jonas.weber@example.com, account DE4500123X77) ordered "the blue lamp" for 12,499.90 on
2026-03-14, see https://shop.example/orders/7. He lives in Bremen. What does he pay after 15 percent?`;

const parts = (changed: Partial<ActionDefinition>) =>
  particulars({ ...GENERAL, ...changed }, [REQUEST]).map(({ part, value }) => `${part}: ${value}`);

test("a general action holds nothing of the conversation", () => {
  expect(
    valuesIn([REQUEST])
      .map(({ text }) => text)
      .sort(),
  ).toEqual(
    [
      "12499.90",
      "2026-03-14",
      "Bremen",
      "DE4500123X77",
      "Jonas",
      "Jonas Weber",
      "Weber",
      "https://shop.example/orders/7",
      "jonas.weber@example.com",
      "the blue lamp",
    ].sort(),
  );
  expect(parts({})).toEqual([]);
});

test.each<[string, Partial<ActionDefinition>, string[]]>([
  [
    "an address in the code",
    { code: 'const to = "jonas.weber@EXAMPLE.com";' },
    ["code: jonas.weber@example.com"],
  ],
  ["an amount written another way", { code: "export default () => 12_499.90 * 0.85;" }, ["code: 12499.90"]],
  ["an amount in a case", { cases: [{ input: { price: 12499.9 }, output: 1 }] }, ["cases: 12499.90"]],
  ["a date in a use", { useWhen: ["the discount of 2026-03-14"] }, ["useWhen: 2026-03-14"]],
  [
    "a whole name in the description",
    { description: "The discount of Jonas Weber." },
    ["description: Jonas Weber"],
  ],
  ["a place in a string of the code", { code: 'const city = "Bremen";' }, ["code: Bremen"]],
  ["an account in the test", { test: 'const account = "DE4500123X77";' }, ["test: DE4500123X77"]],
  [
    "quoted words in a schema",
    { input: { description: "such as the blue lamp" } },
    ["input schema: the blue lamp"],
  ],
])("%s is found", (_, changed, found) => {
  expect(parts(changed)).toEqual(found);
});

test("words of the trade, years, round numbers and forms are no one's own", () => {
  const conversation = [
    'Compute the Levenshtein distance in Bytes on a Monday in 2024, at most 10000, in the form "YYYY-MM-DD", with 86400 seconds.',
    '{"city": "x", "price": 3}',
  ];
  const definition = {
    ...GENERAL,
    description: "The Levenshtein distance, at most 10000, as YYYY-MM-DD.",
    code: 'export default (input: { city: string }) => { const seconds = 86400; const year = 2024; return input["city"]; };',
  };
  expect(particulars(definition, conversation)).toEqual([]);
});

test("a conversation of any size is read in bounded time", () => {
  const long = Array.from({ length: 200 }, (_, n) => `${"a1".repeat(20_000)} "${"x ".repeat(3000)} ${n}`);
  expect(particulars(GENERAL, long)).toEqual([]);
});
