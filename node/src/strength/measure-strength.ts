import { GUARD } from "../analysis/loop-guards.ts";
import type { SourceAnalysis } from "../analysis/source-analysis.ts";
import type { Mutant } from "../analysis/types.ts";
import {
  SandboxBusyError,
  SandboxStoppedError,
  SandboxUnavailableError,
  ScanRefusedError,
} from "../sandbox/errors.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { SchemaTimeoutError } from "../schemas/errors.ts";
import type { SchemaChecker, TestableBundle } from "../verification/report.ts";
import { mutatedCode, survivorOf } from "./mutated-code.ts";
import { sampleMutants } from "./sample.ts";
import { Stand, StandWornOutError } from "./stand.ts";
import { STRENGTH, type StrengthOptions, type StrengthResult } from "./types.ts";

export interface StrengthParts {
  readonly sandbox: Pick<Sandbox, "reserve" | "startAction" | "startTest" | "limits">;
  readonly schemas: SchemaChecker;
  readonly analysis: Pick<SourceAnalysis, "mutants">;
}

export interface MeasureOptions extends Partial<StrengthOptions> {
  /** As in the verification that the action has passed. */
  readonly start: { readonly seed: number; readonly clock: number };
  readonly signal: AbortSignal;
}

/** Mutants among which the sample is drawn, guards included: all there are of nearly every action. */
const CANDIDATES = 2_000;
/** Survivors that a report names: a list for a person. */
const SURVIVORS = 20;

/** Of all steps an action may take: what nearly all need, what most others do, and all. */
const SHARES = [1 / 200, 1 / 20, 1];
/** A changed program may take so many times the steps: a loop that runs on a little further is no endless one. */
const PATIENCE = 4;

/** What leaves the question open. */
const OPEN = [
  ...[SandboxBusyError, SandboxStoppedError, SandboxUnavailableError, SchemaTimeoutError],
  ...[ScanRefusedError, StandWornOutError],
];

/**
 * Changes an action that has passed its unit test, in many small ways, and counts how many of them the test notices.
 * Everything that decides is a count, so that two machines come to one figure; where time decided, there is none.
 * Whoever writes an action can make it behave worse when changed, and look better tested than it is: strength says
 * how careful an author was, not how honest.
 * @throws the signal's reason
 */
export async function measureStrength(
  parts: StrengthParts,
  bundle: TestableBundle,
  { start, signal, ...wanted }: MeasureOptions,
): Promise<StrengthResult> {
  const options = { ...STRENGTH, ...wanted };
  try {
    const found = await parts.analysis.mutants(bundle.source, CANDIDATES);
    const guards = found.filter(({ operator }) => operator === GUARD);
    const others = found.filter(({ operator }) => operator !== GUARD);
    const mutants = sampleMutants(others, bundle.source.code, options.mutants);
    if (mutants.length === 0) return { unknown: "there is nothing in it to change" };
    using reservation = await parts.sandbox.reserve(bundle.test === undefined ? 1 : 2, signal);
    const stand = new Stand(parts, { bundle, start, limits: options, reservation, signal });
    try {
      return await tryAll(stand, bundle.source.code, { guards, mutants, steps: options.steps });
    } finally {
      await stand.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StandWornOutError) return { unknown: "too many changed programs hang or crash" };
    if (OPEN.some((one) => error instanceof one)) return { unknown: (error as Error).message };
    throw error;
  }
}

interface Attempt {
  readonly guards: readonly Mutant[];
  readonly mutants: readonly Mutant[];
  readonly steps: number;
}

async function tryAll(
  stand: Stand,
  code: string,
  { guards, mutants, steps }: Attempt,
): Promise<StrengthResult> {
  const enough = await stepsOf(stand, code, { guards, steps });
  if (enough === undefined)
    return { unknown: `the action itself takes more than ${steps} steps, or cannot be run twice` };
  let run = 0;
  let killed = 0;
  const survived: Mutant[] = [];
  for (const mutant of mutants) {
    const trial = await stand.try(mutatedCode(code, guards, enough * PATIENCE, mutant));
    if (trial === "unknown") return { unknown: "the machine was too busy to try every change" };
    if (trial === "unreadable") continue;
    run++;
    if (trial === "killed") killed++;
    else survived.push(mutant);
  }
  if (run === 0) return { unknown: "no change left a program" };
  // A program that changed what all share, e.g. a prototype, may have had the others killed.
  if ((await stand.try(mutatedCode(code, guards, enough))) !== "survived")
    return { unknown: "changed programs do not leave each other alone" };
  const shown = survived.slice(0, SURVIVORS).map((mutant) => survivorOf(code, mutant));
  return { strength: { mutants: run, killed, survived: shown } };
}

/**
 * The fewest of a few numbers of steps with which the action itself, guarded, passes still: what loops for ever in a
 * small action is then stopped early. Where it never passes, the test would tell every mutant from it, and no figure
 * would mean anything.
 */
async function stepsOf(
  stand: Stand,
  code: string,
  { guards, steps }: Pick<Attempt, "guards" | "steps">,
): Promise<number | undefined> {
  for (const share of SHARES) {
    const rung = Math.ceil(steps * share);
    if ((await stand.try(mutatedCode(code, guards, rung))) === "survived") return rung;
  }
  return undefined;
}
