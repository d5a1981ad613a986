import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";
import type { FindingCode } from "../../../node/src/analysis/types.ts";
import { SandboxStoppedError, ScanRefusedError } from "../../../node/src/sandbox/errors.ts";

const analysis = createSourceAnalysis();
afterAll(() => analysis.stop());

const typescript = (code: string) => ({ code, language: "typescript" }) as const;
const action = (code: string) => analysis.filter.action(typescript(code));
const test = async (code: string) => analysis.filter.test(typescript(code));

describe("the filter of an action", () => {
  const accepted = {
    "words in comments and strings": `// import x from "y"\nexport default () => "import('x') from 'y'";`,
    "generics, assertions and arrows": `const f = <T,>(x: T): T => x!; export default (i: { a: number }) => f<number>(i.a)! / 2 / 3 as number;`,
    "regular expressions after brackets": `export default (i: string) => { if (i) /import "x"/.test(i); return i.replace(/['"\`]/g, ""); };`,
    "templates in templates": `export default (i: string) => \`a\${\`b\${i}\` + \`}\`}c import('x')\`;`,
    "enums and namespaces": `enum E { A } namespace N { export const from = 1 } export default () => E.A + N.from;`,
    "a property called import": `export default (i: any) => i.import ?? i.from;`,
    "calls of other actions and requests": `export default async (i: { url: string }, { call, secrets }: any) => {
      const response = await fetch(new URL(i.url), { headers: { authorization: secrets.TOKEN } });
      return await call("bafyreic6fxan74kx4uhfa5s5c54hutbhd2jgpdfjllrszgk74fj37rq6ba", { rows: await response.json() });
    };`,
    "exports of its own": `const a = 1; export { a }; export type { B }; interface B {} export default () => a;`,
    "new.target": `export default function () { return new.target === undefined; }`,
  };
  it.each(Object.entries(accepted))("accepts %s", async (_, code) => {
    await expect(action(code)).resolves.toBeUndefined();
  });

  it("finds nothing worth saying in calls of other actions and requests", async () => {
    const code = accepted["calls of other actions and requests"];
    expect(await analysis.analyse(typescript(code), "action")).toMatchObject({ findings: [] });
  });

  const refused = {
    "a static import": `import x from "./x.ts"; export default () => x;`,
    "an import for its effects": `import "node:fs"; export default () => 1;`,
    "a type import": `import type { X } from "./x.ts"; export default () => 1;`,
    "an import with attributes": `import s from "file:///etc/passwd" with { type: "text" }; export default () => s;`,
    "a source phase import": `import source x from "x.wasm"; export default () => 1;`,
    "a deferred import": `import defer * as x from "x"; export default () => 1;`,
    "a re-export": `export { a } from "b"; export default () => 1;`,
    "a re-export of everything": `export * from "b"; export default () => 1;`,
    "a re-export of types": `export type { T } from "file:///etc/passwd"; export default () => 1;`,
    "an import of a type in place": `const x: import("./x.ts").X = 1; export default () => x;`,
    "an import by assignment": `import x = require("fs"); export default () => x;`,
    "a dynamic import": `export default () => import("node:fs");`,
    "a dynamic import of a computed name": `export default (i: string) => import(i);`,
    "a dynamic import over lines": `export default () => import\n/* x */\n("node:fs");`,
    "a dynamic import in a template": `export default () => \`\${import('x')}\`;`,
    "a dynamic import with a phase": `export default () => import.source("x");`,
    "import.meta": `export default () => import.meta.url;`,
    "a source map": `export default () => 1;\n//# sourceMappingURL=file:///etc/passwd`,
    "the test's contract": `import { test } from "action-collective/test"; export default () => 1;`,
    "what is no module": `export default () => {`,
  };
  it.each(Object.entries(refused))("refuses %s", async (_, code) => {
    await expect(action(code)).rejects.toThrow(ScanRefusedError);
  });

  it("survives what crashes or stalls parsers, and refuses it", async () => {
    const pieces = [
      "!",
      "x=>",
      "a=",
      "1+",
      "1?1:",
      "A<",
      "<T>",
      "-",
      "await ",
      "new ",
      "`${",
      "if(1)",
      "(",
      "a?.b:",
    ];
    for (const piece of pieces) {
      const code = `export default ${piece.repeat(Math.floor(60_000 / piece.length))}1`;
      await expect(action(code), piece).rejects.toThrow(ScanRefusedError);
    }
    await expect(action("export default () => 1;")).resolves.toBeUndefined();
  });
});

describe("the filter of a test", () => {
  it("finds the two allowed specifiers, in any order and quotes", async () => {
    const code = `import action from './action.ts'; const joy = "😀";\nimport { test } from "action-collective/test";\ntest(joy, () => action({}));`;
    const found = await test(code);
    expect(found.map(({ start, end, target }) => [code.slice(start, end), target])).toEqual([
      ["./action.ts", "action"],
      ["action-collective/test", "test"],
    ]);
  });

  it("is told apart by language", async () => {
    const code = `import action from "./action.js";`;
    expect(await analysis.filter.test({ code, language: "javascript" })).toHaveLength(1);
    await expect(test(code)).rejects.toThrow('may import only "action-collective/test" and "./action.ts"');
  });

  const refused = {
    "another file": `import x from "./other.ts";`,
    "the action with attributes": `import action from "./action.ts" with { type: "text" };`,
    "the action, dynamically": `const action = await import("./action.ts");`,
    "a re-export of the action": `export * from "./action.ts";`,
    "the action by another path": `import action from "././action.ts";`,
  };
  it.each(Object.entries(refused))("refuses %s", async (_, code) => {
    await expect(test(code)).rejects.toThrow(ScanRefusedError);
  });
});

describe("the findings", () => {
  const codesOf = async (code: string) =>
    (await analysis.analyse({ code, language: "javascript" })).findings.map((one) => one.code);

  const found: readonly (readonly [FindingCode, string])[] = [
    ["eval", `eval("1")`],
    ["eval", `(0, eval)("1")`],
    ["eval", `const e = eval; e("1")`],
    ["eval", `globalThis.eval("1")`],
    ["eval", `globalThis["ev" + "al"]("1")`],
    ["eval", `globalThis[["e", "val"].join("")]("1")`],
    ["eval", `globalThis[String.fromCharCode(101, 118, 97, 108)]("1")`],
    ["eval", `globalThis[atob("ZXZhbA==")]("1")`],
    ["eval", `new Function("return 1")()`],
    ["eval", `const F = Function; F("return 1")()`],
    ["eval", `[].constructor.constructor("return 1")()`],
    ["eval", `(() => {}).constructor("return 1")()`],
    ["eval", `[].map["constr" + "uctor"]("return 1")()`],
    ["eval", `setTimeout("x()", 1)`],
    ["eval", `setInterval(\`x(\${1})\`)`],
    ["webassembly", `WebAssembly.instantiate(new Uint8Array())`],
    ["embedded-secret", `const token = "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";`],
    ["long-line", `/* ${"x".repeat(1_000)} */`],
    ["packed-text", `const packed = "${randomText()}";`],
    ["packed-text", `const packed = "${"0123456789abcdef".repeat(20)}";`],
    ["dense-escapes", String.raw`const s = "\x65\x76\x61\x6c\x28\x31\x29\x3b";`],
    ["dense-escapes", String.raw`\u0065val("1")`],
    ["computed-global", `globalThis[i]`],
    ["computed-global", `Reflect.get(globalThis, i)`],
    ["changed-built-in", `Array.prototype.last = function () {};`],
    ["changed-built-in", `Object.defineProperty(Object.prototype, "x", {});`],
    ["reads-clock", `Date.now()`],
    ["reads-clock", `new Date()`],
    ["uses-randomness", `Math.random()`],
    ["uses-randomness", `crypto.randomUUID()`],
    ["uses-locale", `new Intl.NumberFormat().format(1)`],
    ["uses-locale", `(1).toLocaleString()`],
  ];
  it.each(found)("hold %s in %s", async (code, text) => {
    expect(await codesOf(`export default (i) => { ${text} };`)).toContain(code);
  });

  const honest = [
    `x instanceof Function || x === Function || typeof Function`,
    `new this.constructor(1); this.constructor.name;`,
    `setTimeout(() => {}, 1); new Date(0); new Date("2020-01-01T00:00:00Z"); Date.UTC(2020, 1);`,
    `const self = {}; self[i]; const parent = []; parent[i] = 1;`,
    `const eval_ = { eval: 1, Function: 2 }; eval_.eval;`,
    `const table = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";`,
    String.raw`const marks = "\u00e9\u00e8\u2026"; const escape = "\x1b[0m";`,
    `new Intl.NumberFormat("en").format(1); (1).toLocaleString("en"); "a".localeCompare("b", "en");`,
    `const Map = {}; Map.x = 1; const cache = {}; cache.prototype = 1;`,
    `const text = "${"words of a text that a person wrote ".repeat(10)}";`,
  ];
  it.each(honest)("are none for %s", async (text) => {
    expect(await codesOf(`export default (i, x) => {\n${text}\n};`)).toEqual([]);
  });

  it("say where and what, in order, and never quote a secret", async () => {
    const secret = "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";
    const code = `export default () => {\n  const token = "${secret}";\n  return eval(token);\n};`;
    const { findings } = await analysis.analyse(typescript(code), "test");
    expect(findings).toEqual([
      {
        code: "embedded-secret",
        severity: "danger",
        line: 2,
        message: "holds what looks like a credential (github token)",
        in: "test",
      },
      { code: "eval", severity: "danger", line: 3, message: "uses eval", in: "test" },
    ]);
    expect(await analysis.secrets(`{"key":"${secret}"}`)).toMatchObject([{ code: "embedded-secret" }]);
    expect(await analysis.secrets("{}")).toEqual([]);
  });

  it("are bounded", async () => {
    const { findings } = await analysis.analyse(
      typescript(`export default 1;\n${"eval('1');\n".repeat(500)}`),
    );
    expect(findings).toHaveLength(50);
  });

  it("come with a refusal where the text may not be loaded", async () => {
    expect(await analysis.analyse(typescript(`export default () => import("x");`))).toEqual({
      refusal: "The action holds a dynamic import(), and may import nothing",
      imports: [],
      findings: [],
    });
  });
});

describe("the process", () => {
  it("answers many at once, and outlives its own replacement", async () => {
    const one = createSourceAnalysis();
    const texts = Array.from({ length: 240 }, (_, i) => typescript(`export default () => ${i};`));
    // Three requests each, with those that follow: more than one child is good for.
    for (let round = 0; round < 3; round++) await Promise.all(texts.map(({ code }) => one.secrets(code)));
    expect(await Promise.all(texts.slice(0, 9).map((text) => one.analyse(text)))).toHaveLength(9);
    await one.stop();
    await expect(one.secrets("x")).rejects.toThrow(SandboxStoppedError);
  });

  it("inherits nothing, and does not keep its parent alive", () => {
    const file = new URL("../../../node/src/analysis/source-analysis.ts", import.meta.url);
    const script = `
      import { readFileSync, readdirSync } from "node:fs";
      import { createSourceAnalysis } from ${JSON.stringify(file.href)};
      const analysis = createSourceAnalysis();
      console.log(await analysis.parser());
      const [child] = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").trim().split(" ");
      console.log(readFileSync("/proc/" + child + "/environ", "utf8").includes("CANARY"));
      console.log(/Max core file size +0 /.test(readFileSync("/proc/" + child + "/limits", "utf8")));`;
    const ran = spawnSync(process.execPath, ["--conditions=source", "--input-type=module", "-e", script], {
      env: { ...process.env, CANARY: "canary" },
      encoding: "utf8",
      timeout: 20_000,
    });
    expect(ran.stdout.trim().split("\n"), ran.stderr).toEqual(["oxc-parser", "false", "true"]);
    expect(ran.status).toBe(0);
  });
});

/** 200 characters of base64, the same each time. */
function randomText(): string {
  let state = 1;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return Array.from({ length: 200 }, () => {
    state = (state * 48_271) % 0x7fffffff;
    return alphabet[state % 64];
  }).join("");
}
