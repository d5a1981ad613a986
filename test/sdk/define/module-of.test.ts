import { Script } from "node:vm";
import { limits } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { freeNames } from "../../../sdk/src/define/free-names.ts";
import { moduleOf } from "../../../sdk/src/define/module-of.ts";
import { networkNames, sandboxNames } from "../../../sdk/src/define/sandbox-names.ts";

const factor = 3;
function helper(n: number): number {
  return n * factor;
}

/** What a module's text default-exports: as another process would find it. */
async function exported(run: unknown): Promise<(input: unknown) => unknown> {
  const read = moduleOf(run, false);
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  const url = `data:text/javascript,${encodeURIComponent(read.code)}`;
  return ((await import(/* @vite-ignore */ url)) as { default: (input: unknown) => unknown }).default;
}

function problems(run: unknown, network = false): readonly string[] {
  const read = moduleOf(run, network);
  return "problems" in read ? read.problems : [];
}

/** Compiled here and now, so that no transformation of the tests touches its text. */
function compiled(text: string): unknown {
  return new Script(text).runInThisContext();
}

describe("a function becomes a module", () => {
  it.each([
    ["an arrow function", (n: number) => n * 2],
    ["an async one", async (n: number) => n * 2],
    [
      "a function",
      function twice(n: number) {
        return n * 2;
      },
    ],
    [
      "an async function with a name of its own",
      async function twice(n: number): Promise<number> {
        return n > 100 ? twice(n) : n * 2;
      },
    ],
    [
      "a method",
      {
        run(n: number) {
          return n * 2;
        },
      }.run,
    ],
    [
      "an async method",
      {
        async run(n: number) {
          return n * 2;
        },
      }.run,
    ],
    ["one that ends in a comment", compiled("(n) => n * 2 // twice")],
    ["one without semicolons and with odd names", compiled("(\n\tnaïve$) =>\n naïve$ * 2\n")],
    [
      "what esbuild does to keep names",
      compiled('(n) => { const f = __name((m) => m * 2, "f"); return f(n); }'),
    ],
    ["what was made of text", new Function("n", "return n * 2")],
    [
      "labels, keys, properties and texts named like nothing known",
      compiled(
        "(n) => { const there = { nowhere: n, other() { return this.nowhere } }; outer: for (;;) break outer; /* lost */ return 'gone'.length > 0 ? there.other() * 2 : `missing` }",
      ),
    ],
  ])("%s", async (_what, run) => {
    expect(await (await exported(run))(21)).toBe(42);
  });

  it("names all that it uses of what is around it", () => {
    expect(problems((n: number) => helper(n) + factor)).toEqual([
      expect.stringMatching(/^run: it uses helper, factor, which is defined outside of it; .*readFile/),
    ]);
    expect(
      problems(compiled("(n = given) => class extends base { [key] = value; static { late } }"))[0],
    ).toMatch(/^run: it uses given, base, key, value, late, which/);
    const hidden = compiled(
      "(n) => { if (n === 'never') { return () => { try { deep() } catch { again } } } }",
    );
    expect(problems(hidden)[0]).toContain("uses deep, again,");
    expect(problems(compiled("(n) => \\u0068idden + n"))[0]).toContain("uses hidden,");
    expect(problems(compiled(`(n) => [${Array.from({ length: 40 }, (_, i) => `x${i}`)}]`))[0]).toMatch(
      /x0, x1, .*, … \(40 in all\)/,
    );
  });

  it("knows what the sandbox has, and has not", () => {
    expect(
      problems((n: number) => [Math.abs(n), JSON, new URL("a:b"), Intl, undefined, structuredClone]),
    ).toEqual([]);
    expect(problems(() => process.env.HOME + Buffer.from("x").toString())).toEqual([
      expect.stringMatching(/^run: it uses process, Buffer, which is not there in the sandbox/),
    ]);
    const fetching = async (path: string) => (await fetch(`https://example.org/${path}`)).text();
    expect(problems(fetching)).toEqual([
      expect.stringContaining('permissions: { net: ["api.example.org"] }'),
    ]);
    expect(problems(fetching, true)).toEqual([]);
    expect(problems(compiled("(n) => __awaiter(n)"))).toEqual([
      expect.stringContaining("compile for es2022"),
    ]);
  });
});

describe("what cannot become one", () => {
  class Adder {
    get value() {
      return 1;
    }
    static add(n: number) {
      return n;
    }
    "computed name"(n: number) {
      return n;
    }
  }
  const getter = Object.getOwnPropertyDescriptor(Adder.prototype, "value")?.get;

  it.each([
    ["nothing", undefined, "missing"],
    ["a text", "(n) => n", "missing"],
    ["a native function", Math.max, "built in or bound"],
    ["a bound one", helper.bind(null), "built in or bound"],
    ["a proxy", new Proxy(helper, {}), "built in or bound"],
    ["a class", Adder, "is a class"],
    ["a getter", getter, "does not stand on its own"],
    ["a method with a computed name", Adder.prototype["computed name"], "does not stand on its own"],
    [
      "a generator",
      function* () {
        yield 1;
      },
      "generator",
    ],
    [
      "an async generator method",
      {
        async *run() {
          yield 1;
        },
      }.run,
      "generator",
    ],
    ["one that evaluates", compiled("(text) => eval(text)"), "eval"],
    ["a huge one", compiled(`() => "${"x".repeat(limits.codeBytes)}"`), "at most 65536 are allowed"],
  ])("%s is refused", (_what, run, words) => {
    expect(problems(run)).toEqual([expect.stringContaining(words)]);
  });

  it("does not ask the function for its text, nor call it", () => {
    let called = false;
    const run = Object.assign(
      () => {
        called = true;
      },
      { toString: () => "() => 1" },
    );
    expect(problems(run)[0]).toContain("uses called,");
    expect(called).toBe(false);
  });
});

it("the engine tells free names without running anything, in code of any size", () => {
  expect(freeNames("() => { globalThis.touched = true; }")).toEqual({ names: ["globalThis"] });
  expect(Reflect.has(globalThis, "touched")).toBe(false);
  const many = Array.from({ length: 5_000 }, (_, i) => `let v${i} = w${i};`).join("");
  const free = freeNames(`() => { ${many} }`);
  expect(free).toMatchObject({ names: { length: 5_000 } });
  expect(freeNames("(x) => eval(x)")).toBe("any");
  // What is no expression is not for the engine to tell of.
  expect(freeNames("}{")).toBe("unknown");
  expect([...sandboxNames].filter((name) => networkNames.has(name))).toEqual([]);
});
