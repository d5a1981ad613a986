import { MOST_DESCENDANTS } from "@action-collective/protocol";

/**
 * Capabilities that a peer remembers, with what was used up and whether they were ended. Each counts for as many as it has
 * kilobytes, so that long lists of hosts or addresses fill no more memory than short ones.
 */
export const MOST_REMEMBERED = 32 * 1024;

/**
 * Of these, below any one: as many as may live below it, and those that were ended before them. Nobody but the user fills
 * the whole.
 */
export const MOST_REMEMBERED_BELOW = 8 * MOST_DESCENDANTS;

/** Capabilities that one answer shows, counted likewise: those that live first, and of those the ones seen last. */
export const MOST_SHOWN = 2_048;
