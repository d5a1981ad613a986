import {
  assertJsonDepth,
  cleanText,
  type Json,
  LimitExceededError,
  limits as protocolLimits,
} from "@action-collective/protocol";
import type { Frame, SandboxChild } from "./child.ts";
import { JSON_DEPTH, LOG_LINE_CHARACTERS, type SandboxLimits } from "./limits.ts";
import type { LogKeeper } from "./log-keeper.ts";
import { RelayBudget } from "./relay-budget.ts";
import type { Slot } from "./slots.ts";
import type { ActionProcess, ActionSource, CallContext, CallOutcome, Grants, UsedAnswer } from "./types.ts";

export interface ActionProcessOptions {
  readonly child: SandboxChild;
  readonly source: ActionSource;
  readonly grants: Grants;
  /** Both are set under verification only. */
  readonly clock: number | undefined;
  readonly network: "answered" | undefined;
  readonly limits: SandboxLimits;
  readonly logs: LogKeeper;
  readonly now: () => number;
  /** Given back when the process is gone. */
  readonly slot: Slot | undefined;
}

interface PendingCall {
  readonly id: number;
  readonly startedAt: number;
  readonly context: CallContext;
  /** Of the calls that it makes. */
  readonly budget: RelayBudget;
  readonly abort: AbortController;
  readonly settle: (outcome: CallOutcome) => void;
}

/** The parent's side of an action's process: one call at a time, the first answer to a known id counts. */
export class SandboxedAction implements ActionProcess {
  readonly #options: ActionProcessOptions;
  #last: Promise<unknown> = Promise.resolve();
  #pending: PendingCall | undefined;
  #calls = 0;
  readonly #wishes = new Set<string>();
  /** Once set, the process answers nothing else any more. */
  #final: CallOutcome | undefined;

  constructor(options: ActionProcessOptions) {
    this.#options = options;
    const { child, source, grants, clock, network, limits, slot } = options;
    child.onFrame = (frame, bytes) => this.#receive(frame, bytes);
    void child.ended.then((ending) => {
      slot?.[Symbol.dispose]();
      this.#finish(ending);
    });
    child.send(
      JSON.stringify({
        token: child.token,
        code: source.code,
        language: source.language,
        secrets: grants.secrets,
        network: grants.net.length > 0,
        answered: network === "answered",
        clock,
        bounds: { bytes: limits.jsonBytes, depth: JSON_DEPTH },
      }),
    );
  }

  /**
   * Calls wait for each other. Aborting ends the process.
   * @throws {LimitExceededError} the input is too large or too deep, and the signal's reason
   */
  async call(input: Json, signal?: AbortSignal, context: CallContext = {}): Promise<CallOutcome> {
    assertJsonDepth(input, JSON_DEPTH, "The input");
    const json = JSON.stringify(input);
    if (Buffer.byteLength(json) > this.#options.limits.jsonBytes)
      throw new LimitExceededError(`The input has more than ${this.#options.limits.jsonBytes} bytes`);
    const network = context.network === undefined ? "" : `,"network":${JSON.stringify(context.network)}`;
    return await this.#inTurn(`"input":${json}${network}`, signal, context);
  }

  async load({ code, language }: ActionSource, signal?: AbortSignal): Promise<CallOutcome> {
    return await this.#inTurn(`"load":${JSON.stringify({ code, language })}`, signal, {});
  }

  wishes(): string[] {
    return [...this.#wishes];
  }

  logs(): string[] {
    return this.#options.logs.lines();
  }

  async close(): Promise<void> {
    this.#options.child.kill({ status: "unavailable", message: "the process was closed" });
    await this.#options.child.ended;
  }

  #inTurn(request: string, signal: AbortSignal | undefined, context: CallContext): Promise<CallOutcome> {
    const turn = this.#last.then(() => this.#ask(request, signal, context));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #ask(request: string, signal: AbortSignal | undefined, context: CallContext): Promise<CallOutcome> {
    signal?.throwIfAborted();
    if (this.#final !== undefined) return this.#final;
    const { child, limits, now } = this.#options;
    const id = ++this.#calls;
    const onAbort = () => child.kill({ status: "unavailable", message: "the call was given up" });
    const timer = setTimeout(() => {
      child.kill({ status: "limit", limit: "wall", message: `took longer than ${limits.wallMs} ms` });
    }, limits.wallMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    const abort = new AbortController();
    try {
      const outcome = await new Promise<CallOutcome>((settle) => {
        const budget = new RelayBudget(limits);
        this.#pending = { id, settle, startedAt: now(), context, budget, abort };
        child.send(`{"id":${id},${request}}`);
      });
      signal?.throwIfAborted();
      return outcome;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      abort.abort();
    }
  }

  #receive(frame: Frame, bytes: number): void {
    if (frame.t === "not-loaded") {
      this.#finish({ status: "not-loaded", ...errorOf(frame.error) });
      return;
    }
    if (
      frame.t === "wish" &&
      typeof frame.what === "string" &&
      this.#wishes.size < protocolLimits.permissionsObserved
    )
      this.#wishes.add(cleanText(frame.what, protocolLimits.permissionCharacters));
    const pending = this.#pending;
    if (frame.t === "call" && pending !== undefined) void this.#relay(pending, frame, bytes);
    if (frame.t !== "answer" || pending === undefined || frame.id !== pending.id) return;
    this.#pending = undefined;
    pending.settle(outcomeOf(frame, this.#options.now() - pending.startedAt));
  }

  /** A call of another action, which the realm waits for before it answers its own. */
  async #relay(pending: PendingCall, { id, action, input }: Frame, bytes: number): Promise<void> {
    const { child } = this.#options;
    if (typeof id !== "number" || typeof action !== "string" || input === undefined) return;
    if (this.#isTooMuch(pending.budget.asked(bytes))) return;
    const answer = await answerTo(pending, action, input as Json).catch((error: Error) => {
      child.kill({ status: "unavailable", message: error.message });
      return undefined;
    });
    if (answer === undefined || this.#pending !== pending) return;
    if ("exceeded" in answer) {
      this.#isTooMuch(answer.exceeded);
      return;
    }
    const json = JSON.stringify({ id, ...answer });
    if (!this.#isTooMuch(pending.budget.answered(Buffer.byteLength(json)))) child.send(json);
  }

  #isTooMuch(message: string | undefined): boolean {
    if (message !== undefined) this.#options.child.kill({ status: "limit", limit: "calls", message });
    return message !== undefined;
  }

  #finish(outcome: CallOutcome): void {
    this.#final ??= outcome;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.settle(this.#final);
  }
}

const USES_NONE: UsedAnswer = {
  error: { name: "UndeclaredUseError", message: "this action declares no actions that it uses" },
};

async function answerTo({ context, abort }: PendingCall, action: string, input: Json): Promise<UsedAnswer> {
  try {
    assertJsonDepth(input, JSON_DEPTH, "The input");
  } catch (error) {
    return { error: { name: "LimitExceededError", message: (error as Error).message } };
  }
  return context.used === undefined ? USES_NONE : await context.used.answer(action, input, abort.signal);
}

function outcomeOf(frame: Frame, durationMs: number): CallOutcome {
  if ("tooLarge" in frame)
    return { status: "limit", limit: "result", message: errorOf(frame.tooLarge).message };
  if (!("output" in frame)) return { status: "threw", ...errorOf(frame.error), durationMs };
  const output = frame.output as Json;
  try {
    assertJsonDepth(output, JSON_DEPTH, "The result");
  } catch (error) {
    return { status: "limit", limit: "result", message: (error as Error).message };
  }
  return { status: "returned", output, durationMs };
}

/** An error as a child describes it, made showable. */
export function errorOf(described: unknown): { name: string; message: string } {
  const { name, message } = (described ?? {}) as { name?: unknown; message?: unknown };
  return {
    name: cleanText(typeof name === "string" ? name : "Error", protocolLimits.nameCharacters),
    message: cleanText(typeof message === "string" ? message : "", LOG_LINE_CHARACTERS),
  };
}
