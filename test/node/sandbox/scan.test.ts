import { describe, expect, it } from "vitest";
import { ScanRefusedError } from "../../../node/src/sandbox/errors.ts";
import { scanAction, scanTest } from "../../../node/src/sandbox/scan.ts";

const action = (code: string) => () => scanAction({ code, language: "typescript" });
const test = (code: string) => scanTest({ code, language: "typescript" });

describe("the scan of an action", () => {
  const accepted = {
    "words in comments and strings": `// import x from "y"\nexport default () => "import('x') from 'y'";`,
    "generics, assertions and arrows": `const f = <T,>(x: T): T => x!; export default (i: { a: number }) => f<number>(i.a)! / 2 / 3 as number;`,
    "regular expressions after brackets": `export default (i: string) => { if (i) /import "x"/.test(i); return i.replace(/['"\`]/g, ""); };`,
    "templates in templates": `export default (i: string) => \`a\${\`b\${i}\` + \`}\`}c import('x')\`;`,
    "Array.from": `export default () => Array.from({ length: 3 }, (_, i) => i);`,
    "enums and namespaces": `enum E { A } namespace N { export const from = 1 } export default () => E.A + N.from;`,
    "a property called import": `export default (i: any) => i.import ?? i.from;`,
    "emoji joined by invisible characters": `export default () => "👩‍💻";`,
  };
  for (const [what, code] of Object.entries(accepted)) {
    it(`accepts ${what}`, () => {
      expect(action(code)).not.toThrow();
    });
  }

  const refused = {
    "a static import": `import x from "./x.ts"; export default () => x;`,
    "an import for its effects": `import "node:fs"; export default () => 1;`,
    "a type import": `import type { X } from "./x.ts"; export default () => 1;`,
    "an import after other code": `export default () => 1;\nimport { a } from "b";`,
    "an import with attributes": `import s from "file:///etc/passwd" with { type: "text" }; export default () => s;`,
    "a re-export": `export { a } from "b"; export default () => 1;`,
    "a re-export of everything": `export * from "b"; export default () => 1;`,
    "a dynamic import": `export default () => import("node:fs");`,
    "a dynamic import of a computed name": `export default (i: string) => import(i);`,
    "a dynamic import over lines": `export default () => import\n/* x */\n("node:fs");`,
    "a dynamic import in a template": `export default () => \`\${import('x')}\`;`,
    "a source phase import": `import source x from "x.wasm"; export default () => 1;`,
    "import.meta": `export default () => import.meta.url;`,
    "a source map": `export default () => 1;\n//# sourceMappingURL=file:///etc/passwd`,
    "an old source map": `/*@ sourceMappingURL=x */ export default () => 1;`,
    "a types comment": `// @deno-types="file:///etc/passwd"\nexport default () => 1;`,
    "control characters": `export default () => "\u001b[2J";`,
    "a NUL": `export default () => 1; \u0000`,
    "direction overrides": `export default () => /* \u202e */ 1;`,
    "too many bytes": `export default () => "${"é".repeat(33_000)}";`,
    "too many brackets": `export default () => ${"[".repeat(5_000)}${"]".repeat(5_000)};`,
  };
  for (const [what, code] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      expect(action(code)).toThrow(ScanRefusedError);
    });
  }

  it("takes no long time for anything up to its limit", () => {
    const hostile = ["import(", "`${", "/", "<T,>(", "a?b:", "import from ", "/*", "((((", "\\"].map(
      (piece) => piece.repeat(Math.floor(60_000 / piece.length)),
    );
    const startedAt = performance.now();
    for (const code of hostile) {
      try {
        scanAction({ code, language: "typescript" });
      } catch (error) {
        expect(error).toBeInstanceOf(ScanRefusedError);
      }
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe("the scan of a test", () => {
  it("finds the two allowed specifiers, in any order and quotes", () => {
    const code = `import action from './action.ts';\nimport { test } from "action-collective/test";\ntest("x", () => action({}));`;
    const found = test(code);
    expect(found.map(({ start, end, target }) => [code.slice(start, end), target])).toEqual([
      ["./action.ts", "action"],
      ["action-collective/test", "test"],
    ]);
  });

  it("finds a specifier that is written with escapes", () => {
    const found = test(String.raw`import action from "./\x61ction.ts";`);
    expect(found).toMatchObject([{ target: "action" }]);
  });

  it("is told apart by language", () => {
    const code = `import action from "./action.js";`;
    expect(scanTest({ code, language: "javascript" })).toHaveLength(1);
    expect(() => test(code)).toThrow(ScanRefusedError);
  });

  const refused = {
    "another file": `import x from "./other.ts";`,
    "a package": `import x from "npm:left-pad";`,
    "the action with attributes": `import action from "./action.ts" with { type: "text" };`,
    "the action, dynamically": `const action = await import("./action.ts");`,
    "a re-export of the action": `export * from "./action.ts";`,
    "the action by another path": `import action from "././action.ts";`,
    "what cannot be read": `import { test from "action-collective/test";`,
  };
  for (const [what, code] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      expect(() => test(code)).toThrow(ScanRefusedError);
    });
  }
});
