import type { Json } from "@action-collective/protocol";
import type { CallAnswer, RoundEnd, TestOutcome, TestProcess } from "../sandbox/types.ts";
import type { Invocation } from "./judge-invoke.ts";
import { type Finding, failed, findingOfEnd, PASSED } from "./judge-outcome.ts";
import type { TestReport } from "./report.ts";

export interface TestJudgement {
  readonly finding: Finding;
  readonly tests: TestReport[];
  readonly calls: number;
  readonly assertions: number;
}

/** Runs a test module once against the real action and judges what it did; its own word is only one part of that. */
export async function judgeTest(
  test: TestProcess,
  call: (input: Json, signal: AbortSignal) => Promise<Invocation>,
  signal: AbortSignal,
  until?: RoundEnd,
): Promise<TestJudgement> {
  let reached = 0;
  /** What the parent saw go wrong during the calls, whatever the test made of it. */
  let seen: Finding | undefined;
  let stop: unknown;

  const outcome = await test.run(
    async (input, roundSignal) => {
      try {
        const invocation = await call(input, roundSignal);
        if (invocation.kind !== "error" || invocation.from === "action") reached++;
        seen ??= wrong(invocation);
        return answerOf(invocation);
      } catch (error) {
        // A round that is over has nobody to tell.
        if (!roundSignal.aborted) stop ??= error;
        throw error;
      }
    },
    signal,
    until,
  );
  if (stop !== undefined) throw stop;

  const finding = seen ?? findingOfTest(outcome, reached);
  if (outcome.status !== "finished") return { finding, tests: [], calls: reached, assertions: 0 };
  return { finding, tests: outcome.tests, calls: outcome.calls, assertions: outcome.assertions };
}

function wrong(invocation: Invocation): Finding | undefined {
  if (invocation.kind === "ended") return findingOfEnd(invocation.outcome, "the action");
  if (invocation.kind === "invalid-output")
    return failed("output-invalid", `the output does not match the action's schema: ${invocation.problem}`);
  return undefined;
}

/** Pure. A test that never calls the action, asserts nothing or leaves calls in flight says nothing: it is vacuous. */
export function findingOfTest(outcome: TestOutcome, reached: number): Finding {
  if (outcome.status !== "finished") return findingOfEnd(outcome, "the test");
  const { tests, assertions, inFlight } = outcome;
  if (inFlight > 0) return failed("vacuous-test", `${inFlight} calls or assertions were not awaited`);
  const broken = tests.find((one) => one.status === "failed");
  if (broken !== undefined) return failed("test-failed", `"${broken.name}": ${broken.message ?? "failed"}`);
  if (tests.length === 0) return failed("vacuous-test", "the test module defines no test");
  if (reached === 0)
    return failed("vacuous-test", "the test never calls the action with an input it accepts");
  if (assertions === 0) return failed("vacuous-test", "the test asserts nothing");
  return PASSED;
}

function answerOf(invocation: Invocation): CallAnswer {
  switch (invocation.kind) {
    case "answered":
      return { output: invocation.output };
    case "error":
      return { error: { name: invocation.name, message: invocation.message } };
    case "invalid-output":
      return {
        error: { name: "OutputInvalidError", message: `the output does not match: ${invocation.problem}` },
      };
    case "ended":
      return { error: { name: "SandboxError", message: invocation.outcome.message } };
  }
}
