import { MOST_MESSAGE_BYTES } from "@action-collective/protocol";

/** Every bound of the post, with its reason. Sizes in bytes, times in milliseconds. */

const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Spaces connected at once: programs of one user, each of which may hold hundreds of agents. */
export const MOST_DESKS = 64;
/** Of those, what the holder of one capability may have. */
export const MOST_DESKS_OF_HOLDER = 4;
/** And the holders of all capabilities: the user always finds room. */
export const MOST_DESKS_OF_HOLDERS = 48;
/** Agents known here at once: as many as one space may hold, a few times over. */
export const MOST_AGENTS = 4_096;
/** A desk whose waiting call was cut off is closed after this: its process ended, or asks again at once. */
export const DESK_CUT_OFF_MS = 10_000;
/** How often desks are looked at that nobody asks of. */
export const DESK_SWEEP_MS = 5_000;
/** Frames, and their bytes, in one answer to a space; one frame always goes. */
export const MOST_FRAMES_TAKEN = 64;
export const MOST_FRAMES_TAKEN_BYTES = 2 * MIB;
/** What waits for a space that does not fetch it; a message that does not fit fails its exchange. */
export const MOST_QUEUED_BYTES = 8 * MIB;
/** Short frames beside messages; a space that lets so many pile up is cut off. */
export const MOST_QUEUED_FRAMES = 8_192;
/** What a frame without a message counts. */
export const FRAME_BYTES = 256;
/** Exchanges that a space may have open, and others with it: each of its agents has a few. */
export const MOST_EXCHANGES = 512;
/** Of those, what agents of one other peer may have open, and of all others: one who asks all agents here, often, takes many. */
export const MOST_EXCHANGES_WITH_PEER = 128;
export const MOST_EXCHANGES_ABROAD = 384;

/** Until a space says that it took a one-way message: its agent may wait for a person to permit it. */
export const RECEIPT_MS = 30_000;
/** Until the next answer, once it was asked for: models think for minutes, and who asks may cancel any time. */
export const ANSWER_MS = 10 * MINUTE;
/** How long answers wait for somebody to ask for the next one. */
export const ASKER_IDLE_MS = 10 * MINUTE;
/** Agents whose answers are merged when all of a peer are asked. */
export const MOST_MERGED = 128;

/** Until another peer was reached and a letter written to it: a dial, and the letter. */
export const LETTER_WRITTEN_MS = 15_000;
/** A letter follows its stream at once. */
export const LETTER_READ_MS = 5_000;
/** Until a frame has gone out to a peer that reads. */
export const FRAME_WRITTEN_MS = 10_000;
/** Exchanges with other peers that were opened here, at once. */
export const MOST_SENT_ABROAD = 512;
/** Of those with one peer, that ask, and one-way letters on their way: together fewer than it serves. */
export const MOST_ASKED_OF_PEER = 32;
export const MOST_SENT_TO_PEER = 12;
/** One-way letters to one peer that wait for those before them. */
export const MOST_IN_LANES = 1_024;
/** Until another peer's receipt: its agent's, and the way. */
export const REMOTE_RECEIPT_MS = RECEIPT_MS + 10_000;
/** Until another peer's next answer. */
export const REMOTE_ANSWER_MS = ANSWER_MS + 10_000;
/** Exchanges under way with one peer that came from it, and with all peers together. */
export const MOST_SERVED_PER_PEER = 48;
export const MOST_SERVED = 256;
/** Of those, what peers without an earned share may have: no number of fresh keys takes all places. */
export const MOST_SERVED_NEWCOMERS = 192;
/** How long such an exchange waits to be asked for its next answer. */
export const REMOTE_IDLE_MS = 5 * MINUTE;
/** Refusals of a peer that had too much, each signed; beyond it its streams are broken off unread. */
export const BUSY_ANSWERS = { capacity: 32, perSecond: 2 };
/** Letters of other peers (see `Ration`), in bytes: each counts its own and this much for its signature and its handling. */
export const LETTER_COST_BYTES = 4 * KIB;
/** One that is no letter of its peer: no honest peer sends any, and to find a signature wrong takes milliseconds. */
export const BAD_LETTER_COST_BYTES = 256 * KIB;
/** An agent's flurry of a hundred letters at once; all of them together get about sixty a second, a few per cent of one core. */
export const LETTERS_SERVED = {
  burst: 512 * KIB,
  total: { capacity: 8 * MIB, perSecond: 256 * KIB },
  maxPeers: 1_024,
};

/** An answer for a peer that had too much waits no longer than this. */
export const LONGEST_BREATH_MS = 2_000;

/** How long a letter waits for an agent that is briefly absent, or for a peer that is: a day's work can be taken up again. */
export const KEPT_MS = 24 * HOUR;
/** An agent's name is remembered so long after it was last here, exposed. */
export const NAME_REMEMBERED_MS = 24 * HOUR;
/** Names remembered; the one longest gone is forgotten first. */
export const MOST_NAMES = 4_096;
/** How often it is written down who is here: a kill makes the memory of a name no older than that. */
export const NAMES_WRITTEN_MS = 10 * MINUTE;
/** Letters kept for one agent, from one peer, and in all. */
export const MOST_KEPT_PER_AGENT = 128;
export const MOST_KEPT_PER_PEER = 256;
export const MOST_KEPT = 2_048;
export const MOST_KEPT_BYTES = 32 * MIB;
/** From one peer for one agent: a few such peers do not fill a mailbox. */
export const MOST_KEPT_FROM_TO = 32;
/** Of an agent's mailbox, and of all, what peers without an earned share may fill: no number of fresh keys takes it all. */
export const KEPT_PART_OF_NEWCOMERS = 1 / 2;

/** Letters that wait for one peer, from one agent, and in all. */
export const MOST_OUT_PER_PEER = 256;
export const MOST_OUT_PER_AGENT = 256;
export const MOST_OUT = 2_048;
export const MOST_OUT_BYTES = 32 * MIB;
/** The first pause after a peer could not be reached, and the longest: each is twice the one before. */
export const RETRY_FIRST_MS = 2_000;
export const RETRY_LONGEST_MS = 15 * MINUTE;
/** Attempts for one letter, whatever the time. */
export const MOST_ATTEMPTS = 256;
/** A new letter to a peer in its pause has it tried at once, but no sooner than this after the last attempt. */
export const RETRY_HURRIED_MS = 1_000;
/** Peers that are tried at once. */
export const MOST_PEERS_TRIED = 4;

/** Letters whose ids are remembered, of each peer and in all; the oldest is forgotten first. */
export const MOST_SEEN_PER_PEER = 4_096;
export const MOST_SEEN = 65_536;

/** How long an agent is told who comes and goes, after it asked who is there. */
export const WATCH_MS = HOUR;
/** Agents that are told, of one peer and in all. */
export const MOST_WATCHERS_PER_PEER = 16;
export const MOST_WATCHERS = 512;
/** News of one coming or going that are on their way at once. */
export const MOST_NEWS_AT_ONCE = 32;
/** News that wait for one agent; beyond it, it is told no more. */
export const MOST_NEWS_WAITING = 64;
/** How long an agent that is not exposed may be answered by letter. */
export const REPLY_MS = HOUR;
/** Letters of such agents that are remembered. */
export const MOST_REPLIABLE = 8_192;

/** A letter as it lies in a file: the message in its canonical form, which for numbers is longer than JSON. */
export const MOST_STORED_BYTES = 3 * MOST_MESSAGE_BYTES;
