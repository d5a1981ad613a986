import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxLimits } from "../../../node/src/sandbox/limits.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";
import type { ActionSource, CallOutcome, StartOptions, TestSource } from "../../../node/src/sandbox/types.ts";
import { WorkerSchemaChecker } from "../../../node/src/schemas/schema-checker.ts";
import { createJudge } from "../../../node/src/verification/judge.ts";
import { bundle, testModule } from "../verification/judge-fixtures.ts";
import { type Canaries, layCanaries } from "./canaries.ts";
import { HOSTILE_ACTIONS } from "./hostile-actions.ts";
import { HOSTILE_TESTS } from "./hostile-tests.ts";
import { NO_FILTER } from "./no-filter.ts";

/** Short limits: what is hostile shall not take long either. */
const LIMITS = { cpuSeconds: 1, wallMs: 20_000, memoryMb: 128, heapMb: 64 };

let sandbox: Sandbox;
let canaries: Canaries;
const schemas = new WorkerSchemaChecker();
const said: unknown[] = [];

beforeAll(async () => {
  canaries = await layCanaries();
  sandbox = await Sandbox.open({ limits: LIMITS, processes: 4, filter: NO_FILTER });
});

afterAll(async () => {
  await sandbox.stop();
  await schemas.stop();
  expect(sandbox.alive).toBe(0);
  await canaries.verify(said);
  await canaries.close();
});

describe.concurrent("a hostile action, with no scan before it, that tries to", () => {
  for (const { tries, code, must, limits } of HOSTILE_ACTIONS) {
    it(tries, async () => {
      const text = typeof code === "string" ? code : code(canaries);
      const source = { code: text, language: "javascript" } as const;
      const outcome = await sandbox.runOnce(source, {}, { limits: limits ?? {} });
      said.push(outcome);
      expect(matches(outcome, must), JSON.stringify(outcome)).toBe(true);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      await canaries.verify(outcome);
    });
  }
});

describe.concurrent("a hostile test of a wrong action, with no scan before it, that tries to", () => {
  for (const { tries, code, must, limits } of HOSTILE_TESTS) {
    it(tries, async () => {
      const bench = { ...sandboxWith(limits), description: sandbox.description };
      const judge = createJudge({ sandbox: bench, schemas, clock: Date.now });
      const test = testModule(typeof code === "string" ? code : code(canaries));
      const report = await judge.judge(bundle({ code: "export default () => 0;", cases: [], test }), {
        signal: new AbortController().signal,
      });
      said.push(report);
      expect(report, report.reason).toMatchObject(must);
      expect(JSON.stringify(report)).not.toMatch(/\\u001b|\u202e/);
      await canaries.verify(report);
    });
  }
});

/** The one sandbox, with other limits for what is started through this. */
function sandboxWith(limits: Partial<SandboxLimits> = {}) {
  return {
    limits: sandbox.limits,
    reserve: sandbox.reserve.bind(sandbox),
    startAction: (source: ActionSource, options: StartOptions) =>
      sandbox.startAction(source, { ...options, limits }),
    startTest: (source: TestSource, options: StartOptions) =>
      sandbox.startTest(source, { ...options, limits }),
  };
}

function matches(outcome: CallOutcome, must: readonly object[]): boolean {
  return must.some((expected) => {
    try {
      expect(outcome).toMatchObject(expected);
      return true;
    } catch {
      return false;
    }
  });
}
