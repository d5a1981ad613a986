import type { Json } from "@action-collective/protocol";
import type { CallAnswer, TestProcess, TestResult } from "../sandbox/types.ts";
import { type Finding, failed, findingOfEnd, PASSED } from "./judge-outcome.ts";

/** An action that does nothing useful; a test that passes against it proves nothing. */
interface Stub {
  readonly what: string;
  readonly answer: (input: Json) => CallAnswer;
}

/**
 * The classic empty implementations. Few, because each costs a round; a stub with the first real output would
 * refuse honest tests that make a single call.
 */
const STUBS: readonly Stub[] = [
  { what: "always returns null", answer: () => ({ output: null }) },
  { what: "always returns {}", answer: () => ({ output: {} }) },
  { what: "returns its input", answer: (input) => ({ output: input }) },
  { what: "always throws", answer: () => ({ error: { name: "Error", message: "not implemented" } }) },
];

export interface StubParts {
  /** The process in which the test has just passed; others take its place when a round spends it. */
  readonly test: TestProcess;
  readonly restart: () => Promise<TestProcess>;
  /** Why the schema refuses an input, as for the real action. */
  readonly refusal: (input: Json) => Promise<{ name: string; message: string } | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Runs the test against every stub: it must fail each time. That finds careless tests; a malicious one can tell a
 * stub from the action as any good test can, so nothing is lost by using one process for all rounds.
 */
export async function judgeAgainstStubs({ test, restart, refusal, signal }: StubParts): Promise<Finding> {
  let current = test;
  let spent = false;
  try {
    for (const stub of STUBS) {
      if (spent) current = await restart();
      const outcome = await current.run(
        async (input) => {
          const error = await refusal(input);
          return error === undefined ? stub.answer(input) : { error };
        },
        signal,
        "first-failure",
      );
      if (outcome.status === "unavailable") return findingOfEnd(outcome, "the test");
      spent = outcome.status !== "finished" || outcome.inFlight > 0;
      // It hung, crashed or left calls behind: it did not pass.
      if (spent) await current.close();
      else if (outcome.status === "finished" && passed(outcome.tests))
        return failed("insensitive-test", `the test also passes against an action that ${stub.what}`);
    }
    return PASSED;
  } finally {
    await current.close();
  }
}

function passed(tests: readonly TestResult[]): boolean {
  return tests.length > 0 && tests.every((one) => one.status === "passed");
}
