import { expect, test } from "vitest";
import { contentWords, words } from "../../../node/src/search/tokenise.ts";

test.each([
  ["multiplyMatrices", ["multiply", "matrices"]],
  ["parse_csv-table", ["parse", "csv", "table"]],
  ["parseHTMLPage", ["parse", "html", "page"]],
  ["base64Encode utf8", ["base64", "encode", "utf8"]],
  ["Größe, naïve café", ["größe", "naïve", "café"]],
  ['"; DROP TABLE -- 🚀', ["drop", "table"]],
  ["", []],
])("splits %j", (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test("stop words go, unless there is nothing else", () => {
  expect(contentWords("Please get me the weather")).toEqual(["weather"]);
  expect(contentWords("get all")).toEqual(["get", "all"]);
});
