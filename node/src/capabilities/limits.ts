import { MOST_DESCENDANTS } from "@action-collective/protocol";

/** Capabilities that a peer remembers, with what was used up and whether they were ended; about 1 kB each. */
export const MOST_REMEMBERED = 32 * 1024;

/**
 * Of these, below any one: as many as may live below it, and those that were ended before them. Nobody but the user fills
 * the whole.
 */
export const MOST_REMEMBERED_BELOW = 8 * MOST_DESCENDANTS;

/** Capabilities that one answer shows: those that live first, and of those the ones seen last. */
export const MOST_SHOWN = 2_048;
