import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("every month of an access log becomes a number", async () => {
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const text = months
    .map((month) => `h - - [05/${month}/2023:01:02:03 +0200] "GET / HTTP/1.1" 200 1`)
    .join("\n");
  const { records } = await action({ text });
  assertEquals(
    records.map(({ time }) => time),
    months.map((_, index) => `2023-${String(index + 1).padStart(2, "0")}-05T01:02:03+02:00`),
  );
});

test("a record written as logfmt is read back", async () => {
  const record = {
    a: 1,
    b: -2.5,
    c: true,
    d: null,
    e: "two words",
    f: 'a "quote"\\',
    g: "tab\tline\n",
    h: "12",
    i: "",
  };
  const write = (value: unknown) =>
    typeof value === "string"
      ? `"${value.replace(/[\\"]/g, "\\$&").replace("\t", "\\t").replace("\n", "\\n")}"`
      : String(value);
  const text = Object.entries(record)
    .map(([key, value]) => `${key}=${write(value)}`)
    .join(" ");
  assertEquals(await action({ text }), { records: [record], unread: [] });
});

test("no line gets lost", async () => {
  const lines = ["a=1", "nothing", "b", 'x="', "c=2 d"];
  const { records, unread } = await action({ text: lines.join("\n") });
  assertEquals(records, [{ a: 1 }, { c: 2, d: true }]);
  assertEquals(unread, [
    { line: 2, text: "nothing" },
    { line: 3, text: "b" },
    { line: 4, text: 'x="' },
  ]);
});
