import { performance } from "node:perf_hooks";
import type { Candidate, Refusal } from "./candidate.ts";
import { type MadeAction, makeActions } from "./make-actions.ts";

/** What became of functions, scripts or tools. */
export interface MadeOfPackage {
  readonly made: readonly MadeAction[];
  readonly refused: readonly Refusal[];
  readonly durationMs: number;
}

export interface MakingOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress: (done: number) => void;
}

/**
 * Looks at one after another, then makes actions of those that can be, whose names are to differ.
 * @param early what was refused before
 */
export async function makeEach(
  looks: readonly (() => Promise<Candidate | Refusal>)[],
  { signal, progress }: MakingOptions,
  early: readonly Refusal[] = [],
): Promise<MadeOfPackage> {
  const began = performance.now();
  const candidates: Candidate[] = [];
  const refused: Refusal[] = [...early];
  for (const [at, look] of looks.entries()) {
    signal?.throwIfAborted();
    const one = await look();
    if ("reason" in one) refused.push(one);
    else candidates.push(one);
    progress(at + 1);
  }
  const result = makeActions(candidates);
  return {
    made: result.made,
    refused: [...refused, ...result.refused],
    durationMs: Math.round(performance.now() - began),
  };
}
