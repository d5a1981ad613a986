/** A changed action that the unit test did not tell from the real one. Texts are one showable line each. */
export interface Survivor {
  /** The family of the change, e.g. "boundary". */
  readonly operator: string;
  /** From 1, in the action's code. */
  readonly line: number;
  readonly original: string;
  readonly replacement: string;
}

/**
 * How many small changes to an action its unit test notices. Some changes make no difference at all (equivalent
 * mutants), and nobody can know which: 100 % is often out of reach, and no aim.
 */
export interface Strength {
  /** Changed programs that were run. */
  readonly mutants: number;
  readonly killed: number;
  /** The first of them, in the order of the text. */
  readonly survived: Survivor[];
}

/** Strength, or one line that says why there is none: never a figure that another machine would not get too. */
export type StrengthResult = { readonly strength: Strength } | { readonly unknown: string };

export interface StrengthOptions {
  /** Changed programs that are tried; what makes an action's strength comparable, so the same for all peers. */
  readonly mutants: number;
  /** Turns of loops and calls of functions that the action may make in its whole unit test. */
  readonly steps: number;
  /** CPU seconds of one process, which tries many programs. */
  readonly cpuSeconds: number;
  /** Processes that may be used up by programs that hang or crash. */
  readonly processes: number;
}

export const STRENGTH: StrengthOptions = {
  // One or two for each operator and part of a usual action; more change the figure by less than it is worth.
  mutants: 32,
  // 1 of 480 recorded real actions takes more; it is some ten milliseconds.
  steps: 1_000_000,
  // What counts steps ends nearly all endless loops; this is for regular expressions and the like.
  cpuSeconds: 1,
  processes: 4,
};
