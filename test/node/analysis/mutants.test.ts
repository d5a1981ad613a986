import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { GUARD, STEP } from "../../../node/src/analysis/loop-guards.ts";
import { mutantsOf } from "../../../node/src/analysis/mutants.ts";
import type { Mutant, ParseProgram } from "../../../node/src/analysis/types.ts";

const parse: ParseProgram = (code, language) => {
  const lang = language === "typescript" ? "ts" : "js";
  const { program, errors } = parseSync(`module.${lang}`, code, { lang, sourceType: "module" });
  if (errors[0] !== undefined) throw new SyntaxError(errors[0].message);
  return program;
};

const all = (code: string) => mutantsOf(code, "typescript", parse);
const apply = (code: string, { start, end, replacement }: Mutant) =>
  code.slice(0, start) + replacement + code.slice(end);
/** The programs that the mutants make of a text, by operator. */
function mutated(code: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const mutant of all(code))
    if (mutant.operator !== GUARD)
      found[mutant.operator] = [...(found[mutant.operator] ?? []), apply(code, mutant)];
  return found;
}

describe("each operator", () => {
  const examples: [code: string, operator: string, expected: string[]][] = [
    ["f(a + b)", "arithmetic", ["f(a - b)"]],
    ["f(a /* + */ * b)", "arithmetic", ["f(a /* + */ / b)"]],
    ["f(a < b)", "boundary", ["f(a <= b)"]],
    ["f(a >= b)", "comparison", ["f(a < b)"]],
    ["f(a === b)", "comparison", ["f(a !== b)"]],
    ["f(a && b)", "logical", ["f(a || b)"]],
    ["f(a ?? b)", "logical", ["f(a && b)"]],
    ["f(a >>> b)", "bitwise", ["f(a << b)"]],
    ["a += b", "assignment", ["a -= b"]],
    ["f(a++)", "update", ["f(a--)"]],
    ["f(--a)", "update", ["f(++a)"]],
    ["f(!a)", "negation", ["f(a)"]],
    ["f(-a)", "sign", ["f(a)"]],
    ["f(7)", "number", ["f(8)", "f(6)"]],
    ["f(0.5)", "number", ["f(1.5)"]],
    ["f(10n)", "number", ["f(11n)"]],
    ["f(true)", "boolean", ["f(false)"]],
    ['f("x")', "text", ['f("")']],
    ["f(`x`)", "text", ["f(``)"]],
    ["f([a])", "collection", ["f([])"]],
    ["f({ a })", "collection", ["f({})"]],
    ["f(/^[^a]$/u)", "pattern", ["f(/[^a]$/u)", "f(/^[a]$/u)", "f(/^[^a]/u)"]],
    ["if (a) f()", "condition", ["if (true) f()", "if (false) f()"]],
    ["while (a) f()", "condition", ["while (false) f()"]],
    ["f(a ? b : c)", "condition", ["f(true ? b : c)", "f(false ? b : c)"]],
    ["f(a.some(b))", "method", ["f(a.every(b))"]],
    ["f(Math.min(a))", "method", ["f(Math.max(a))"]],
    ["f(Math.abs(a))", "removed-call", ["f((a))"]],
    ["f(a.sort())", "removed-call", ["f(a)"]],
    ["() => { return a; }", "return-value", ["() => { return null; }"]],
    ["() => { return null; }", "return-value", ["() => { return 0; }"]],
    ["for (;;) { break; }", "removed-statement", ["for (;;) { ; }"]],
    ["a = b;", "removed-statement", [";"]],
  ];
  for (const [code, operator, expected] of examples)
    it(`${operator}: ${code}`, () => {
      expect(mutated(code)[operator]).toEqual(expected);
    });
});

describe("what is left alone", () => {
  const examples: [what: string, code: string, all: Record<string, string[]>][] = [
    [
      "types, and what is gone before a program runs",
      'type A = "x" | 1; interface B { c: [1, "y"]; } declare const d: 5; let e: Record<"z", 2>; export default g as 3;',
      {},
    ],
    ["names of modules and members", 'import a from "b"; export * from "c"; class D { "e"() {} }', {}],
    ["names of properties", 'export default { "d": e };', { collection: ["export default {};"] }],
    ["what is thrown", 'throw new RangeError("a" + 1);', { "removed-statement": [";"] }],
    ["what is written to the console", 'console.log("b", 2);', {}],
    ["the sign between texts", "export default `c` + a;", { text: ["export default `` + a;"] }],
  ];
  for (const [what, code, expected] of examples)
    it(what, () => {
      expect(mutated(code)).toEqual(expected);
    });

  it("a program that counts steps itself", () => {
    expect(all(`function ${STEP}() { return 1 + 1; }`)).toEqual([]);
  });
});

describe("guards", () => {
  it("go into every loop and every function with a body", () => {
    const code = "for (const a of b) while (c) d(() => { e(); });\nfunction f() { do g++; while (h); }";
    const guards = all(code).filter(({ operator }) => operator === GUARD);
    let text = "";
    let at = 0;
    for (const { start, replacement } of guards) {
      text += code.slice(at, start) + replacement;
      at = start;
    }
    const s = `${STEP}();`;
    expect(text + code.slice(at)).toBe(
      `for (const a of b) {${s}while (c) {${s}d(() => {${s} e(); });}}\nfunction f() {${s} do {${s}g++;} while (h); }`,
    );
  });
});

describe("mutants of a program", () => {
  const code = `export default ({ rows, at }: { rows: { n: number }[]; at?: number }) => {
  const limit = at ?? 3;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += rows[i]?.n ?? 0;
  return sum > limit ? { sum } : { sum: -1, why: \`only \${sum}\` };
};`;

  it("come in the order of the text, with their lines, and each is a different program", () => {
    const found = all(code).filter(({ operator }) => operator !== GUARD);
    expect(found.map(({ start }) => start)).toEqual(
      found.map(({ start }) => start).toSorted((a, b) => a - b),
    );
    for (const { start, line } of found) expect(code.slice(0, start).split("\n").length).toBe(line);
    const programs = found.map((mutant) => apply(code, mutant));
    expect(new Set(programs).size).toBe(programs.length);
    for (const program of programs) expect(() => parse(program, "typescript")).not.toThrow();
    expect(found.length).toBeGreaterThan(20);
  });

  it("are none of a text nested too deep", () => {
    const deep = `export default ${"(".repeat(1_200)}1${")".repeat(1_200)};`;
    expect(() => all(deep)).toThrow(SyntaxError);
  });
});
