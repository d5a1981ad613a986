import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { DOCUMENTS, POINTING } from "./list.ts";
import { blocksOf } from "./read-document.ts";
import { answersIn, isShownAs, isTyped, TYPED } from "./script-of.ts";
import { ROOT, typeDocument } from "./type-document.ts";

describe.each(DOCUMENTS)("%s", (file) => {
  test("what it has its reader type works, in order, and prints what it shows", {
    timeout: 420_000,
  }, async () => {
    const { blocks, code, stderr, printed } = await typeDocument(file);
    expect(code, `${[...printed].at(-1)?.join("\n")}\n${stderr.slice(-3_000)}`).toBe(0);
    const typed = blocks.filter(isTyped);
    expect(printed.size).toBe(typed.length + 1);
    for (const { line, language, text } of typed) {
      if (language !== "console") continue;
      const lines = printed.get(line)?.split("\n") ?? [];
      for (const shown of answersIn(text)) {
        const found = lines.findIndex((one) => isShownAs(one, shown));
        expect(found, `line ${line} shows\n${shown}\nbut this was printed:\n${lines.join("\n")}`).not.toBe(
          -1,
        );
        lines.splice(0, found + 1);
      }
    }
  });
});

test.each([...DOCUMENTS, ...POINTING])("%s points to files that are there", async (file) => {
  const text = await readFile(join(ROOT, file), "utf8");
  const targets = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(([, at = ""]) => at);
  for (const target of targets) expect(existsSync(join(ROOT, dirname(file), target)), target).toBe(true);
});

test("every document is in one of the lists", async () => {
  const names = (await readdir(join(ROOT, "docs"), { recursive: true }))
    .map((name) => `docs/${name}`)
    .filter((name) => name.endsWith(".md") && !name.startsWith("docs/reference/"));
  expect(names.toSorted()).toEqual(DOCUMENTS.filter((name) => name.startsWith("docs/")).toSorted());
});

test("what no machine of ours can run is little, and each has its reason", async () => {
  const blocks = (await Promise.all(DOCUMENTS.map((file) => readFile(join(ROOT, file), "utf8")))).flatMap(
    blocksOf,
  );
  const typed = blocks.filter(({ language }) => TYPED.includes(language));
  const left = typed.filter(({ note }) => note.kind === "not-run");
  expect(typed.length).toBeGreaterThan(20);
  expect(left.length / typed.length).toBeLessThan(0.35);
});
