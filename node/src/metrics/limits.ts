/** Every bound of what watches a node, with its reason. */

/** The request line and headers of a monitoring system. */
export const MAX_HEADER_BYTES = 4 * 1024;
/** Whoever watches asks now and then; more connections than this are no monitoring. */
export const MAX_MONITOR_CONNECTIONS = 16;
/** A request has no body and comes at once. */
export const MONITOR_REQUEST_MS = 5_000;
/** Collecting metrics costs milliseconds of the event loop; who asks more often gets the same again. */
export const SCRAPE_EVERY_MS = 1_000;

/** Values that one label of libp2p's may have: its parts speak about two dozen protocols. */
export const MAX_LABEL_VALUES = 64;
/** The longest name of a protocol, with its direction; a network's name has 32. */
export const MAX_LABEL_CHARACTERS = 100;
/** A word that libp2p's parts count by. A peer id has 46 or more. */
export const MAX_WORD_CHARACTERS = 40;
