/** How long a call waits for frames: shorter than the peer allows, and than what anything between gives up after. */
export const WAIT_MS = 20_000;
/** For calls that wait for nothing, and what a waiting one may take longer: a peer that is stuck is as good as lost. */
export const CALL_MS = 15_000;
/** The first pause after the peer was lost, and the longest: each is twice the one before. */
export const RETRY_FIRST_MS = 250;
export const RETRY_LONGEST_MS = 15_000;

/** Frames, and their bytes as JSON, of one call: the peer takes no larger one. */
export const MOST_FRAMES_SENT = 64;
export const MOST_FRAMES_SENT_BYTES = 1_000_000;
/** What waits to be handed over: a peer that takes no more is as good as lost. */
export const MOST_WAITING_FRAMES = 8_192;
export const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/** Exchanges with agents of other peers, in each direction: the peer has room for as many. */
export const MOST_REMOTE_EXCHANGES = 512;
/** Until the peer says whether an agent is known there. */
export const JOIN_MS = 15_000;
/** Until a one-way message has its receipt: the other peer's, and the way. */
export const RECEIPT_MS = 60_000;
/** Answers to a one-way message that are sent back, each as a letter of its own. */
export const MOST_LETTERS_BACK = 16;
/** Messages kept by the own peer whose second receipt is waited for; the oldest are forgotten first. */
export const MOST_KEPT = 1_024;
/** One-way messages whose answers are recognised; the oldest are forgotten first. */
export const MOST_AWAITED = 4_096;
