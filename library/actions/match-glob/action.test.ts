import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const matches = async (path: string, ...patterns: string[]) =>
  (await action({ paths: [path], patterns })).matches.length === 1;

test("every path without wildcards matches itself and no other", async () => {
  const paths = ["a", "a/b", "a/b/c.txt", "a.b", ".hidden/x"];
  for (const path of paths) assertEquals((await action({ paths, patterns: [path] })).matches, [path]);
});

test("patterns with many stars are decided at once", async () => {
  const path = `${"a".repeat(290)}/b`;
  assertEquals(await matches(path, `${"*a".repeat(90)}*b/b`), false);
  assertEquals(await matches(path, `${"*a".repeat(90)}*/b`), true);
  assertEquals(await matches("a/".repeat(140), `${"**/a/".repeat(30)}b`), false);
  assertEquals(await matches("a/".repeat(140), `${"**/a/".repeat(30)}a`), true);
});

test("braces mean their alternatives", async () => {
  const paths = ["x1z", "x2z", "x3z", "xz", "y"];
  const one = (await action({ paths, patterns: ["x{1,2,}z"] })).matches;
  assertEquals(one, (await action({ paths, patterns: ["x1z", "x2z", "xz"] })).matches);
  assert(one.length === 3, "three of them");
});
