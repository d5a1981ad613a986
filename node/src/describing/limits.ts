/** Types that are followed for one schema; a larger one does not fit into a manifest. */
export const MOST_TYPES = 2_000;
/** Length of one schema, so that nothing larger travels; how much fits is `limits.schemaBytes`. */
export const MOST_SCHEMA_CHARACTERS = 64 * 1024;
/** Levels of types in types. */
export const MOST_TYPE_DEPTH = 48;
/** Problems that are told at once: a screen. */
export const MOST_PROBLEMS = 24;
/** Examples that become cases. */
export const MOST_EXAMPLES = 16;
/** Times that a part of an example is tried as a case. */
export const MOST_READINGS = 200;
/** Types that a module may declare in comments. */
export const MOST_TYPEDEFS = 64;
/** Ways to combine the members of unions in one intersection. */
export const MOST_COMBINED = 64;
/** Methods of one class that are described. */
export const MOST_METHODS = 64;
/** Length of the schemas of all of them together, so that nothing larger travels. */
export const MOST_METHODS_CHARACTERS = 512 * 1024;
