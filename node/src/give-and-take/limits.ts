/** Every bound of give and take, with its reason. Sizes in bytes, times in milliseconds. */

const MIB = 1024 * 1024;

/** What a peer gets of a newcomer's ration at least and at most: nobody is shut out, and nobody takes everything. */
export const LEAST_SHARE = 0.25;
export const NEWCOMER_SHARE = 1;
export const LARGEST_SHARE = 4;
/** From here on a share was earned. Below it newcomers, freeloaders and whoever proved bad are one class (see `Ration`). */
export const EARNED_SHARE = 1.5;

/** Each kind of merit approaches 1 and is half of it at this much: one kind alone, however much of it, stays below 2. */
export const HALF_MERIT_RUNS = 10;
export const HALF_MERIT_BYTES = 16 * MIB;
export const HALF_MERIT_TRUST = 0.05;
/** How far a rater is believed of whom nothing is known: above it verdicts are a merit, below it a fault. */
export const UNKNOWN_RELIABILITY = 0.5;
/** A newcomer takes the whole set of records and a library of bundles before anybody minds that it gave nothing. */
export const FREE_BYTES = 256 * MIB;
/** Taken beyond that and beyond what it gave: half of what can be lost by taking is lost. */
export const HALF_LOSS_BYTES = 1024 * MIB;

/** Above this part of the total a request is served whatever its peer's own ration says: idle capacity is not withheld. */
export const IDLE_ABOVE = 0.5;
/** Under contention those without an earned share may use this part of the total at once. */
export const NEWCOMERS_BURST = 0.25;
/** What a peer took while there was plenty it owes later; but no more than this part of its ration, or a new key would pay. */
export const MAX_DEBT = 0.25;
/** Who asked within this takes part in the division; it is longer than any pause between two requests of one download. */
export const ACTIVE_MS = 10_000;
/** The division is worked out anew so often: a pass over all peers that are remembered. */
export const DIVIDE_EVERY_MS = 100;

/** A share is worked out anew after this. */
export const SHARE_CACHED_MS = 5_000;
export const MAX_SHARES_CACHED = 2_048;
/** Successful runs by publisher are added up for all of them at once: a pass over the actions that were ever run here. */
export const RUNS_CACHED_MS = 60_000;
/** What was given and taken is written in batches; a kill loses no more than this. */
export const FLUSH_AFTER_MS = 5_000;
/** Peers with something to be written; then it is written at once. */
export const MAX_UNWRITTEN = 1_024;
/** How long after a request was put off shares are said to decide. */
export const CONTENDED_MS = 10_000;
/** Peers shown of those dealt with most. */
export const PEERS_SHOWN = 10;
