import { CollectiveError, type Json } from "@action-collective/protocol";
import { OneAtATime } from "../one-at-a-time.ts";
import { LOG_LINES } from "../sandbox/limits.ts";
import type { ActionProcess, CallOutcome, NetworkAnswer, UsedAnswer, UsedCalls } from "../sandbox/types.ts";
import { isMachineFailure } from "./machine-failures.ts";
import { answersWithin } from "./network-answers.ts";
import type { UsedAction } from "./used-action.ts";

/** What the calls that follow from one call of the calling action share. */
export interface CallSpan {
  readonly network: readonly NetworkAnswer[];
  /** For the calls of an action that names these. */
  of(named: readonly string[]): UsedCalls;
  /** Counts one more call. @returns false when there are too many */
  take(): boolean;
  /** True once there were too many. */
  isSpent(): boolean;
  /** The machine failed. */
  failed(trouble: CallOutcome): void;
}

export interface UsedProcessParts {
  /** Undefined when the processes of all used actions together are used up. */
  readonly start: () => Promise<ActionProcess> | undefined;
  readonly schemas: { check(schema: Json, value: Json): Promise<string | undefined> };
  readonly worn: "replaced" | "ended";
}

type Ended = Exclude<CallOutcome, { status: "returned" | "threw" }>;

/** One used action: its process, while it lives, and the calls that wait for it. */
export class UsedProcess {
  readonly #action: UsedAction;
  readonly #parts: UsedProcessParts;
  readonly #turns = new OneAtATime();
  readonly #logs: string[] = [];
  #running: Promise<ActionProcess> | undefined;
  /** The span in which its process started, and the one in which its last process came to its end. */
  #startedIn: CallSpan | undefined;
  #ended: { readonly span: CallSpan; readonly outcome: Ended } | undefined;

  constructor(action: UsedAction, parts: UsedProcessParts) {
    this.#action = action;
    this.#parts = parts;
  }

  /** Rejects on a bug of ours only. @param signal nobody needs the answer any more: ends the process that is at it */
  async call(input: Json, span: CallSpan, signal: AbortSignal): Promise<UsedAnswer> {
    return await this.#turns.run(async () => {
      try {
        return await this.#answer(input, span, signal);
      } catch (cause) {
        if (signal.aborted) return this.#stopped("nobody waits for it any more");
        if (!(cause instanceof CollectiveError)) throw cause;
        const { name } = this.#action;
        if (isMachineFailure(cause))
          span.failed({ status: "unavailable", message: `${name}: ${cause.message}` });
        return failure(cause.name, `${name}: ${cause.message}`);
      }
    });
  }

  logs(): string[] {
    return this.#logs;
  }

  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    const process = await running?.catch(() => undefined);
    if (process === undefined) return;
    await process.close();
    const lines = process.logs().slice(0, LOG_LINES - this.#logs.length);
    this.#logs.push(...lines.map((line) => `${this.#action.name}: ${line}`));
  }

  async #answer(input: Json, span: CallSpan, signal: AbortSignal): Promise<UsedAnswer> {
    const { name, input: inputSchema, output: outputSchema } = this.#action;
    const { schemas } = this.#parts;
    signal.throwIfAborted();
    const refusal = await schemas.check(inputSchema, input);
    if (refusal !== undefined)
      return failure("InputInvalidError", `the input does not match the schema of ${name}: ${refusal}`);
    const outcome = await this.#outcome(input, span, signal);
    if (outcome.status === "threw") return failure(outcome.name, outcome.message);
    if (outcome.status !== "returned") return this.#stopped(outcome.message);
    const problem = await schemas.check(outputSchema, outcome.output);
    if (problem === undefined) return { output: outcome.output };
    return failure("OutputInvalidError", `the output of ${name} does not match its schema: ${problem}`);
  }

  async #outcome(input: Json, span: CallSpan, signal: AbortSignal): Promise<CallOutcome> {
    if (this.#ended?.span === span) return this.#ended.outcome;
    const { permissions, uses } = this.#action;
    const context = { used: span.of(uses), network: answersWithin(permissions, span.network) };
    for (;;) {
      const process = await this.#process(span);
      if (process === undefined)
        return this.#end({ status: "unavailable", message: "its processes are used up" }, span);
      const wasFresh = this.#startedIn === span;
      const outcome = await process.call(input, signal, context).catch(async (cause: unknown) => {
        // A call that is given up ends its process; whoever calls next gets a fresh one.
        if (signal.aborted) await this.close();
        throw cause;
      });
      if (outcome.status === "returned" || outcome.status === "threw") return outcome;
      await this.close();
      if (wasFresh || this.#parts.worn === "ended" || outcome.status === "unavailable")
        return this.#end(outcome, span);
    }
  }

  #process(span: CallSpan): Promise<ActionProcess> | undefined {
    if (this.#running !== undefined) return this.#running;
    const starting = this.#parts.start();
    this.#startedIn = span;
    this.#running = starting;
    // A process that does not start is tried again by the next call.
    starting?.catch(() => {
      this.#running = undefined;
    });
    return starting;
  }

  /** It answers nothing more in this span. */
  #end(outcome: Ended, span: CallSpan): Ended {
    this.#ended = { span, outcome };
    const byClock = outcome.status === "limit" && outcome.limit === "wall";
    if (byClock || outcome.status === "unavailable") span.failed(outcome);
    return outcome;
  }

  #stopped(message: string): UsedAnswer {
    return failure("UsedActionStoppedError", `${this.#action.name} was stopped: ${message}`);
  }
}

function failure(name: string, message: string): UsedAnswer {
  return { error: { name, message } };
}
