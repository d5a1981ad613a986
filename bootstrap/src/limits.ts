/** Every bound of the entry point itself, with its reason. Those of the network are the node's. */

/** A neighbour or a disk may hang; an entry point that was told to stop is gone after this. */
export const STOP_GUARD_MS = 2_800;

/** Connections of both directions, without --max-connections. RUNBOOK.md says what they cost. */
export const DEFAULT_MAX_CONNECTIONS = 400;
/** A machine has no more ports and file handles to give than this. */
export const MOST_CONNECTIONS = 10_000;
