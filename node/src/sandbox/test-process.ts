import { assertJsonDepth, cleanText, type Json, limits as protocolLimits } from "@action-collective/protocol";
import { errorOf } from "./action-process.ts";
import type { Frame, SandboxChild } from "./child.ts";
import { JSON_DEPTH, LOG_LINE_CHARACTERS, type SandboxLimits } from "./limits.ts";
import type { LogKeeper } from "./log-keeper.ts";
import { RelayBudget } from "./relay-budget.ts";
import type { AllowedImport } from "./scan.ts";
import type { Slot } from "./slots.ts";
import type {
  CallAnswer,
  CallHandler,
  RoundEnd,
  TestOutcome,
  TestProcess,
  TestResult,
  TestSource,
} from "./types.ts";

/** As many tests as the realm lets a module define. */
const MOST_TESTS = 500;

export interface TestProcessOptions {
  readonly child: SandboxChild;
  readonly source: TestSource;
  readonly imports: readonly AllowedImport[];
  /** Set under verification only. */
  readonly clock: number | undefined;
  readonly limits: SandboxLimits;
  readonly logs: LogKeeper;
  readonly now: () => number;
  readonly slot: Slot | undefined;
}

interface Round {
  readonly handler: CallHandler;
  readonly abort: AbortController;
  readonly startedAt: number;
  readonly settle: (outcome: TestOutcome) => void;
  readonly budget: RelayBudget;
  answered: number;
}

/** The parent's side of a test's process: relays and counts its calls, and takes its report as an opinion. */
export class SandboxedTest implements TestProcess {
  readonly #options: TestProcessOptions;
  #round: Round | undefined;
  #final: TestOutcome | undefined;

  constructor(options: TestProcessOptions) {
    this.#options = options;
    const { child, source, imports, clock, limits, slot } = options;
    child.onFrame = (frame, bytes) => this.#receive(frame, bytes);
    void child.ended.then((ending) => {
      slot?.[Symbol.dispose]();
      this.#final ??= ending;
      this.#settle(this.#final);
    });
    child.send(
      JSON.stringify({
        token: child.token,
        code: source.code,
        language: source.language,
        imports,
        clock,
        bounds: { bytes: limits.jsonBytes, depth: JSON_DEPTH },
      }),
    );
  }

  /**
   * Evaluates the module and runs its tests once. One round at a time; a round that leaves calls in flight, or
   * passes a limit, is the process's last. @throws the signal's reason
   */
  async run(handler: CallHandler, signal?: AbortSignal, until: RoundEnd = "all-run"): Promise<TestOutcome> {
    signal?.throwIfAborted();
    if (this.#round !== undefined) throw new Error("A round of this test is already under way");
    if (this.#final !== undefined) return this.#final;
    const { child, limits, now } = this.#options;
    const onAbort = () => child.kill({ status: "unavailable", message: "the test was given up" });
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(() => {
      child.kill({ status: "limit", limit: "wall", message: `took longer than ${limits.wallMs} ms` });
    }, limits.wallMs);
    const abort = new AbortController();
    try {
      const outcome = await new Promise<TestOutcome>((settle) => {
        const budget = new RelayBudget(limits);
        this.#round = { handler, abort, settle, startedAt: now(), budget, answered: 0 };
        child.send(JSON.stringify({ until }));
      });
      signal?.throwIfAborted();
      if (outcome.status === "finished" && outcome.inFlight > 0) await this.close();
      return outcome;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      abort.abort();
    }
  }

  logs(): string[] {
    return this.#options.logs.lines();
  }

  async close(): Promise<void> {
    this.#options.child.kill({ status: "unavailable", message: "the process was closed" });
    await this.#options.child.ended;
  }

  #receive(frame: Frame, bytes: number): void {
    const round = this.#round;
    if (round === undefined) return;
    if (frame.t === "call") void this.#relay(round, frame, bytes);
    else if (frame.t === "done") this.#settle(this.#finished(round, frame));
    else if (frame.t === "not-loaded") this.#settle({ status: "not-loaded", ...errorOf(frame.error) });
  }

  async #relay(round: Round, { id, input }: Frame, bytes: number): Promise<void> {
    const { child } = this.#options;
    if (typeof id !== "number" || input === undefined) return;
    if (this.#isTooMuch(round.budget.asked(bytes))) return;
    const answer = await answerTo(round, input as Json).catch((error: Error) => {
      child.kill({ status: "unavailable", message: error.message });
      return undefined;
    });
    if (answer === undefined || this.#round !== round) return;
    const json = JSON.stringify({ id, ...answer });
    if (this.#isTooMuch(round.budget.answered(Buffer.byteLength(json)))) return;
    round.answered++;
    child.send(json);
  }

  #isTooMuch(message: string | undefined): boolean {
    if (message !== undefined) this.#options.child.kill({ status: "limit", limit: "calls", message });
    return message !== undefined;
  }

  #finished(round: Round, frame: Frame): TestOutcome {
    const tests = Array.isArray(frame.tests) ? frame.tests.slice(0, MOST_TESTS).map(testResult) : [];
    return {
      status: "finished",
      tests,
      assertions: countOf(frame.assertions),
      calls: round.budget.calls,
      // What the parent sees now, or what the realm saw at the end of a test and is answered by now.
      inFlight: Math.max(round.budget.calls - round.answered, countOf(frame.unawaited)),
      durationMs: this.#options.now() - round.startedAt,
    };
  }

  #settle(outcome: TestOutcome): void {
    const round = this.#round;
    this.#round = undefined;
    round?.settle(outcome);
  }
}

async function answerTo(round: Round, input: Json): Promise<CallAnswer> {
  try {
    assertJsonDepth(input, JSON_DEPTH, "The input");
  } catch (error) {
    return { error: { name: "LimitExceededError", message: (error as Error).message } };
  }
  return round.handler(input, round.abort.signal);
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

function testResult(described: unknown): TestResult {
  const { name, status, message } = (described ?? {}) as Record<string, unknown>;
  return {
    name: cleanText(typeof name === "string" ? name : "?", protocolLimits.reasonCharacters),
    status: status === "passed" ? "passed" : "failed",
    ...(typeof message === "string" ? { message: cleanText(message, LOG_LINE_CHARACTERS) } : {}),
  };
}
