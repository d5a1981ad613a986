/** An honest text of 64 KB takes 20 ms; what takes this long is hostile, or the machine is overloaded. */
export const REQUEST_MS = 2_000;
/** A child that is not up by then will not come: the machine is out of memory or processes. */
export const START_MS = 20_000;
/** Requests that may wait; each holds one text of at most 64 KB. */
export const MOST_WAITING = 256;
/** After so many requests a child is replaced: whatever a text did to it does not last. */
export const REQUESTS_OF_A_CHILD = 500;
/** A child without work for this long is let go: it holds 60–80 MB. */
export const IDLE_MS = 30_000;
/** CPU seconds of one child over its life, in case nobody is left to stop it; 500 honest requests take 5. */
export const CHILD_CPU_SECONDS = 120;
/** JavaScript heap of a child; the tree of a 64 KB text takes 20 MB. */
export const CHILD_HEAP_MB = 192;
/** Answers remembered; the next run of an action need not wait for a parser. One holds at most a few kilobytes. */
export const REMEMBERED = 512;
/** Findings of one text: a page for a person. */
export const MOST_FINDINGS = 50;
/** Marks in one text: more than anybody looks at. */
export const MOST_MARKS = 100;
/** Mutants of one text: what a verification has time for is far less. */
export const MOST_MUTANTS = 2_000;
/** Nesting in a tree; deeper is refused, so that nothing that walks it needs care. */
export const MOST_TREE_DEPTH = 1_000;
