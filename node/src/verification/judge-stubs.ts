import type { Json } from "@action-collective/protocol";
import type { CallAnswer, TestProcess } from "../sandbox/types.ts";
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
  readonly start: () => Promise<TestProcess>;
  /** Why the schema refuses an input, as for the real action. */
  readonly refusal: (input: Json) => Promise<{ name: string; message: string } | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Runs the test against every stub: it must fail each time. One process serves the rounds, since this finds
 * careless tests; against a malicious one no stub would help, it can tell the stub from the action as any test can.
 */
export async function judgeAgainstStubs({ start, refusal, signal }: StubParts): Promise<Finding> {
  let process: TestProcess | undefined;
  try {
    for (const stub of STUBS) {
      process ??= await start();
      const outcome = await process.run(async (input) => {
        const error = await refusal(input);
        return error === undefined ? stub.answer(input) : { error };
      }, signal);
      if (outcome.status === "unavailable") return findingOfEnd(outcome, "the test");
      if (outcome.status === "finished" && outcome.inFlight === 0) {
        if (outcome.tests.every((test) => test.status === "passed"))
          return failed("insensitive-test", `the test also passes against an action that ${stub.what}`);
        continue;
      }
      // It hung, crashed or left calls behind: it did not pass, and its process is spent.
      await process.close();
      process = undefined;
    }
    return PASSED;
  } finally {
    await process?.close();
  }
}
