/** Every bound of the policy station, with its reason. Sizes in bytes, times in milliseconds. SPEC §8.4 gives the lists'. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** `policy.json`: seven lists of a thousand entries are below it. */
export const MAX_POLICY_BYTES = 1024 * 1024;

export const MAX_BLOCK_LIST_BYTES = 2 * 1024 * 1024;
export const MAX_BLOCK_LIST_ENTRIES = 50_000;
export const MAX_BLOCK_LIST_NAME_CHARACTERS = 64;
export const MAX_REASON_CHARACTERS = 200;
export const MAX_SIGNATURES = 16;
/** A list that nobody renews for a year is more likely abandoned than right: its user should hear of it. */
export const MAX_LIFETIME_MS = 400 * 24 * HOUR;
/** Entries of all lists in force: at some 200 bytes each about 50 MB. */
export const MAX_ENTRIES_IN_FORCE = 250_000;

/** Lists change rarely; whoever serves one to thousands must not be asked all the time. Spread by a quarter either way. */
export const FETCH_EVERY_MS = 6 * HOUR;
export const FETCH_SPREAD = 0.25;
/** After a failure sooner, doubling up to the usual interval. */
export const FETCH_AGAIN_MS = 10 * MINUTE;
/** A file is looked at this often, and read only when it changed. */
export const LOOK_AT_FILES_EVERY_MS = MINUTE;
/** A whole list has come by then, also over a slow line. */
export const FETCH_MS = 30_000;

/** What the rules without a score make of an action is kept for so many: as many as a large catalogue has, about 15 MB. */
export const MAX_REMEMBERED_JUDGEMENTS = 100_000;
/** Up to so many known actions are counted when somebody asks what is hidden; more are counted in the background. */
export const COUNTED_AT_ONCE = 1_000;
export const COUNT_AGAIN_MS = 10_000;
/** How long work on what is known may hold the event loop. */
export const SLICE_MS = 5;
