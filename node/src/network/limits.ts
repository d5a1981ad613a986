/** Every bound of the network station, with its reason. Sizes in bytes, times in milliseconds. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** The largest record that travels. Manifests live in blocks, so a record is a signed pointer with room to spare. */
export const MAX_RECORD_BYTES = 16 * KIB;

/** A larger gossip frame silently kills the link; an answer to one IWANT may hold a few seconds of busy traffic. */
export const MAX_GOSSIP_FRAME_BYTES = 4 * MIB;

/** Bitswap caps a message at 2 MiB, so no block beyond half of that ever needs to exist here. */
export const MAX_BLOCK_BYTES = 1 * MIB;

/** Messages one neighbour may hand us at once and per second: above what honest relaying of a busy network needs,
 * below the ≈1,300 verifications a second that saturate one core. What is ignored comes back through sync. */
export const GOSSIP_BURST = 2_000;
export const GOSSIP_PER_SECOND = 200;

/** Peers whose rate is remembered; the longest unseen is forgotten first. */
export const MAX_RATED_PEERS = 1_024;

/** One sync frame; a reader holds at most one in memory per session. */
export const MAX_SYNC_FRAME_BYTES = 256 * KIB;
/** A request is a version, an epoch and two numbers. */
export const MAX_SYNC_REQUEST_BYTES = 128;
export const MAX_EPOCH_BYTES = 64;
/** Signed records are never so small that more of them fit in a frame. */
export const MAX_RECORDS_PER_PAGE = 4_096;
/** One session reads at most this; what remains is read by the next one, so nobody monopolises the reader. */
export const MAX_SYNC_SESSION_BYTES = 32 * MIB;
export const MAX_SYNC_SESSION_PAGES = 1_024;
/** What a session reads once it met a record that is early, from its page on. The cursor stays before that page, so this
 * is read again by every session until the record's time has come: enough not to miss what follows, about a second of
 * verifying at worst. */
export const MAX_SYNC_PAGES_HELD = 4;
/** What we answer one neighbour: a newcomer may read a whole log of this size at once, then at a steady pace. */
export const SYNC_SERVE_BURST_BYTES = 64 * MIB;
export const SYNC_SERVE_BYTES_PER_SECOND = 2 * MIB;
/** An answer that finds nothing still costs a look-up. */
export const SYNC_REQUEST_COST_BYTES = 4 * KIB;
/** Sessions we run as reader at a time: enough to use two links, few enough to leave the loop to gossip. */
export const MAX_SYNC_READERS = 2;
/** Sessions waiting for a free reader. */
export const MAX_SYNC_QUEUE = 64;
/** Streams a neighbour may open towards our responder. */
export const MAX_SYNC_STREAMS_PER_PEER = 2;
/** One frame to arrive or leave; a slower neighbour is left alone until the next round. */
export const SYNC_FRAME_TIMEOUT_MS = 10_000;
/** A neighbour more than half of whose records we refuse after this many is not worth reading on. */
export const SYNC_REFUSALS_BEFORE_JUDGING = 64;

/**
 * Answering neighbours' questions is rationed in bytes, as catching up is: those that are sent, and what finding them is
 * worth. A search of both indexes costs as much as reading some pages of a log, and embedding grows with the words.
 */
export const ASK_SEARCH_COST_BYTES = 16 * KIB;
export const ASK_COST_PER_QUERY_BYTE = 16;
/** What we answer one neighbour: an agent's flurry of about twenty questions, then one every few seconds. */
export const ASK_BURST_BYTES = 512 * KIB;
export const ASK_BYTES_PER_SECOND = 8 * KIB;
/** What we answer all of them together: about ten questions a second, some per cent of one core. */
export const ASK_TOTAL_BURST_BYTES = 4 * MIB;
export const ASK_TOTAL_BYTES_PER_SECOND = 256 * KIB;
/** Answers in the making: our own user's searches share the search thread with them. */
export const MAX_ASK_ANSWERS = 2;
/** What a neighbour is told who finds those taken. */
export const ASK_BUSY_MS = 1_000;
/** Streams a neighbour may have open towards our responder: a question each, and some that are just being closed. */
export const MAX_ASK_STREAMS_PER_PEER = 8;
/** A question follows its stream at once, and one frame carries it. */
export const ASK_REQUEST_TIMEOUT_MS = 2_000;
/** Finding, and handing over what was found; who asked has long stopped waiting by then. */
export const ASK_ANSWER_TIMEOUT_MS = 5_000;

/** A provider that says nothing for this long is passed over (sessions have no stall time-out of their own). */
export const PROVIDER_STALL_MS = 3_000;
/** The same for one that must first be found and dialled. */
export const PROVIDER_DIAL_AND_STALL_MS = 6_000;
/** Hinted providers tried before the DHT is asked. */
export const MAX_HINTED_PROVIDERS = 4;
/** Providers taken from one DHT look-up. */
export const MAX_DHT_PROVIDERS = 3;
/** Network fetches at a time; the rest wait their turn. */
export const MAX_FETCHES = 16;
/** Fetches that may wait; beyond it the caller is told to slow down. */
export const MAX_WAITING_FETCHES = 1_024;

/** Announcements in flight: each walks the DHT. */
export const PROVIDE_CONCURRENCY = 3;
/** Announcements waiting; the oldest is dropped, since the DHT is a hint and never the only way. */
export const MAX_PROVIDE_QUEUE = 4_096;
export const PROVIDE_TIMEOUT_MS = 30_000;
export const PROVIDE_ATTEMPTS = 5;

export const DIAL_TIMEOUT_MS = 8_000;
/** Peers kept for rejoining without any bootstrap node. */
export const MAX_KNOWN_PEERS = 128;
export const MAX_ADDRESSES_PER_PEER = 6;
/** Candidates the supervisor weighs, known peers and discoveries together. */
export const MAX_CANDIDATES = 512;
/** Peers refused after misbehaving; the oldest is forgiven first. */
export const MAX_BANNED_PEERS = 1_024;
export const BAN_MS = 10 * 60_000;

/** Connections of both directions; libp2p prunes beyond it. */
export const MAX_CONNECTIONS_PEER = 100;
export const MAX_CONNECTIONS_BOOTSTRAP = 400;

/** Stopping is announced to neighbours and flushed within this, or cut short. */
export const STOP_GUARD_MS = 2_000;
/** LevelDB waits for what is still being read; a cut-short stop must not wait for that. */
export const CLOSE_GUARD_MS = 800;
