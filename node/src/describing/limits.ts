/** Types that are followed for one schema; a larger one does not fit into a manifest. */
export const MOST_TYPES = 2_000;
/** Levels of types in types. */
export const MOST_TYPE_DEPTH = 48;
/** Problems that are told at once: a screen. */
export const MOST_PROBLEMS = 24;
/** Examples that become cases. */
export const MOST_EXAMPLES = 16;
