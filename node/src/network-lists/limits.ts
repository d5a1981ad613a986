/** Every bound of a network's list, with its reason. SPEC §8.3 gives those that decide whether a list is valid. */

/** A list is read whole; sixty-four operators with all their addresses fit. */
export const MAX_LIST_BYTES = 64 * 1024;
export const MAX_NOTE_CHARACTERS = 500;
export const MAX_OPERATORS = 64;
export const MAX_OPERATOR_NAME_CHARACTERS = 64;
export const MAX_ADDRESSES_PER_OPERATOR = 16;
export const MAX_ADDRESS_CHARACTERS = 256;
export const MAX_PUBLIC_DHT_ADDRESSES = 16;
export const MAX_SIGNATURES = 16;
/** Whom a list suggests to trust: a few dozen raters see enough of a network, and their word is for beginners only. */
export const MAX_SUGGESTED = 64;
export const MAX_SUGGESTED_NOTE_CHARACTERS = 200;
/** Operators come and go: a list that nobody renews for a year is more likely abandoned than right. */
export const MAX_LIFETIME_MS = 400 * 24 * 3_600_000;

/** Nodes of one operator that a peer may join through at one start: nobody gets more of a network than that. */
export const MAX_NODES_PER_OPERATOR = 3;
/** Nodes that a peer may join through at one start, of all operators together: twice the neighbours it wants. */
export const MAX_NODES = 16;
/** Addresses of one node; a dial tries them one after the other. */
export const MAX_ADDRESSES_PER_NODE = 4;
