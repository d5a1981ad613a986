import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";
import { WorkerSchemaChecker } from "../../../node/src/schemas/schema-checker.ts";
import { measureStrength } from "../../../node/src/strength/measure-strength.ts";
import type { StrengthOptions } from "../../../node/src/strength/types.ts";
import { FIRST_LOOK } from "../../../node/src/verification/look.ts";
import type { TestableBundle } from "../../../node/src/verification/report.ts";
import { bundle, testModule } from "../verification/judge-fixtures.ts";

const CLAMP = `export default ({ a, b }: { a: number; b: number }): number => {
  if (a < 0) return 0;
  return a > b ? b : a;
};`;
const WEAK = [{ input: { a: 1, b: 2 }, output: 1 }];
const STRONG = [
  ...WEAK,
  { input: { a: 5, b: 2 }, output: 2 },
  { input: { a: -1, b: 2 }, output: 0 },
  { input: { a: 0.5, b: 2 }, output: 0.5 },
];

let sandbox: Sandbox;
const schemas = new WorkerSchemaChecker();
const analysis = createSourceAnalysis();
beforeAll(async () => {
  sandbox = await Sandbox.open();
});
afterAll(() => Promise.all([sandbox.stop(), schemas.stop(), analysis.stop()]));

function measure(one: TestableBundle, options: Partial<StrengthOptions> = {}) {
  const { signal } = new AbortController();
  return measureStrength({ sandbox, schemas, analysis }, one, { start: FIRST_LOOK, signal, ...options });
}

describe("strength", () => {
  it("is low where cases see little, and names the first changes that nobody noticed", async () => {
    const weak = await measure(bundle({ code: CLAMP, cases: WEAK }));
    expect(weak).toMatchObject({ strength: { mutants: 11, killed: 5 } });
    if (!("strength" in weak)) throw new Error("no strength");
    expect(weak.strength.survived).toContainEqual({
      operator: "condition",
      line: 2,
      original: "if (a < 0) return 0;",
      replacement: "if (false) return 0;",
    });
  });

  it("is high where only equivalent changes are left", async () => {
    const strong = await measure(bundle({ code: CLAMP, cases: STRONG }));
    if (!("strength" in strong)) throw new Error("no strength");
    expect(strong.strength.survived.map(({ replacement }) => replacement)).toEqual([
      "if (a <= 0) return 0;",
      "return a >= b ? b : a;",
    ]);
    expect(strong.strength).toMatchObject({ mutants: 11, killed: 9 });
  });

  it("counts what the test module notices and the cases do not", async () => {
    const test = testModule(`test("bounds", async () => {
      assertEquals(await action({ a: 5, b: 2 }), 2);
      assertEquals(await Promise.all([action({ a: -1, b: 2 }), action({ a: 0.5, b: 2 })]), [0, 0.5]);
    });`);
    expect(await measure(bundle({ code: CLAMP, cases: WEAK, test }))).toMatchObject({
      strength: { mutants: 11, killed: 9 },
    });
  });

  it("is the same figure twice, changes that loop for ever, crash or eat memory included", async () => {
    const code = `export default ({ a, b }: { a: number; b: number }): number => {
      let sum = 0;
      const seen: number[] = [];
      for (let i = 0; i < b; i++) { sum += a; seen.push(i); }
      let left = a;
      while (left > 0) { left -= 1; seen[seen.length] = left; }
      const down = (n: number): number => (n === 0 ? 0 : down(n - 1));
      return sum + down(b) + left - seen.length + seen.length;
    };`;
    const cases = [
      { input: { a: 3, b: 4 }, output: 12 },
      { input: { a: 2, b: 5 }, output: 10 },
      { input: { a: 1, b: 0 }, output: 0 },
    ];
    const first = await measure(bundle({ code, cases }));
    expect(first).toMatchObject({ strength: { mutants: 32 } });
    expect(await measure(bundle({ code, cases }))).toEqual(first);
    expect(sandbox.alive).toBe(0);
  });

  it("survives what no count of steps ends: each change of its own process, until they are used up", async () => {
    const code = `const slow = (n: number) => /^(a+)+$/.test("a".repeat(n) + "b");
      export default ({ a, b }: { a: number; b: number }): number => (slow(a > 5 ? 60 : 3) ? 1 : a + b);`;
    const cases = [{ input: { a: 1, b: 2 }, output: 3 }];
    const result = await measure(bundle({ code, cases }), { cpuSeconds: 0.4, processes: 8 });
    expect(result).toMatchObject({ strength: { mutants: expect.any(Number) } });
    expect(await measure(bundle({ code, cases }), { cpuSeconds: 0.4, processes: 1 })).toEqual({
      unknown: "too many changed programs hang or crash",
    });
  });

  it("is unknown where the action itself takes too many steps, or there is nothing to change", async () => {
    const code = `export default ({ a, b }: { a: number; b: number }): number => {
      let sum = a; for (let i = 0; i < 1_000; i++) sum += 0; return sum + b; };`;
    const result = await measure(bundle({ code, cases: [{ input: { a: 1, b: 2 }, output: 3 }] }), {
      steps: 500,
    });
    expect(result).toEqual({
      unknown: "the action itself takes more than 500 steps, or cannot be run twice",
    });
    expect(await measure(bundle({ code: "export default ({ a }) => a;", cases: WEAK }))).toEqual({
      unknown: "there is nothing in it to change",
    });
  });

  it("is unknown where one changed program spoils the process for the next", async () => {
    const code = `if (1 + 1 !== 2) Object.prototype.toJSON = () => 7;
      export default ({ a, b }) => ({ sum: a + b });`;
    const cases = [{ input: { a: 1, b: 2 }, output: { sum: 3 } }];
    expect(await measure(bundle({ code, cases, output: { type: "object" } }))).toEqual({
      unknown: "changed programs do not leave each other alone",
    });
  });

  it("rejects with the signal's reason, and leaves no process", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const code = `export default async ({ a, b }) => { await new Promise((done) => setTimeout(done, 200)); return a + b; };`;
    const options = { start: FIRST_LOOK, signal: abort.signal };
    const measuring = measureStrength({ sandbox, schemas, analysis }, bundle({ code }), options);
    await expect.poll(() => sandbox.alive).toBeGreaterThan(0);
    abort.abort(reason);
    await expect(measuring).rejects.toBe(reason);
    expect(sandbox.alive).toBe(0);
  });
});
