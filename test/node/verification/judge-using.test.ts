import type { Bundle } from "@action-collective/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";
import { SandboxUnavailableError } from "../../../node/src/sandbox/errors.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";
import { WorkerSchemaChecker } from "../../../node/src/schemas/schema-checker.ts";
import { createJudge, type JudgeParts } from "../../../node/src/verification/judge.ts";
import type { TestableBundle } from "../../../node/src/verification/report.ts";
import { DOUBLE, FOURFOLD, usesOf, using } from "../uses/using.ts";
import { testModule } from "./judge-fixtures.ts";

let sandbox: Sandbox;
const schemas = new WorkerSchemaChecker();
const analysis = createSourceAnalysis();
beforeAll(async () => {
  sandbox = await Sandbox.open({ processes: 2 });
});
afterAll(() => Promise.all([sandbox.stop(), schemas.stop(), analysis.stop()]));

function testable({ manifest, code }: Bundle, all: readonly Bundle[] = [], test?: string): TestableBundle {
  const { language, input, output, cases, permissions } = manifest;
  const uses = manifest.uses === undefined ? {} : { uses: usesOf({ manifest } as Bundle, all) };
  return {
    source: { code, language },
    ...{ input, output, cases, permissions },
    ...(test === undefined ? {} : { test: test.replace("./action.ts", "./action.js") }),
    ...uses,
  };
}

const judge = (bundle: TestableBundle, parts: Partial<JudgeParts> = {}) =>
  createJudge({ sandbox, schemas, clock: Date.now, ...parts }).judge(bundle, {
    signal: AbortSignal.timeout(60_000),
  });

const NUMBER = { type: "number" };

describe("an action that uses others", () => {
  test("is judged with them: cases, test module, stubs, another look, and the strength of its test", async () => {
    const module = testModule(`test("four times", async () => {
      assertEquals(await Promise.all([action(1), action(-2), action(0)]), [4, -8, 0]);
      await assertRejects(() => action(13), "unlucky");
    });`);
    const report = await judge(testable(FOURFOLD, [DOUBLE], module), { analysis });
    expect(report).toMatchObject({ outcome: "pass", calls: 4 });
    expect(report.strength?.mutants).toBeGreaterThan(0);
    expect(report.strength?.killed).toBe(report.strength?.mutants);
  });

  test("fails where it is wrong, and says what the other threw", async () => {
    const wrong = using(
      "wrong",
      `export default async (x, { call }) => (await call("${DOUBLE.id}", x)) + 1;`,
      {
        ...{ input: NUMBER, output: NUMBER, uses: [DOUBLE.id] },
        cases: [
          { input: 1, output: 3 },
          { input: 2, output: 4 },
          { input: 13, output: 1 },
        ],
      },
    );
    const report = await judge(testable(wrong, [DOUBLE]));
    expect(report).toMatchObject({ outcome: "fail", code: "case-failed" });
    expect(report.cases.map(({ status, message }) => [status, message])).toEqual([
      ["passed", undefined],
      ["failed", "$ is 5, expected 4"],
      ["failed", "expected an output, but it threw RangeError: unlucky"],
    ]);
  });

  test.each([
    [
      "ended in the case before",
      `if (x < 0) for (;;) console.log("x".repeat(50_000)); return x;`,
      [-1, 1, -2],
    ],
    ["is worn out by it", `if (++calls > 1) for (;;) console.log("x".repeat(50_000)); return x;`, [1, 2, 3]],
  ])("gets a fresh process of one that %s", async (_, body, inputs) => {
    const fragile = using("fragile", `let calls = 0; export default (x) => { ${body} };`);
    const careful = using(
      "careful",
      `export default async (x, { call }) => await call("${fragile.id}", x).catch(({ name }) => name);`,
      {
        uses: [fragile.id],
        cases: inputs.map((x) => ({ input: x, output: x < 0 ? "UsedActionStoppedError" : x })),
      },
    );
    expect((await judge(testable(careful, [fragile]))).reason).toBe("passed");
  });

  test("leaves the verdict open where the other ends in every case: each may spend all its processor time", async () => {
    const crashing = using("crashing", `export default () => { for (;;) console.log("x".repeat(50_000)); };`);
    const calm = (cases: number) =>
      using("calm", `export default (x, { call }) => call("${crashing.id}", x).catch(() => x);`, {
        ...{ uses: [crashing.id] },
        cases: Array.from({ length: cases }, (_, x) => ({ input: x, output: x })),
      });
    expect((await judge(testable(calm(5), [crashing]))).reason).toBe("passed");
    expect(await judge(testable(calm(6), [crashing]))).toMatchObject({
      ...{ outcome: "unknown", reason: expect.stringContaining("its processes are used up") },
    });
  });

  test("leaves the verdict open where the machine could not start the other, whatever it makes of that", async () => {
    const startAction: Sandbox["startAction"] = (source, options) => {
      if (source.code === DOUBLE.code) throw new SandboxUnavailableError("no more processes");
      return sandbox.startAction(source, options);
    };
    const faulty = {
      ...{ limits: sandbox.limits, description: sandbox.description, startAction },
      reserve: sandbox.reserve.bind(sandbox),
      startTest: sandbox.startTest.bind(sandbox),
    };
    const content = using(
      "content",
      `export default async (x, { call }) => { await call("${DOUBLE.id}", x).catch(() => {}); return 0; };`,
      { uses: [DOUBLE.id], cases: [1, 2, 3].map((x) => ({ input: x, output: 0 })) },
    );
    expect(await judge(testable(content, [DOUBLE]), { sandbox: faulty })).toMatchObject({
      ...{ outcome: "unknown", code: "sandbox-unavailable" },
    });
  });

  test("hangs on time and chance where they do", async () => {
    const year = using("year", "export default () => new Date().getFullYear();");
    const dated = using("dated", `export default (_, { call }) => call("${year.id}", 1);`, {
      ...{ uses: [year.id] },
      cases: [1, 2, 3].map((input) => ({ input, output: 2025 })),
    });
    expect(await judge(testable(dated, [year]), { analysis })).toMatchObject({ code: "flaky" });
  });
});

describe("an action whose cases bring answers of the network along", () => {
  const URL_OF = "https://rates.example.org/v1?base=EUR";
  const CODE = `export default async ({ to, amount }, { secrets }) => {
    const response = await fetch("https://rates.example.org/v1?base=EUR", { headers: { authorization: secrets.KEY } });
    if (!response.ok) throw new Error("the service answered " + response.status);
    const { rates } = await response.json();
    return Math.round(amount * rates[to] * 100) / 100;
  };`;
  const rates = (USD: number) => [{ url: URL_OF, body: { json: { rates: { USD } } } }];
  const converter = using("convert", CODE, {
    ...{ output: NUMBER, permissions: { net: ["rates.example.org"], secrets: ["KEY"] } },
    cases: [
      { input: { to: "USD", amount: 10 }, output: 11, fetches: rates(1.1) },
      { input: { to: "USD", amount: 3 }, output: 3.6, fetches: rates(1.2) },
      { input: { to: "USD", amount: 1 }, error: "answered 503", fetches: [{ url: URL_OF, status: 503 }] },
      { input: { to: "USD", amount: 1 }, error: "no answer to GET https://rates.example.org/v1?base=EUR" },
    ],
  });

  test("passes, twice, and its strength is measured with the same answers", async () => {
    const report = await judge(testable(converter), { analysis });
    expect(report, report.reason).toMatchObject({ outcome: "pass", permissionsObserved: ["net: fetch"] });
    expect(report.strength?.killed).toBeGreaterThan((report.strength?.mutants ?? 0) * 0.6);
  });

  test("answers its test module from all cases, the first that fits", async () => {
    const module = testModule(`test("converts", async () => {
      assertEquals(await action({ to: "USD", amount: 100 }), 110);
      await assertRejects(() => action({ to: "XXX", amount: 1 }), "NaN");
    });`);
    expect(await judge(testable(converter, [], module))).toMatchObject({ outcome: "pass", calls: 2 });
  });

  test("sees each secret that it asks for as its own name, and no other; without answers it sees none", async () => {
    const code = "export default (_, { secrets }) => secrets;";
    const permissions = { net: ["a.org"], secrets: ["KEY", "TOKEN"] };
    const output = { KEY: "KEY", TOKEN: "TOKEN" };
    const fetches = [{ url: "https://a.org/" }];
    const shown = using("shown", code, {
      permissions,
      cases: [1, 2, 3].map((input) => ({ input, output, ...(input === 1 ? { fetches } : {}) })),
    });
    expect(await judge(testable(shown))).toMatchObject({ outcome: "pass" });
    const hidden = using("hidden", code, {
      permissions,
      cases: [1, 2, 3].map((input) => ({ input, output: {} })),
    });
    expect(await judge(testable(hidden))).toMatchObject({ outcome: "pass" });
  });

  test("hands its answers on to what it uses, as far as that asks for the host", async () => {
    const code = `export default async (url) => {
      if (typeof fetch === "undefined") return "no fetch";
      return await fetch(url).then((response) => response.text(), (error) => error.message);
    };`;
    const asking = using("asking", code, { permissions: { net: ["a.org"] } });
    const pure = using("pure", code);
    const all = [asking, pure];
    const fetches = [
      { url: "https://a.org/", body: { text: "A" } },
      { url: "https://b.org/", body: { text: "B" } },
    ];
    const both = using(
      "both",
      `export default async (url, { call }) => [
        await fetch(url).then((one) => one.text()), await call("${asking.id}", url), await call("${pure.id}", url)];`,
      {
        ...{ uses: all.map(({ id }) => id), permissions: { net: ["a.org", "b.org"] } },
        cases: [
          { input: "https://a.org/", output: ["A", "A", "no fetch"], fetches },
          {
            input: "https://b.org/",
            output: ["B", "the case holds no answer to GET https://b.org/", "no fetch"],
            fetches,
          },
          { input: "https://a.org/", error: "no answer" },
        ],
      },
    );
    expect((await judge(testable(both, all))).reason).toBe("passed");
  });
});
