import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

/** Applies a diff with full context: kept and removed lines are the old text, kept and added ones the new. */
function side(diff: string, mark: string): string {
  const lines = diff.split("\n").slice(3, -1);
  return lines
    .filter((line) => line.startsWith(" ") || line.startsWith(mark))
    .map((line) => `${line.slice(1)}\n`)
    .join("");
}

function text(seed: number): string {
  return Array.from({ length: 30 }, (_, index) => `line ${(index * seed + (index % 3)) % 9}\n`).join("");
}

test("both texts can be read from the diff", async () => {
  for (const [one, two] of [
    [2, 4],
    [4, 5],
    [5, 7],
    [1, 8],
    [7, 2],
  ] as const) {
    const [before, after] = [text(one), text(two)];
    const { diff, added, removed } = await action({ before, after, context: 100 });
    assertEquals([side(diff, "-"), side(diff, "+")], [before, after]);
    const back = await action({ before: after, after: before });
    assertEquals([back.added, back.removed], [removed, added]);
  }
});

test("texts without a common line are replaced, however long", async () => {
  const many = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${name}${index}\n`).join("");
  for (const count of [20, 2000]) {
    const { added, removed, diff } = await action({ before: many("a", count), after: many("b", count) });
    assertEquals([added, removed], [count, count]);
    assert(diff.includes(`@@ -1,${count} +1,${count} @@`), "one hunk");
  }
});

test("a short script is found where texts share a lot", async () => {
  const lines = Array.from({ length: 900 }, (_, index) => `${index}\n`);
  const after = lines.filter((_, index) => index % 3 !== 1).join("");
  const { added, removed } = await action({ before: lines.join(""), after });
  assertEquals([added, removed], [0, 300]);
});
