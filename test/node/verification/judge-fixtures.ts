import type { Case } from "@action-collective/protocol";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";
import { Sandbox, type SandboxOptions } from "../../../node/src/sandbox/sandbox.ts";
import { WorkerSchemaChecker } from "../../../node/src/schemas/schema-checker.ts";
import { createJudge } from "../../../node/src/verification/judge.ts";
import type { Report, TestableBundle } from "../../../node/src/verification/report.ts";

export const ADD = "export default ({ a, b }: { a: number; b: number }): number => a + b;";

export const ADD_CASES: readonly Case[] = [
  { input: { a: 1, b: 2 }, output: 3 },
  { input: { a: -1, b: 1 }, output: 0 },
  { input: { a: 0.1, b: 0.2 }, output: 0.3, tolerance: 1e-9 },
];

const TWO_NUMBERS = {
  type: "object",
  properties: { a: { type: "number" }, b: { type: "number" } },
  required: ["a", "b"],
  additionalProperties: false,
};

/** A bundle that adds two numbers, with what a test wants otherwise. */
export function bundle(changes: Partial<TestableBundle> & { code?: string } = {}): TestableBundle {
  const { code = ADD, ...rest } = changes;
  return {
    source: { code, language: "typescript" },
    input: TWO_NUMBERS,
    output: { type: "number" },
    cases: ADD_CASES,
    ...rest,
  };
}

/** A test module around some statements. */
export function testModule(body: string): string {
  return `import { test, assert, assertEquals, assertAlmostEquals, assertRejects } from "action-collective/test";
import action from "./action.ts";
${body}`;
}

export interface Bench {
  readonly sandbox: Sandbox;
  judge(bundle: TestableBundle, signal?: AbortSignal): Promise<Report>;
  close(): Promise<void>;
}

export interface BenchOptions extends SandboxOptions {
  /** Whether what passed is run again, and its strength measured. */
  readonly thorough?: boolean;
}

/** A judge over the real sandbox and the real schema checker. */
export async function openBench({ thorough, ...options }: BenchOptions = {}): Promise<Bench> {
  const sandbox = await Sandbox.open(options);
  const schemas = new WorkerSchemaChecker();
  const analysis = createSourceAnalysis();
  const judge = createJudge({
    sandbox,
    schemas,
    clock: Date.now,
    ...(thorough === true ? { analysis } : {}),
  });
  return {
    sandbox,
    judge: (one, signal = new AbortController().signal) => judge.judge(one, { signal }),
    async close() {
      await sandbox.stop();
      await schemas.stop();
      await analysis.stop();
    },
  };
}
