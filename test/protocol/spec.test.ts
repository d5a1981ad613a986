import { readdirSync, readFileSync } from "node:fs";
import * as protocol from "@action-collective/protocol";
import { CollectiveError, kinds, limits } from "@action-collective/protocol";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const spec = readFileSync(new URL("protocol/SPEC.md", root), "utf8");
const sections = new Set([...spec.matchAll(/^#{2,3} (\d+(?:\.\d+)?)\.? /gm)].map((match) => match[1]));

test("§6 the table of limits is limits.ts, each with its reason", () => {
  const table = spec.slice(spec.indexOf("## 6. Limits"), spec.indexOf("## 7."));
  const rows = [...table.matchAll(/^\| `(\w+)` +\| ([\d,]+) +\| (.+?) +\|$/gm)];
  const written = rows.map(([, name, value]) => [name, Number(value?.replaceAll(",", ""))]);
  expect(Object.fromEntries(written)).toEqual(limits);
  expect(rows).toHaveLength(Object.keys(limits).length);
  for (const [, name, , reason] of rows) expect(reason?.length, name).toBeGreaterThan(15);
});

test("every limit that the text names exists, and every kind has its section", () => {
  const named = [...spec.matchAll(/at most `(\w+)`/g)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(20);
  for (const name of named) expect(Object.keys(limits)).toContain(name);
  for (const kind of kinds) expect(spec).toMatch(new RegExp(`^### 4\\.\\d+ ${kind}$`, "m"));
});

test("§13 every error code of the package is listed", () => {
  const errors = Object.values(protocol as Record<string, unknown>).filter(
    (value): value is new (argument: never) => CollectiveError =>
      typeof value === "function" && value.prototype instanceof CollectiveError,
  );
  expect(errors.length).toBeGreaterThanOrEqual(8);
  for (const CodedError of errors) {
    const { code } = new CodedError([] as never);
    expect(spec).toMatch(new RegExp(`^\\| \`${code}\` +\\|`, "m"));
  }
});

test("§7.1, §8.1 the vectors that the text points to exist", () => {
  const files = readdirSync(new URL("protocol/vectors/", root));
  const named = [...spec.matchAll(/`(?:vectors\/)?(\w+\.json)`/g)].map((match) => match[1]);
  for (const file of named) if (file !== "action.json") expect(files).toContain(file);
  for (const file of files) expect(named).toContain(file);
});

test("sections that code, tests and vectors cite exist", () => {
  const folders = ["protocol/src/", "protocol/src/records/", "test/protocol/", "test/protocol/vectors/"];
  const cited = folders.flatMap((folder) =>
    readdirSync(new URL(folder, root))
      .filter((file) => file.endsWith(".ts") && file !== "spec.test.ts")
      .flatMap((file) => [
        ...readFileSync(new URL(folder + file, root), "utf8").matchAll(/(?<!RFC \d+ )§(\d+(?:\.\d+)?)/g),
      ])
      .map((match) => match[1]),
  );
  expect(cited.length).toBeGreaterThan(100);
  for (const section of new Set(cited)) expect(sections).toContain(section);
  for (const section of spec.matchAll(/(?<!RFC \d+ )§(\d+(?:\.\d+)?)/g))
    expect(sections).toContain(section[1]);
});
