import { bodies } from "@action-collective/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verdictOf } from "../../../node/src/verification/verdict.ts";
import { type Bench, bundle, openBench, testModule } from "./judge-fixtures.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ thorough: true });
});
afterAll(() => bench.close());

const text = { output: { type: "string" } };
const once = (output: number | string) => [{ input: { a: 1, b: 2 }, output }];

describe("a unit test that passes once", () => {
  it("is flaky when chance decides a case", async () => {
    const code = "export default () => Math.random();";
    const first = await bench.judge(bundle({ code, cases: once(-1) }));
    const drawn = Number(first.cases[0]?.actual);
    expect(drawn).toBeGreaterThan(0);
    // The draw of the first look, written into the test: a pass by luck.
    const report = await bench.judge(bundle({ code, cases: once(drawn) }));
    expect(report).toMatchObject({ outcome: "fail", code: "flaky" });
    expect(report.reason).toBe("flaky: case 1 passes, but not with another seed and time");
    expect(report.cases[0]).toMatchObject({ status: "failed", expected: String(drawn) });
    expect(report.strength).toBeUndefined();
  });

  it("is flaky when the date decides it", async () => {
    const code = "export default () => new Date().getFullYear();";
    expect(await bench.judge(bundle({ code, cases: once(2025) }))).toMatchObject({ code: "flaky" });
  });

  it("is flaky when only the test module hangs on chance, and says which test", async () => {
    const test = testModule(`
      test("steady", async () => { assertEquals(await action({ a: 1, b: 1 }), 2); });
      test("moody", async () => { assert(new Date().getFullYear() < 2030); });`);
    const report = await bench.judge(bundle({ test }));
    expect(report.reason).toBe('flaky: test "moody" passes, but not with another seed and time');
    expect(report.tests.map(({ status }) => status)).toEqual(["passed", "failed"]);
  });

  it("passes when chance and time make no difference", async () => {
    const code = `export default ({ a, b }) => { const at = Date.now(); Math.random(); return a + b + 0 * at; };`;
    expect(await bench.judge(bundle({ code }))).toMatchObject({ outcome: "pass", code: "passed" });
  });
});

describe("time under verification", () => {
  it("starts at the same moment for every peer, and goes on with each reading", async () => {
    const code = `export default () => [
      new Date().toISOString(), Date().slice(0, 15), Date.now(), performance.now(), performance.timeOrigin,
      Temporal.Now.plainDateISO(), new Intl.DateTimeFormat("en").format(), Temporal.Now.instant(),
      new Date(2020, 0, 1).toISOString(), new Date(0) instanceof Date, Date.name, new (class extends Date {})().getTime(),
    ].join(" ");`;
    const report = await bench.judge(bundle({ code, cases: once("?"), ...text }));
    expect(report.cases[0]?.difference?.actual).toBe(
      `"2025-01-15T10:30:00.000Z Wed Jan 15 2025 1736937000002 3 1736937000000 2025-01-15 1/15/2025 ` +
        `2025-01-15T10:30:00.006Z 2020-01-01T00:00:00.000Z true Date 1736937000007"`,
    );
  });

  it("passes for a loop that waits for it, and with timers", async () => {
    const code = `export default async () => {
      const start = Date.now();
      while (Date.now() - start < 1_000);
      await new Promise((done) => setTimeout(done, 20));
      return Date.now() - start;
    };`;
    const report = await bench.judge(bundle({ code, cases: once(1_021) }));
    expect(report).toMatchObject({ outcome: "pass" });
  });

  it("is the same for the test as for the action", async () => {
    const code = "export default ({ a, b }) => new Date(a).getDate() === new Date().getDate() ? 1 : b;";
    const test = testModule(`test("today", async () => {
      assertEquals(await action({ a: Date.now(), b: 7 }), 1);
      assertEquals(await action({ a: 0, b: 7 }), 7);
    });`);
    expect(await bench.judge(bundle({ code, cases: [], test }))).toMatchObject({ outcome: "pass" });
  });
});

describe("a thorough report", () => {
  it("gives the figures of its strength to the verdict, and keeps the survivors", async () => {
    const report = await bench.judge(bundle({ code: "export default ({ a, b }) => (a > 9 ? 0 : a + b);" }));
    const body = verdictOf(report);
    expect(bodies.verdict.parse(body)).toEqual(body);
    expect(body.strength).toEqual({ mutants: 8, killed: report.strength?.killed });
    expect(report.strength?.survived.length).toBe(8 - (report.strength?.killed ?? 0));
  });

  it("says how strong the test is, what the action looked for and what it answered", async () => {
    const code = `export default ({ a, b }) => {
      console.error("one"); console.log("two"); console.info("three");
      if (typeof fetch === "function" || typeof Deno !== "undefined") return -1;
      return a + b;
    };`;
    const report = await bench.judge(
      bundle({ code, cases: [{ input: { a: 0.1, b: 0.2 }, output: 0.3, tolerance: 1e-9 }] }),
    );
    expect(report).toMatchObject({ outcome: "pass", strength: { mutants: expect.any(Number) } });
    expect(report.strength?.killed).toBeLessThan(report.strength?.mutants ?? 0);
    expect(report.permissionsObserved).toEqual(["net: fetch", "host: Deno"]);
    expect(report.logs).toEqual(["one", "two", "three"]);
    expect(report.cases[0]).toMatchObject({
      input: '{"a":0.1,"b":0.2}',
      expected: "0.3",
      actual: "0.30000000000000004",
    });
  });

  it("says why there is no strength", async () => {
    const report = await bench.judge(bundle({ code: "export default ({ a }) => a;", cases: once(1) }));
    expect(report).toMatchObject({ outcome: "pass", strengthUnknown: "there is nothing in it to change" });
  });

  it("looks twice at no failure", async () => {
    const report = await bench.judge(bundle({ code: "export default () => 0;", cases: once(1) }));
    expect(report).toMatchObject({ outcome: "fail", code: "case-failed" });
    expect(report).not.toHaveProperty("strength");
    expect(report).not.toHaveProperty("strengthUnknown");
  });
});
