import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, bundle, openBench, testModule } from "./judge-fixtures.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ limits: { cpuSeconds: 1 } });
});
afterAll(() => bench.close());

describe("cases", () => {
  it("pass when every output is as expected, and the report says what stood", async () => {
    const report = await bench.judge(bundle());
    expect(report).toMatchObject({ outcome: "pass", code: "passed", reason: "passed", calls: 0, tests: [] });
    expect(report.cases.map((one) => one.status)).toEqual(["passed", "passed", "passed"]);
    expect(report.runner).toMatchObject({ runner: "action-collective-runner/2", deno: "2.9.6" });
    expect(report.runner.layers).toContain("deno-permissions");
  });

  it("fail with the first difference", async () => {
    const report = await bench.judge(bundle({ code: "export default () => 3;" }));
    expect(report).toMatchObject({ outcome: "fail", code: "case-failed" });
    expect(report.reason).toBe("case-failed: case 2: $ is 3, expected 0");
    expect(report.cases[1]).toMatchObject({
      status: "failed",
      difference: { path: "$", expected: "0", actual: "3" },
    });
    expect(report.cases[2]?.status).toBe("failed");
  });

  it("can expect an error by a part of its message", async () => {
    const code =
      "export default ({ a, b }) => { if (b === 0) throw new RangeError('division by zero'); return a / b; };";
    const cases = [
      { input: { a: 4, b: 2 }, output: 2 },
      { input: { a: 1, b: 0 }, error: "by zero" },
    ];
    expect(await bench.judge(bundle({ code, cases }))).toMatchObject({ outcome: "pass" });
    const wrong = await bench.judge(bundle({ code, cases: [{ input: { a: 1, b: 0 }, error: "overflow" }] }));
    expect(wrong.reason).toContain('expected an error that contains "overflow"');
    const returned = await bench.judge(bundle({ code, cases: [{ input: { a: 1, b: 1 }, error: "x" }] }));
    expect(returned.reason).toContain("it returned a value");
  });

  it("refuse an input that the schema refuses before the action sees it", async () => {
    const code = "export default () => { throw new Error('was reached'); };";
    const cases = [{ input: { a: "1", b: 2 }, error: "does not match the action's schema" }];
    expect(await bench.judge(bundle({ code, cases }))).toMatchObject({ outcome: "pass" });
  });

  it("fail when an output does not match the schema, whatever was expected", async () => {
    const code = "export default () => 'three';";
    const report = await bench.judge(bundle({ code, cases: [{ input: { a: 1, b: 2 }, output: "three" }] }));
    expect(report).toMatchObject({ outcome: "fail", code: "output-invalid" });
  });

  it("are not needed when there is a test, but one of them is", async () => {
    expect(await bench.judge(bundle({ cases: [] }))).toMatchObject({ outcome: "fail", code: "no-tests" });
  });

  it("skip the rest once the process is gone", async () => {
    const report = await bench.judge(bundle({ code: "export default () => { for (;;); };" }));
    expect(report).toMatchObject({ outcome: "fail", code: "limit", limits: ["cpu"] });
    expect(report.cases.map((one) => one.status)).toEqual(["failed", "skipped", "skipped"]);
  });
});

describe("a language", () => {
  it("may be TypeScript that only a compiler understands", async () => {
    const code = `enum Sign { Plus = 1 }
      namespace Numbers { export const one = Sign.Plus; }
      class Sum { constructor(private readonly a: number, private readonly b: number) {} get value() { return this.a + this.b; } }
      export default async (input: { a: number; b: number }): Promise<number> => new Sum(input.a, input.b).value * Numbers.one;`;
    expect(await bench.judge(bundle({ code }))).toMatchObject({ outcome: "pass" });
  });

  it("may be JavaScript, whose test imports ./action.js", async () => {
    const source = { code: "export default ({ a, b }) => a + b", language: "javascript" } as const;
    const test = testModule(
      `test("adds", async () => { assertEquals(await action({ a: 2, b: 2 }), 4); });`,
    ).replace("./action.ts", "./action.js");
    expect(await bench.judge(bundle({ source, test }))).toMatchObject({ outcome: "pass" });
  });

  it("that cannot be parsed fails", async () => {
    const report = await bench.judge(bundle({ code: "export default (" }));
    expect(report).toMatchObject({ outcome: "fail", code: "not-loaded" });
  });
});

describe("a test module", () => {
  it("passes when it holds for the action and for no stub", async () => {
    const test = testModule(`
      test("adds in any order", async () => {
        for (const [a, b] of [[1, 2], [3, -4], [0, 0.5]])
          assertEquals(await action({ a, b }), await action({ a: b, b: a }));
        assertEquals(await action({ a: 1, b: 0 }), 1);
      });
      test("many at once", async () => {
        const sums = await Promise.all([1, 2, 3].map((a) => action({ a, b: 1 })));
        assertEquals(sums, [2, 3, 4]);
        assertAlmostEquals(await action({ a: 0.1, b: 0.2 }), 0.3);
      });
      test("refuses text", async () => {
        await assertRejects(() => action({ a: "1", b: 2 }), "schema");
      });`);
    const report = await bench.judge(bundle({ cases: [], test }));
    expect(report).toMatchObject({ outcome: "pass", calls: 12, assertions: 7 });
    expect(report.tests.map(({ name, status }) => [name, status])).toEqual([
      ["adds in any order", "passed"],
      ["many at once", "passed"],
      ["refuses text", "passed"],
    ]);
  });

  it("fails with what differed", async () => {
    const test = testModule(
      `test("wrong", async () => { assertEquals({ sum: [await action({ a: 1, b: 1 })] }, { sum: [3] }); });`,
    );
    const report = await bench.judge(bundle({ test }));
    expect(report).toMatchObject({ outcome: "fail", code: "test-failed" });
    expect(report.reason).toContain("$.sum[0] is 2, expected 3");
  });

  it("sees the action's own errors", async () => {
    const code =
      "export default ({ a, b }) => { if (a > 9) throw new RangeError('too big'); return a + b; };";
    const test = testModule(`test("bounds", async () => {
      const error = await assertRejects(action({ a: 10, b: 0 }), "too big");
      assertEquals(error.name, "RangeError");
      assertEquals(await action({ a: 1, b: 1 }), 2);
    });`);
    expect(await bench.judge(bundle({ code, test }))).toMatchObject({ outcome: "pass" });
  });

  it("cannot hide an output that the schema refuses", async () => {
    const code = "export default ({ a, b }) => (a === 7 ? 'seven' : a + b);";
    const test = testModule(`test("hides", async () => {
      await assertRejects(action({ a: 7, b: 0 }));
      assertEquals(await action({ a: 1, b: 1 }), 2);
    });`);
    expect(await bench.judge(bundle({ code, test }))).toMatchObject({
      outcome: "fail",
      code: "output-invalid",
    });
  });

  const vacuous = {
    "defines no test": "await action({ a: 1, b: 1 }); assert(true);",
    "never calls the action": `test("t", () => { assertEquals(1, 1); });`,
    "asserts nothing": `test("t", async () => { await action({ a: 1, b: 1 }); });`,
    "were not awaited": `test("t", () => { action({ a: 1, b: 1 }); assertEquals(1, 1); });
      test("u", async () => { assertEquals(await action({ a: 1, b: 1 }), 2); });`,
    "1 calls or assertions were not awaited": `test("t", async () => {
      assertRejects(new Promise(() => {}), "never");
      assertEquals(await action({ a: 1, b: 1 }), 2);
    });`,
  };
  for (const [what, body] of Object.entries(vacuous)) {
    it(`is vacuous when it ${what}`, async () => {
      const report = await bench.judge(bundle({ test: testModule(body) }));
      expect(report).toMatchObject({ outcome: "fail", code: "vacuous-test" });
      expect(report.reason).toContain(what);
    });
  }

  const insensitive = {
    null: `test("t", async () => { assert((await action({ a: 1, b: 1 })) !== undefined); });`,
    "{}": `test("t", async () => { assert((await action({ a: 1, b: 1 })) !== null); });`,
    "its input": `test("t", async () => { const r = await action({ a: 1, b: 1 }); assert(r === 2 || r.a === 1); });`,
    throws: `test("t", async () => { await action({ a: 1, b: 1 }).then((r) => assertEquals(r, 2), () => assert(true)); });`,
  };
  for (const [stub, body] of Object.entries(insensitive)) {
    it(`is insensitive when it passes against the stub "${stub}"`, async () => {
      const report = await bench.judge(bundle({ test: testModule(body) }));
      expect(report).toMatchObject({ outcome: "fail", code: "insensitive-test" });
      expect(report.reason).toContain(stub);
    });
  }

  it("may hang against a stub: it did not pass then", async () => {
    const test = testModule(`test("waits for the right answer", async () => {
      while ((await action({ a: 1, b: 1 })) !== 2);
      assertEquals(await action({ a: 2, b: 2 }), 4);
    });`);
    expect(await bench.judge(bundle({ test }))).toMatchObject({ outcome: "pass" });
  });
});

describe("two verdicts on one bundle", () => {
  it("are the same where the action draws random numbers or asks for the place", async () => {
    const code = `export default () => [Math.random(), crypto.randomUUID(), new Date(0).toString(), Intl.DateTimeFormat().resolvedOptions().timeZone, (1234.5).toLocaleString()].join();`;
    const cases = [{ input: { a: 1, b: 1 }, output: "?" }];
    const reports = [
      await bench.judge(bundle({ code, cases, output: true })),
      await bench.judge(bundle({ code, cases, output: true })),
    ];
    const [one, two] = reports.map((report) => report.cases[0]?.difference?.actual);
    expect(one).toBe(two);
    expect(one).toMatch(/UTC,1,234\.5"$/);
  });
});

describe("what is nobody's fault", () => {
  it("is unknown: a wall clock that ran out", async () => {
    const short = await openBench({ limits: { wallMs: 500 } });
    try {
      const code = "export default () => new Promise((done) => setTimeout(done, 60_000, 1));";
      const report = await short.judge(bundle({ code }));
      expect(report).toMatchObject({ outcome: "unknown", code: "wall-clock", limits: ["wall"] });
    } finally {
      await short.close();
    }
  });

  it("is unknown: a sandbox that was stopped", async () => {
    const gone = await openBench();
    await gone.close();
    expect(await gone.judge(bundle())).toMatchObject({ outcome: "unknown", code: "sandbox-unavailable" });
  });

  it("rejects with the signal's reason when given up, and leaves no process", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const code = "export default () => new Promise((done) => setTimeout(done, 60_000, 1));";
    const judging = bench.judge(bundle({ code }), abort.signal);
    await expect.poll(() => bench.sandbox.alive).toBeGreaterThan(0);
    abort.abort(reason);
    await expect(judging).rejects.toBe(reason);
    expect(bench.sandbox.alive).toBe(0);
  });
});

describe("what the scan refuses", () => {
  it("is a fail with that code", async () => {
    const action = await bench.judge(bundle({ code: `import x from "node:fs"; export default () => 1;` }));
    expect(action).toMatchObject({ outcome: "fail", code: "scan-refused" });
    const test = await bench.judge(bundle({ test: `import x from "./other.ts";` }));
    expect(test).toMatchObject({ outcome: "fail", code: "scan-refused" });
    expect(bench.sandbox.alive).toBe(0);
  });
});
