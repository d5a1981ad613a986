/** Every bound of the network station, with its reason. Sizes in bytes, times in milliseconds. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** The largest record that travels. Manifests live in blocks, so a record is a signed pointer with room to spare. */
export const MAX_RECORD_BYTES = 16 * KIB;

/** A larger gossip frame silently kills the link; an answer to one IWANT may hold a few seconds of busy traffic. */
export const MAX_GOSSIP_FRAME_BYTES = 4 * MIB;

/** Bitswap caps a message at 2 MiB, so no block beyond half of that ever needs to exist here. */
export const MAX_BLOCK_BYTES = 1 * MIB;

/** New messages one neighbour may hand us at once and per second: above what honest relaying of a busy network needs,
 * below the ≈1,300 verifications a second that saturate one core. What is ignored comes back through sync. */
export const GOSSIP_BURST = 2_000;
export const GOSSIP_PER_SECOND = 200;

/** Messages of all kinds, also those we know: each costs a hash, about 3 µs. Every neighbour passes on everything. */
export const GOSSIP_MESSAGES = { capacity: 10_000, perSecond: 1_000 };
/** Entries of control messages; gossipsub itself needs a few a second. What is beyond is not read. */
export const GOSSIP_CONTROL = { capacity: 512, perSecond: 64 };
/** Frames that cannot be decoded or hold more than any honest one: so many, then we hang up and refuse. */
export const GOSSIP_MALFORMED = { capacity: 4, perSecond: 1 / 60 };
/** Gossip bytes of one neighbour; beyond it is read more slowly. A frame of a few bytes costs as much as one of 1 KiB. */
export const GOSSIP_BYTES = { capacity: 16 * MIB, perSecond: 2 * MIB };
export const GOSSIP_FRAME_COST_BYTES = 1 * KIB;
/** A neighbour that is read more slowly is looked at again after this at the latest. */
export const MAX_GOSSIP_PAUSE_MS = 1_000;
/** Messages judged in one turn of the event loop: at 0.5 ms each they delay nothing else noticeably. */
export const GOSSIP_SLICE = 16;
/** Frames being taken apart; each neighbour has one per stream, so this is never reached. */
export const MAX_WAITING_GOSSIP_FRAMES = 4_096;
/** The share of the event loop that judging gossip may have, in milliseconds per second, and what it may use at once. */
export const GOSSIP_LOOP_SHARE = { capacityMs: 2_000, msPerSecond: 400 };
/** Gossip streams of one connection: one, and another while it is being replaced. */
export const MAX_GOSSIP_STREAMS = 3;
/** What a neighbour that reads slowly may leave unread before its stream ends: a few seconds of a busy network. */
export const MAX_GOSSIP_UNSENT_BYTES = 8 * MIB;

/** Peers whose rate is remembered; the longest unseen is forgotten first. */
export const MAX_RATED_PEERS = 1_024;

/** One session reads at most this; what remains is read by the next one, so nobody monopolises a reader. */
export const MAX_SYNC_SESSION_BYTES = 32 * MIB;
export const MAX_SYNC_SESSION_REQUESTS = 1_024;
/** Two neighbours who answer as slowly as they may must not hold both readers for hours. */
export const MAX_SYNC_SESSION_MS = 2 * 60_000;
/** Ranges a reader has yet to look into. What does not fit is found again by the next session. */
export const MAX_SYNC_RANGES = 16_384;
/** Cuts from the whole set down to one range: sixteen pieces each make 2^40 of them, more than any honest set needs. */
export const MAX_SYNC_DEPTH = 10;
/** A range in which a neighbour has no more items is listed: by then cutting on costs as much as the list. */
export const SYNC_LISTED_ITEMS = 32;
/** A range is read whole where the neighbour has so many times as much as we know: at most a sixteenth comes in vain. */
export const SYNC_WHOLE_FACTOR = 16;
/** Items this peer did not take (older, early, over a quota), so that no session fetches them again. */
export const MAX_SYNC_DECLINED = 20_000;
/** After this such an item is tried again: a quota may be free, a register empty. */
export const SYNC_DECLINED_MS = 60 * 60_000;
/** The same for one that was early and is due by now, or that will be due much later. */
export const SYNC_EARLY_RETRY_MS = 2_000;
export const SYNC_EARLY_RETRY_AT_MOST_MS = 10 * 60_000;
/**
 * What we answer neighbours (see `Ration`): a newcomer may read a whole set of the first size at once, whoever else wants
 * something; all of them together get about what one core serves beside its other work.
 */
export const SYNC_SERVED = {
  burst: 64 * MIB,
  total: { capacity: 256 * MIB, perSecond: 16 * MIB },
  maxPeers: MAX_RATED_PEERS,
};
/** An answer that finds nothing still costs a look-up; so do sums over a range, and finding one record. */
export const SYNC_REQUEST_COST_BYTES = 4 * KIB;
export const SYNC_RANGE_COST_BYTES = 4 * KIB;
export const SYNC_ITEM_COST_BYTES = 64;
/** Records taken in with one commit: a commit costs as much as checking a signature, and a run must not hold up the loop
 * for more than some ten milliseconds. */
export const SYNC_RUN = 32;
/** Sessions we run as reader at a time: enough to use two links, few enough to leave the loop to gossip. */
export const MAX_SYNC_READERS = 2;
/** Neighbours whose turn and behaviour is remembered; of those that left, the one seen longest ago is forgotten. */
export const MAX_SYNC_NEIGHBOURS = 1_024;
/** Between two sessions with one neighbour, unless the first ended at its bounds. */
export const SYNC_PULL_GAP_MS = 1_000;
/** What is learned within this is told in one message, and a neighbour gets one at most so often. */
export const SYNC_TELL_AFTER_MS = 300;
export const SYNC_TELL_GAP_MS = 2_000;
/** Pauses that double: after a hint or a session that brought nothing we keep, and after one that failed. */
export const SYNC_BACK_OFF_MS = 1_000;
export const SYNC_BACK_OFF_AT_MOST_MS = 10 * 60_000;
/** A session is worth its bytes when at most so many records came in vain for each new one: reading whole ranges costs less. */
export const SYNC_IN_VAIN_FACTOR = 16;
/** Of the neighbours that we dialled, one whose last session was in vain lets those go first that came up to so much later. */
export const SYNC_TURN_MS = 60_000;
/** Hints come in vain when many speak at once: they are put off for less than a round. */
export const SYNC_HINT_BACK_OFF_AT_MOST_MS = 8_000;
/** A busy neighbour cannot put us off for longer. */
export const MAX_SYNC_RETRY_AFTER_MS = 60_000;
/** Streams a neighbour may open towards our responder: a session, a hint, and one that is just being closed. */
export const MAX_SYNC_STREAMS_PER_PEER = 3;
/** One frame to arrive or leave; a slower neighbour is left alone until the next round. */
export const SYNC_FRAME_TIMEOUT_MS = 10_000;
/** A neighbour more than half of whose records we refuse after this many is not worth reading on. */
export const SYNC_REFUSALS_BEFORE_JUDGING = 64;

/**
 * Answering neighbours' questions is rationed in bytes, as catching up is: those that are sent, and what finding them is
 * worth. A search of both indexes costs as much as reading some records by catching up, and embedding grows with the words.
 */
export const ASK_SEARCH_COST_BYTES = 16 * KIB;
export const ASK_COST_PER_QUERY_BYTE = 16;
/**
 * What we answer neighbours (see `Ration`): an agent's flurry of about twenty questions, whoever else asks; all of them
 * together get about ten questions a second, some per cent of one core.
 */
export const ASK_SERVED = {
  burst: 512 * KIB,
  total: { capacity: 4 * MIB, perSecond: 256 * KIB },
  maxPeers: MAX_RATED_PEERS,
};
/** Answers in the making: our own user's searches share the search thread with them. */
export const MAX_ASK_ANSWERS = 2;
/** Kept beside those for neighbours with an earned share, so that strangers cannot take all places. */
export const MAX_ASK_ANSWERS_EARNED = 3;
/** What a neighbour is told who finds those taken. */
export const ASK_BUSY_MS = 1_000;
/** Streams a neighbour may have open towards our responder: a question each, and some that are just being closed. */
export const MAX_ASK_STREAMS_PER_PEER = 8;
/** A question follows its stream at once, and one frame carries it. */
export const ASK_REQUEST_TIMEOUT_MS = 2_000;
/** Finding, and handing over what was found; who asked has long stopped waiting by then. */
export const ASK_ANSWER_TIMEOUT_MS = 5_000;

/** Exchanges between agents of two peers: those of a team at work, in each direction. Each takes a stream. */
export const MAX_LETTER_STREAMS_IN = 64;
export const MAX_LETTER_STREAMS_OUT = 64;
/** Until a peer is reached and has a stream for a letter: a dial, and a little more. */
export const LETTER_REACH_MS = 10_000;

/** A provider that says nothing for this long is passed over (sessions have no stall time-out of their own). */
export const PROVIDER_STALL_MS = 3_000;
/** The same for one that must first be found and dialled. */
export const PROVIDER_DIAL_AND_STALL_MS = 6_000;
/** Hinted providers tried before the DHT is asked. */
export const MAX_HINTED_PROVIDERS = 4;
/** Providers taken from one DHT look-up. */
export const MAX_DHT_PROVIDERS = 3;
/** What a source of a block has to itself before the next is asked as well: above the round trip of most links, so that
 * one that answers is asked alone, and far below the stall limits above. */
export const FETCH_STAGGER_MS = 400;
/** Sources asked for one block at a time. A block is at most 1 MiB, so at worst two copies too many are on their way. */
export const FETCH_WIDTH = 3;
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
/** One address of several: libp2p tries them one after another, so one that hangs must leave time for the next. */
export const ADDRESS_DIAL_TIMEOUT_MS = 3_000;
/** What addresses we know of a peer get before relays and what the DHT says are tried: they are stale more often than slow. */
export const KNOWN_ADDRESS_MS = 1_500;
/** The same for relays: one that holds no place for the peer says so within a round trip. */
export const THROUGH_RELAY_MS = 2_000;
/** How long known addresses may take before the DHT is asked as well. */
export const LOOK_UP_AFTER_MS = 400;
/** Relays through which one peer is sought. */
export const MAX_RELAYS_TRIED = 4;
/** Addresses of one peer dialled at a time, whoever named them. */
export const MAX_ADDRESSES_DIALLED = 12;

/** Peers a relay keeps a place for. Each is a connection that stays, so it is below MAX_CONNECTIONS_BOOTSTRAP. */
export const MAX_RELAY_RESERVATIONS = 128;
/** A place is renewed in time by who still wants it, and freed when its peer leaves; this is for whoever only looks connected. */
export const RELAY_RESERVATION_MS = 60 * 60_000;
/** Through one circuit: some bundles of at most 1 MiB, or a few thousand records. Then it is cut and may be made again. */
export const RELAY_CIRCUIT_BYTES = 8 * MIB;
export const RELAY_CIRCUIT_MS = 10 * 60_000;
/** Circuits from one peer, and towards one: it fetches from about as many neighbours as it has. */
export const MAX_CIRCUITS_PER_PEER = 16;
/** Circuits made for one address towards one peer: with RELAY_CIRCUIT_MS, nine of the sixteen at a time. */
export const CIRCUITS_PER_CUSTOMER_AND_PEER = { capacity: 4, perSecond: 1 / 120 };
/** Asking for a place or a circuit: a message each way, through both ends. */
export const RELAY_HOP_TIMEOUT_MS = 10_000;
/** Places to have: the second is for when the first relay goes away. */
export const RELAYS_WANTED = 2;
/** Connected relays that are remembered. */
export const MAX_RELAYS_KNOWN = 32;
export const RELAY_RESERVE_TIMEOUT_MS = 10_000;
/** Whether relays are still needed is looked at this often, whatever events were missed. */
export const RELAY_LOOK_MS = 15_000;

/** What a bootstrap node says of its own addresses is not put to the test: longer than it runs, within a timer's 31 bits. */
export const VOUCHED_ADDRESS_MS = 24 * 24 * 60 * 60_000;
/** AutoNAT: one peer may have us dial it back this many times at once, with a message that holds its addresses. */
export const MAX_AUTONAT_STREAMS_PER_PEER = 1;
export const AUTONAT_TIMEOUT_MS = 15_000;
export const MAX_AUTONAT_MESSAGE_BYTES = 4 * KIB;
/** A name that takes longer gives no address to this dial, which goes on with the others. */
export const DNS_TIMEOUT_MS = 3_000;
/** Addresses taken from one name, and levels of names that point to names. */
export const MAX_DNS_ADDRESSES = 8;
export const MAX_DNS_DEPTH = 2;
/** Entries of libp2p's peer store: many times the neighbours, and what a few hundred look-ups name; about 1 kB each. */
export const MAX_STORED_PEERS = 4_096;
/** Peers kept for rejoining without any bootstrap node. */
export const MAX_KNOWN_PEERS = 128;
export const MAX_ADDRESSES_PER_PEER = 6;
/** Candidates the supervisor weighs, known peers and discoveries together. */
export const MAX_CANDIDATES = 512;
/** Candidates of one group of addresses (IPv4 /16, IPv6 /32): an eighth, so that nobody fills the list from one place. */
export const MAX_CANDIDATES_PER_GROUP = 64;
/** Outbound neighbours, the longest connected, that are dialled first after a restart. */
export const MAX_ANCHORS = 4;
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

/** Nodes of the public DHT we are connected to at a time: a walk asks ten at once. */
export const MAX_PUBLIC_CONNECTIONS = 40;
/** Entering it: its own entry nodes, then those met before. */
export const PUBLIC_JOIN_TIMEOUT_MS = 30_000;
/** Entry nodes asked at a time. */
export const PUBLIC_JOIN_CONCURRENCY = 3;
/** Left alone for this long, the whole node for it is closed again. */
export const PUBLIC_IDLE_MS = 60_000;
/** Contacts kept for the next time, so that not everybody enters through the same four nodes. */
export const MAX_PUBLIC_CONTACTS = 16;
/** After an attempt to enter that failed, doubled each time. */
export const PUBLIC_FIRST_RETRY_MS = 15_000;
export const PUBLIC_MAX_RETRY_MS = 30 * 60_000;
/** One look-up there, and one announcement: each walks a DHT of thousands, many of which do not answer. */
export const PUBLIC_LOOK_UP_TIMEOUT_MS = 60_000;
export const PUBLIC_PROVIDE_TIMEOUT_MS = 3 * 60_000;
/** Blocks announced there; of more, the first that were pinned. At 3 a minute or so they take a day. */
export const MAX_PUBLIC_BLOCKS = 4_096;

/** Providers of the rendezvous that one look-up may bring, and how many of them, drawn by lot, are looked at. */
export const MAX_RENDEZVOUS_FOUND = 1_024;
export const MAX_RENDEZVOUS_PROVIDERS = 20;
/** Addresses taken of each. */
export const MAX_RENDEZVOUS_ADDRESSES = 3;
/** Addresses handed on in an hour, whoever named them: what a poisoned rendezvous can make us dial. */
export const RENDEZVOUS_ADDRESSES_PER_HOUR = 120;
/** Of these towards one machine, so that no host is flooded by all the peers of a network at once. */
export const RENDEZVOUS_PER_HOST_PER_HOUR = 4;

/** Strangers who fetch blocks at a time, when bundles are announced in public. */
export const MAX_GUESTS = 16;
/** A bundle of a few blocks is fetched in this or not at all. */
export const GUEST_MS = 60_000;

/**
 * Inbound connections. Each costs a Noise handshake, about 3 ms of one core, before anything is known about who is there.
 */
/** Of all connections, kept for those we open: whom we choose ourselves is harder to choose for us. */
export const RESERVED_OUTBOUND = 24;
/** A few links of one peer: two that dialled each other at once, and one that is just being closed. */
export const MAX_CONNECTIONS_PER_PEER = 4;
/** One household or office, with several peers behind one address. */
export const MAX_INBOUND_PER_CUSTOMER = 8;
/** One provider may hold this share of the inbound connections: four are needed to fill them. */
export const MAX_INBOUND_SHARE_PER_GROUP = 0.25;
/** Handshakes under way; an idle one is cut after INBOUND_UPGRADE_TIMEOUT_MS. */
export const MAX_PENDING_INBOUND = 64;
export const MAX_PENDING_INBOUND_PER_CUSTOMER = 4;
/** libp2p's own counter, which knows no addresses and must not be the one that bites first (its default is 10). */
export const LIBP2P_MAX_PENDING_INBOUND = 2 * MAX_PENDING_INBOUND;
/** libp2p's own rate, per address and second (default 5): above our bursts, so that ours decide. */
export const LIBP2P_INBOUND_PER_HOST_PER_SECOND = 64;
export const INBOUND_UPGRADE_TIMEOUT_MS = 10_000;
/** A stream must say what it is for within this; both sides do so at once, but one may be busy. */
export const STREAM_NEGOTIATION_TIMEOUT_MS = 10_000;
/** New connections: a household after a power cut; all of a network after a bootstrap node's restart. */
export const INBOUND_PER_CUSTOMER = { capacity: 12, perSecond: 0.5 };
export const INBOUND_TOTAL_PEER = { capacity: 64, perSecond: 8 };
export const INBOUND_TOTAL_BOOTSTRAP = { capacity: 200, perSecond: 32 };

/** Dials that come to nothing: three a minute towards one address whatever strangers say about it, thirty towards a group. */
export const DIALS_PER_CUSTOMER = { capacity: 3, perSecond: 3 / 60 };
export const DIALS_PER_GROUP = { capacity: 30, perSecond: 30 / 60 };
/** All dials: a walk through the DHT makes some dozens. */
export const DIALS_TOTAL = { capacity: 128, perSecond: 4 };
/** Addresses whose rates are remembered, in either direction; the longest unused is forgotten first. */
export const MAX_RATED_ADDRESSES = 4_096;

/** What a stream may have under way in each direction. The window grows with the round trip; 1 MiB carries 10 MB/s at
 * 100 ms. What we could not send is kept until a reader is too slow to be waited for: then its stream ends. */
export const MAX_STREAM_WINDOW_BYTES = 1 * MIB;
export const MAX_STREAM_UNSENT_BYTES = 8 * MIB;
/** Streams of one connection: gossip, sync, questions, bitswap, the DHT's and a few for identify, never a thousand. */
export const MAX_STREAMS_PER_CONNECTION = 256;
/** Streams that one connection's other end may open: each is negotiated anew. In a small network one neighbour is asked for
 * every block that is announced, some hundred times at once; what is reset is tried again. */
export const STREAMS_OPENED = { capacity: 2_048, perSecond: 256 };

/** A largest block with what surrounds it. */
export const MAX_BITSWAP_MESSAGE_BYTES = MAX_BLOCK_BYTES + 64 * KIB;
/** What one message may list; a wantlist of ours has a handful, one of any IPFS node at most 1,024. */
export const MAX_BITSWAP_ENTRIES = 1_024;
export const MAX_BITSWAP_BLOCKS = 256;
/** Each of them may hold a message in memory: of one connection, and of all. */
export const MAX_BITSWAP_STREAMS_PER_PEER = 8;
export const MAX_BITSWAP_STREAMS = 96;
/** One message to arrive, whole; a stream that is silent for longer is opened again when there is something to say. */
export const BITSWAP_FRAME_TIMEOUT_MS = 10_000;
/** What one neighbour may send: what our fetches can ask of it at once, then a good home line. Each costs at least 1 KiB. */
export const BITSWAP_RECEIVED = { capacity: 32 * MIB, perSecond: 8 * MIB };
export const BITSWAP_FRAME_COST_BYTES = 1 * KIB;
/** Messages that break the format or list too much: so many, then we hang up and refuse. */
export const BITSWAP_MALFORMED = { capacity: 4, perSecond: 1 / 60 };
/** Wants of one neighbour: a bundle has three blocks. */
export const BITSWAP_ENTRIES = { capacity: 4_096, perSecond: 256 };
/** Wants that wait at a time. */
export const MAX_BITSWAP_WANTS = 1_024;
/** What we give neighbours (see `Ration`): a newcomer at once, and all of them; every look into the store counts as 1 KiB. */
export const BITSWAP_SERVED = {
  burst: 32 * MIB,
  total: { capacity: 128 * MIB, perSecond: 16 * MIB },
  maxPeers: MAX_RATED_PEERS,
};
export const BITSWAP_WANT_COST_BYTES = 1 * KIB;
/** Neighbours being served at a time, of those with an earned share and of the others; each has one message in memory. */
export const MAX_BITSWAP_SERVING = 16;
/** A neighbour over its ration waits this long for a block, no longer: others may have it. */
export const MAX_BITSWAP_WAIT_MS = 2_000;
