import type { Json } from "@action-collective/protocol";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Slot } from "../sandbox/slots.ts";
import type { ActionSource, CallOutcome, TestProcess } from "../sandbox/types.ts";
import { judgeCase } from "../verification/judge-cases.ts";
import { type Invocation, inputRefusal, invoke } from "../verification/judge-invoke.ts";
import type { Finding } from "../verification/judge-outcome.ts";
import { judgeTest } from "../verification/judge-test.ts";
import type { SchemaChecker, TestableBundle } from "../verification/report.ts";
import { Subject, type SubjectOptions } from "../verification/subject.ts";
import { OUT_OF_STEPS } from "./mutated-code.ts";
import { rememberedChecks } from "./remembered-checks.ts";
import type { StrengthOptions } from "./types.ts";

/**
 * What came of a changed program. "unreadable": it is none, and says nothing. "unknown": the machine's doing.
 * "ended": a process met a limit or crashed, perhaps worn out by the programs before.
 */
export type Trial = "killed" | "survived" | "unreadable" | "unknown" | "ended";

export interface StandParts {
  readonly sandbox: Pick<Sandbox, "startAction" | "startTest" | "limits">;
  readonly schemas: SchemaChecker;
}

export interface StandOptions {
  readonly bundle: TestableBundle;
  readonly start: { readonly seed: number; readonly clock: number };
  readonly limits: Pick<StrengthOptions, "cpuSeconds" | "processes">;
  readonly reservation: Slot;
  readonly signal: AbortSignal;
}

/** All processes of a measurement are used up. */
export class StandWornOutError extends Error {}

/** Wall clock for one call or one round, in milliseconds: far above the CPU seconds, as everywhere. */
const WALL_MS = 15_000;

/** One process for an action's variants and one for its test, replaced when a variant takes them along. */
export class Stand {
  readonly #parts: StandParts;
  readonly #options: StandOptions;
  readonly #startOptions: SubjectOptions;
  #action: Subject | undefined;
  #test: TestProcess | undefined;
  #started = 0;
  #isFresh = false;

  constructor(parts: StandParts, options: StandOptions) {
    this.#parts = { ...parts, schemas: rememberedChecks(parts.schemas) };
    this.#options = options;
    const { start, limits, reservation, signal } = options;
    const { cpuSeconds } = limits;
    this.#startOptions = { ...start, limits: { cpuSeconds, wallMs: WALL_MS }, reservation, signal };
  }

  /**
   * Whether the unit test tells this variant from the action: cases first, which are cheap, then the test module. A
   * process that ends decides only if it began with this variant; else the variant gets one of its own.
   * @throws {StandWornOutError} and what starting a process throws
   */
  async try(code: string): Promise<Exclude<Trial, "ended">> {
    for (;;) {
      const action = await this.#process();
      const wasFresh = this.#isFresh;
      this.#isFresh = false;
      const trial = await this.#trial(action, { ...this.#options.bundle.source, code });
      if (trial !== "ended") return trial;
      await this.close();
      if (wasFresh) return "killed";
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#action?.close(), this.#test?.close()]);
    this.#action = undefined;
    this.#test = undefined;
  }

  async #process(): Promise<Subject> {
    if (this.#action !== undefined) return this.#action;
    if (this.#started >= this.#options.limits.processes) throw new StandWornOutError();
    this.#started++;
    this.#action = await Subject.start(this.#parts, this.#options.bundle, this.#startOptions);
    this.#isFresh = true;
    return this.#action;
  }

  async #trial(action: Subject, variant: ActionSource): Promise<Trial> {
    const { bundle, signal } = this.#options;
    const loaded = await action.load(variant, signal);
    if (loaded.status === "threw") return isUnreadable(loaded) ? "unreadable" : "killed";
    if (loaded.status !== "returned") return trialOfEnd(loaded);
    for (const [index, one] of bundle.cases.entries()) {
      // Refused before any action sees it: the same for all variants.
      if ((await inputRefusal(this.#parts.schemas, bundle.input, one.input)) !== undefined) continue;
      const invocation = invocationOf(await action.callCase(one, signal));
      if (invocation.kind === "ended") return trialOfEnd(invocation.outcome);
      if (isOutOfSteps(invocation) || judgeCase(index, one, invocation).finding.outcome !== "pass")
        return "killed";
    }
    return bundle.test === undefined ? "survived" : await this.#testTrial(action, bundle.test);
  }

  async #testTrial(action: Subject, code: string): Promise<Trial> {
    const { bundle, signal } = this.#options;
    const { schemas, sandbox } = this.#parts;
    const { language } = bundle.source;
    this.#test ??= await sandbox.startTest({ code, language }, this.#startOptions);
    let outOfSteps = false;
    let ended: Trial | undefined;
    const { finding } = await judgeTest(
      this.#test,
      async (input: Json, round) => {
        const invocation = await invoke({ schemas, bundle, call: action.call.bind(action) }, input, round);
        outOfSteps ||= isOutOfSteps(invocation);
        if (invocation.kind === "ended") ended ??= trialOfEnd(invocation.outcome);
        return invocation;
      },
      signal,
      "first-failure",
    );
    // Calls left in flight: that process takes no further round.
    if (finding.code === "vacuous-test") this.#test = undefined;
    return ended ?? (outOfSteps ? "killed" : trialOfFinding(finding));
  }
}

function invocationOf(outcome: CallOutcome): Invocation {
  switch (outcome.status) {
    case "returned":
      return { kind: "answered", ...outcome };
    case "threw":
      return { kind: "error", from: "action", ...outcome };
    default:
      return { kind: "ended", outcome };
  }
}

function isOutOfSteps(invocation: Invocation): boolean {
  return invocation.kind === "error" && invocation.name === OUT_OF_STEPS;
}

/** Deno's compiler says so in the message of another error, V8 by the error's name. */
function isUnreadable({ name, message }: { name: string; message: string }): boolean {
  return name === "SyntaxError" || message.startsWith("SyntaxError");
}

/** A result too large is an answer, and a wrong one; the clock decides nothing. */
function trialOfEnd(outcome: CallOutcome): Trial {
  if (outcome.status === "limit" && outcome.limit === "wall") return "unknown";
  if (outcome.status === "limit" && outcome.limit === "result") return "killed";
  return outcome.status === "unavailable" ? "unknown" : "ended";
}

function trialOfFinding({ outcome, code }: Finding): Trial {
  if (outcome === "unknown") return "unknown";
  if (outcome === "pass") return "survived";
  return code === "limit" || code === "died" ? "ended" : "killed";
}
