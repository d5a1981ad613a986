/** Every bound of the entry point itself, with its reason. Those of the network are the node's. */

/** A neighbour or a disk may hang; an entry point that was told to stop is gone after this. */
export const STOP_GUARD_MS = 2_800;

/** The request line and headers of a monitoring system. */
export const MAX_HEADER_BYTES = 4 * 1024;
/** Whoever watches asks now and then; more connections than this are no monitoring. */
export const MAX_MONITOR_CONNECTIONS = 16;
/** A request has no body and comes at once. */
export const MONITOR_REQUEST_MS = 5_000;
/** Collecting metrics costs milliseconds of the event loop; who asks more often gets the same again. */
export const SCRAPE_EVERY_MS = 1_000;

/** Connections of both directions, without --max-connections. RUNBOOK.md says what they cost. */
export const DEFAULT_MAX_CONNECTIONS = 400;
/** A machine has no more ports and file handles to give than this. */
export const MOST_CONNECTIONS = 10_000;
