import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const text = Array.from(
  { length: 120 },
  (_, index) => `Sentence ${index} says ${"word ".repeat(index % 7)}here.${["", "\n", "\n\n"][index % 3]} `,
).join("");

test("chunks keep the budget, cover the text and overlap as asked", async () => {
  for (const [maxCharacters, overlap] of [
    [20, 10],
    [50, 0],
    [100, 30],
    [333, 100],
    [1000, 1],
  ] as const) {
    const { chunks } = await action({ text, maxCharacters, overlap });
    let covered = 0;
    for (const chunk of chunks) {
      assertEquals(chunk.text, text.slice(chunk.start, chunk.end));
      assertEquals(chunk.text, chunk.text.trim());
      assert(chunk.text.length <= maxCharacters, "within the budget");
      assert(chunk.end > covered && chunk.start >= covered - overlap, "goes on");
      assertEquals(text.slice(covered, Math.max(covered, chunk.start)).trim(), "");
      covered = chunk.end;
    }
    assertEquals(text.slice(covered).trim(), "");
  }
});

test("without borders, chunks are cut but no character is", async () => {
  for (const lead of ["", "a"]) {
    const { chunks } = await action({ text: lead + "🙂".repeat(100), maxCharacters: 21, overlap: 5 });
    for (const { text: chunk } of chunks) assert(chunk.isWellFormed() && chunk.length <= 21, chunk);
  }
});

test("the default is a thousand characters without overlap", async () => {
  assertEquals(
    (await action({ text })).chunks,
    (await action({ text, maxCharacters: 1000, overlap: 0 })).chunks,
  );
});
