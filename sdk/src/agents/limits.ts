/** Until the (next) answer to a request, where the caller says nothing. */
export const REQUEST_TIMEOUT_MS = 60_000;
/** Until an agent's method has its (next) answer: a model may think for minutes, but not for ever. */
export const METHOD_TIMEOUT_MS = 600_000;
/** Until `requestPermission` has decided; later is no. */
export const PERMISSION_TIMEOUT_MS = 30_000;
/** A stream that nobody asks for its next answer so long is ended: its reader is gone without saying so. */
export const IDLE_STREAM_MS = 900_000;
/** What a node may take to say goodbye before it is taken out anyway. */
export const LEAVING_MS = 5_000;

/** Exchanges that one node asks or answers at once: more is a loop or a flood. */
export const MOST_EXCHANGES_OF_ONE = 256;
/** Exchanges of a whole space. */
export const MOST_EXCHANGES = 4_096;
/** Members that a broadcast asks at once; the next one's turn comes when another has ended. */
export const BROADCAST_AT_ONCE = 64;
/** Answers to a message that nobody waits for; the rest is not asked for. */
export const MOST_UNASKED_ANSWERS = 1_000;

/** Of a thread: what a model still reads with profit. */
export const MOST_ANCESTORS = 12;
/** Messages and bytes that threads are made from; the oldest are forgotten first. */
export const MOST_REMEMBERED = 4_096;
export const MOST_REMEMBERED_BYTES = 16 * 1024 * 1024;
/** Entries of the audit trail that a space keeps itself; `onAudit` sees all. */
export const MOST_AUDIT_ENTRIES = 4_096;
/** Listeners to comings and goings of one node. */
export const MOST_LISTENERS = 64;
/** Edges of one node. */
export const MOST_LINKS = 1_024;
/** Characters of an error's text that others are told. */
export const MOST_FAILURE_CHARACTERS = 1_000;
