/**
 * What a process under verification is told of chance and time. The same for every peer, so that an action that asks
 * for them gets the same answers everywhere; the second look differs in all of it, and finds what hangs on either.
 */
export interface Look {
  readonly seed: number;
  /** Milliseconds since 1970. */
  readonly clock: number;
}

export const FIRST_LOOK: Look = { seed: 1, clock: Date.UTC(2025, 0, 15, 10, 30) };

/** Another year, month, day of the week and time of day. */
export const SECOND_LOOK: Look = { seed: 2, clock: Date.UTC(2031, 7, 23, 21, 47, 5) };
