import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const stamp = "2024-01-01T00:00:00Z";

test("no line is longer than 75 bytes, and unfolding gives the text back", async () => {
  const samples = [
    "ascii only ".repeat(30),
    "äöü".repeat(80),
    "€uro ".repeat(60),
    "𝄞".repeat(90),
    "x".repeat(300),
  ];
  for (const description of samples) {
    const { text } = await action({ stamp, events: [{ summary: "s", start: "2024-03-05", description }] });
    const lines = text.split("\r\n");
    for (const line of lines) assert(bytesIn(line) <= 75, line);
    assertEquals(text.replaceAll("\r\n ", "").includes(`\r\nDESCRIPTION:${description}\r\n`), true);
    const longest = Math.max(...lines.map(bytesIn));
    assert(longest >= 72, "lines are filled");
  }
});

test("made ids depend on start, summary and location", async () => {
  const base = { summary: "a", start: "2024-03-05T10:00", location: "b" };
  const uidOf = async (event: object) => {
    const { text } = await action({ stamp, events: [{ ...base, ...event }] });
    return /UID:(\S+)/.exec(text)?.[1];
  };
  assertEquals(await uidOf({}), await uidOf({ description: "changed", end: "2024-03-06T10:00" }));
  const uids = [
    await uidOf({}),
    await uidOf({ summary: "c" }),
    await uidOf({ location: "c" }),
    await uidOf({ start: "2025-03-05T10:00" }),
  ];
  assertEquals(new Set(uids).size, 4);
});

function bytesIn(line: string): number {
  return encodeURIComponent(line).replace(/%../g, "x").length;
}
