import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

const columns = ["plain", "tricky, one", 'with "quotes"'];
const rows = [
  ["a", "b", "c"],
  ["", " padded ", "comma, inside"],
  ['say "hi"', "line\nbreak", '"'],
  ["tab\there", "semi;colon", "pipe|d"],
];
const expected = {
  columns,
  records: rows.map((row) => Object.fromEntries(row.map((field, index) => [columns[index], field]))),
};

const quote = (field: string) => `"${field.replaceAll('"', '""')}"`;
const write = (delimiter: string, newline: string) =>
  [columns, ...rows].map((row) => row.map(quote).join(delimiter)).join(newline);

test("what is written with any delimiter is read back", async () => {
  for (const delimiter of [",", ";", "\t", "|"] as const) {
    assertEquals(await action({ text: write(delimiter, "\n"), delimiter }), expected);
    assertEquals(await action({ text: write(delimiter, "\n") }), expected, "the delimiter is detected");
  }
});

test("of two delimiters that are equally frequent, the more usual one counts", async () => {
  const { columns: found } = await action({ text: "a,b;c\n1,2;3" });
  assertEquals(found, ["a", "b;c"]);
});

test("every style of line ending gives the same records", async () => {
  for (const newline of ["\r\n", "\r", "\n\n"]) {
    assertEquals(await action({ text: write(",", newline) + newline }), expected);
  }
});

test("a byte order mark is dropped from the start of the text and kept anywhere else", async () => {
  const mark = "\uFEFF";
  assertEquals(await action({ text: `${mark}id\n7` }), { columns: ["id"], records: [{ id: "7" }] });
  assertEquals(await action({ text: `id\n${mark}7` }), { columns: ["id"], records: [{ id: `${mark}7` }] });
});

test("a very wide table takes no longer than others", async () => {
  const names = Array.from({ length: 120_000 }, (_, index) => index.toString(36));
  await assertRejects(() => action({ text: [...names, "0"].join(",") }), '"0" appears twice');
});
