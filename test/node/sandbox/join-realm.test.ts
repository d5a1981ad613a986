import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { joinModules } from "../../../node/src/sandbox/join-realm.ts";

test("modules are joined in order, once each, and keep their names to themselves", () => {
  const modules = new Map([
    [
      "a-main.js",
      `import { two } from "./b.js";\nimport {\n  one,\n} from "./c.js";\nconst own = "a";\noutput(own, one(), two());`,
    ],
    [
      "b.js",
      `import { one } from "./c.js";\nconst own = "b";\nexport function two() { return one() + own; }`,
    ],
    [
      "c.js",
      `const own = "c";\nlet calls = 0;\nexport const one = () => own + ++calls;\nexport class Unused {}`,
    ],
  ]);
  const seen: unknown[][] = [];
  new Function("output", joinModules(modules, "a-main.js"))((...values: unknown[]) => seen.push(values));
  expect(seen).toEqual([["a", "c1", "c2b"]]);
});

test("a form that it does not know is refused, and so is a module that is missing", () => {
  for (const line of [`import x from "./b.js";`, `import "./b.js";`, `export default 1;`, `export { x };`])
    expect(() => joinModules(new Map([["a-main.js", line]]), "a-main.js"), line).toThrow(/cannot be joined/);
  expect(() => joinModules(new Map([["a-main.js", `import { x } from "./b.js";`]]), "a-main.js")).toThrow(
    /has no b\.js/,
  );
});

test("the realm's own mains can be joined, and nothing in them imports any more", () => {
  const folder = fileURLToPath(new URL("../../../node/realm", import.meta.url));
  const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const modules = new Map(names.map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]));
  for (const main of ["action-main.js", "test-main.js"]) {
    const text = joinModules(modules, main);
    expect(text).toContain("readFrame");
    expect(text).not.toMatch(/^\s*(import|export)\s/m);
  }
});
