import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

async function typeOf(...texts: string[]) {
  const { columns } = await action({ records: texts.map((value) => ({ value })), readTexts: true });
  return columns[0]?.type;
}

test("codes that look like numbers stay texts", async () => {
  for (const text of [
    "007",
    "+49",
    "1,5",
    "0x10",
    "1.",
    ".5",
    "--1",
    "1e",
    "1234567890123456",
    "NaN",
    "trueish",
    "untrue",
  ])
    assertEquals(await typeOf(text), "text", text);
});

test("numbers, booleans and dates are read from texts", async () => {
  for (const text of ["0", "-7", "123456789012345"]) assertEquals(await typeOf(text), "integer", text);
  for (const text of ["0.5", "-1e9", "2.50E-10"]) assertEquals(await typeOf(text), "number", text);
  assertEquals(await typeOf("2024-02-29"), "date");
  for (const text of ["2024-02-29T10:30", "2024-02-29 10:30:59Z", "2024-02-29T10:30:59.123+0530"])
    assertEquals(await typeOf(text), "dateTime", text);
  for (const text of [
    "2023-02-29",
    "2024-02-29T1:30",
    "x2024-02-29T10:30",
    "2024-02-29T10:30 x",
    "12024-02-29",
  ])
    assertEquals(await typeOf(text), "text", text);
});

test("the order of the rows changes no type", async () => {
  const texts = ["1", "2.5", "", "2024-01-01", "true"];
  for (const [index] of texts.entries()) {
    const turned = [...texts.slice(index), ...texts.slice(0, index)];
    assertEquals(await typeOf(...turned), "text");
  }
});
