import type { ActionDefinition } from "action-collective";
import { expect, test } from "vitest";
import { ownValues, particulars, valuesIn } from "../../../sdk/src/execute/generality.ts";

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

/** What is asked, and what a good draft for it holds: nothing of it is the user's own. */
test.each<[request: string, draft: Partial<ActionDefinition>]>([
  [
    "Convert 72 degrees Fahrenheit to Celsius.",
    {
      description: "Converts temperatures between Celsius and Fahrenheit.",
      input: { properties: { from: { enum: ["Celsius", "Rankine"] } } },
      cases: [{ input: { value: 10, from: "Celsius" }, output: 50 }],
    },
  ],
  [
    "Convert 300 degrees of the scale of Rankine; add 273.15.",
    {
      input: { properties: { from: { enum: ["Rankine"] } } },
      code: 'export default ({ k, from }) => (from === "Rankine" ? 0 : k - 273.15);',
    },
  ],
  [
    "What is my Body Mass Index at 82 kg?",
    { description: "Computes the Body Mass Index from weight and height." },
  ],
  ["On which date is Easter Sunday in 2031?", { description: "The date of Easter Sunday of a year." }],
  ["Write 1987 as a Roman numeral.", { code: 'throw new Error("not a Roman numeral");' }],
  ["Sort them by the Damerau distance.", { code: "throw new TypeError(`Damerau distance of nothing`);" }],
  [
    "Parse the ISO-8601 duration P3DT4H12M.",
    { description: "Parses ISO-8601 durations.", cases: [{ input: { text: "P1DT2H" }, output: 1560 }] },
  ],
  ["What is its HMAC-SHA256, as base64url?", { description: "The HMAC-SHA256 of a text as base64url." }],
  ["What is the 12-month moving average of 3, 4, 5?", { description: "The 12-month moving average." }],
  ["Convert 'helloBigWorld' to 'snake_case'.", { description: "Writes a name in snake_case." }],
  ["Convert 1500 EUR to USD at 1.0843.", { cases: [{ input: { amount: 100, rate: 1.25 }, output: 125 }] }],
  ["Is 7919 a prime number?", { cases: [{ input: { n: 97 }, output: true }] }],
  ["How far is Berlin from Madrid? The radius is 6371 km.", { code: "const RADIUS_KM = 6371;" }],
  ["Format 'Some title' as Markdown.", { code: 'const kind = "Markdown";' }],
  ["How many days is 2024-02-29 after 1970-01-01?", { code: 'const epoch = "1970-01-01";' }],
  ["Check the EAN-13 code 4006381333931.", { description: "Checks EAN-13 codes." }],
  [
    "Which day is it in the Julian calendar?",
    { cases: [{ input: { calendar: "Julian" }, output: "Monday" }] },
  ],
  [
    "What is the host of https://example.com/a?b=1",
    { cases: [{ input: "https://example.com/c", output: "x" }] },
  ],
  ["How many workdays has the United States?", { description: "Workdays in the United States." }],
  ["Compound 1000 at 5 percent, 12 times a year.", { code: "const principal = 1000;" }],
])("no false alarm: %s", (request, draft) => {
  expect(particulars({ ...GENERAL, ...draft }, [request])).toEqual([]);
});

test("what is somebody's own stands out beside all that", () => {
  const request =
    "Invoice INV-20394 for Jonas Weber, born 14.03.1987, of Bremen; key a8f3c2d1, see ISO-8601.";
  const definition = {
    ...GENERAL,
    description: "For Jonas Weber.",
    code: 'const a = ["inv-20394", "14.03.1987", "a8f3c2d1"]; throw new Error("no"); const city = "Bremen";',
  };
  expect(
    particulars(definition, [request])
      .map(({ value }) => value)
      .sort(),
  ).toEqual(["14.03.1987", "20394", "Bremen", "INV-20394", "Jonas Weber", "a8f3c2d1"].sort());
  expect(ownValues("an action that mails JONAS.WEBER@example.com 12_499.9", [REQUEST])).toEqual([
    "jonas.weber@example.com",
    "12499.90",
  ]);
});

test("a conversation of any size is read in bounded time", () => {
  const long = Array.from({ length: 200 }, (_, n) => `${"a1".repeat(20_000)} "${"x ".repeat(3000)} ${n}`);
  expect(particulars(GENERAL, long)).toEqual([]);
});
