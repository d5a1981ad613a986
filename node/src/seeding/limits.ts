/** Every bound of the seeding station, with its reason. Sizes in bytes, times in milliseconds. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Over the quota, room is made to this share of it, so that the next arrival does not start it all again. */
export const FREE_TO = 0.95;
/** Below this share of the quota, what was dropped is fetched back. Well below the other, so that nothing goes in circles. */
export const REFILL_BELOW = 0.8;
/** Fewer likely holders than this, besides ourselves: one of them leaving is felt. */
export const SCARCE_BELOW = 2;
/** From so many voices on, an action is looked for by others. */
export const POPULAR_FROM = 4;
/** In mode `used`: what somebody asked to verify is about to run. */
export const UNUSED_GRACE_MS = 10 * MINUTE;
/** A usual bundle; the largest has 140 KiB. */
export const ASSUMED_BYTES = 16 * 1024;

/** Changes of a second are tidied up together. */
export const TIDY_AFTER_MS = 1_000;
/** Holdings whose worth is looked at when room is made: about 20 ms of reading. */
export const TIDY_PAGE = 128;
/** Worth fades and rises slowly; at this pace ten thousand holdings are looked at anew in three hours. */
export const LOOK_EVERY_MS = MINUTE;
export const LOOKED_AT = 64;
/** Holdings looked at between two turns of other work when the policy changed. */
export const RECONSIDERED_AT_ONCE = 64;
/** Fetched back a minute: a full quota of 2 GB comes back over weeks, and no neighbour notices. */
export const FETCHES_PER_LOOK = 4;
/** As any fetch of a bundle. */
export const FETCH_MS = 20_000;
/** What nobody gave is left alone for so long; so many failures are remembered. */
export const FETCH_AGAIN_MS = HOUR;
export const MAX_FAILURES = 1_024;
/** Used actions that wait to be held again. */
export const MAX_WANTED = 256;

/** A download is verified, and then held or discarded, within minutes. What lies about longer belongs to nobody. */
export const ORPHAN_AFTER_MS = 15 * MINUTE;
/** How long pinned blocks that the catalogue does not know are spared after it was lost: records come back within days. */
export const SPARE_PINNED_MS = 7 * 24 * HOUR;
/** Folders of the blockstore (of 1,024) swept at each look: all of them in a quarter of an hour. */
export const FOLDERS_SWEPT = 64;

/** Actions whose blocks are looked for on disk between two turns of other work. */
export const RECONCILED_AT_ONCE = 32;

/**
 * The DHT forgets a provider after 48 hours. Announced anew well before, and once after each start, because addresses
 * may have changed and those who were told may have left.
 */
export const PROVIDE_AGAIN_MS = 20 * HOUR;
/** How often the queue of announcements is filled up. */
export const PROVIDE_EVERY_MS = 10_000;
/** All that is due at once, after a start, is spread over this time. */
export const PROVIDE_SPREAD_MS = HOUR;
/** Actions announced at each filling at least. */
export const PROVIDE_AT_LEAST = 8;
/** Blocks that one action may have: manifest, code, test. */
export const BLOCKS_PER_ACTION = 3;
