import type { AskRequest, Item, LiveSetView } from "@action-collective/protocol";
import type { ComponentLogger, Metrics } from "@libp2p/interface";
import type { CID } from "multiformats/cid";
import type { LetterStream } from "./agents/letter-stream.ts";

/** How far the peer's addresses reach; decides the address filters and the gossip scores. */
export type Reach = "loopback" | "lan" | "public";

/**
 * `bootstrap` serves the DHT, relays gossip, gives a place to peers that nobody can dial and catches up like any peer,
 * but looks for no neighbours and serves no blocks.
 */
export type Role = "peer" | "bootstrap";

/** When a peer has itself reached through relays: `auto`, as long as nobody is known to be able to dial it. */
export type RelayUse = "auto" | "always" | "off";

/** How others get to a peer; `outbound-only`: they do not. */
export type Reachability = "direct" | "relayed" | "outbound-only" | "unknown";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

export interface NetworkOptions {
  /** 32-byte ed25519 seed; the PeerId is this key's. */
  seed: Uint8Array;
  /** Network name, e.g. `main`. It is part of every protocol id and of the topic, so two networks never talk. */
  network: string;
  /** Multiaddrs to listen on, e.g. `/ip4/127.0.0.1/tcp/0`. With none, this peer only dials out. */
  listen: readonly string[];
  /** Multiaddrs without `/p2p/…` that others reach us at, beside those found: of a router's forwarded port, say. */
  announce?: readonly string[];
  /** Multiaddrs ending in `/p2p/…`; empty means none. */
  bootstrap: readonly string[];
  role: Role;
  reach: Reach;
  /** Default: `auto`. A bootstrap node, which is a relay, uses none. */
  relay?: RelayUse;
  /** Whether others are reached through this node. Default: a bootstrap node serves, a peer does not. */
  serveRelay?: boolean;
  /** Whether peers of this network are looked for on the LAN by multicast DNS. Default: with reach `lan`. */
  mdns?: boolean;
  /** `blocks/` and `datastore/` live below it. One process at a time. */
  dataDir: string;
  log: Log;
  tuning?: Partial<NetworkTuning>;
  /** Connections of both directions; libp2p prunes beyond it. Default by role. */
  maxConnections?: number;
  /** What libp2p measures goes there, e.g. `prometheusMetrics()`; left out, nothing is measured. */
  metrics?: (components: { logger: ComponentLogger }) => Metrics;
  /** Left out, no DHT but the network's own is ever spoken to. */
  publicDht?: PublicDhtOptions;
}

/** What is done in a DHT that everybody shares (SPEC §11.1). Its nodes learn this peer's id and addresses. */
export interface PublicDhtOptions {
  /** Meet peers of our network through its rendezvous CID. */
  meet: boolean;
  /** Announce what we provide there as well, and let any IPFS node fetch it. */
  announceBundles: boolean;
  /** Multiaddrs of its entry nodes, each ending in `/p2p/…`; by default the well-known ones of IPFS. */
  bootstrap?: readonly string[];
  /** Default: `/ipfs/kad/1.0.0`. */
  protocol?: string;
}

/** Knobs with sensible defaults (`DEFAULT_TUNING`); tests and large installations turn them. */
export interface NetworkTuning {
  /** Neighbours we try to have. */
  degree: number;
  /** Connections we open ourselves, at most. */
  maxOutbound: number;
  /** Mean time between two catch-up sessions with a random neighbour. */
  syncIntervalMs: number;
  /** Upper bound on one `blocks.fetch`, whatever the caller's signal says. */
  fetchTimeoutMs: number;
  /** How long a connected peer may be absent from gossip before we hang up and dial again. */
  gossipGraceMs: number;
  /** A neighbour must have stayed this long before it is one of those to dial first after a restart. */
  anchorAfterMs: number;
  /** Count connections from and dials to loopback and private addresses as those of public ones. */
  guardLocal: boolean;
}

export type Verdict = "accept" | "reject" | "ignore";

/** What became of a record that arrived through catching up; `later`: not acceptable yet, to be tried again. */
export type Received = "new" | "known" | "later" | "refused";

/** Everything we hold, whoever wrote it, as neighbours catch up with it. */
export interface LiveRecords {
  readonly set: LiveSetView;
  /** Wire forms in the order asked for; what is not held is left out. */
  bytes(items: readonly Item[]): Uint8Array[];
  /** Which item a wire form is, whether or not it is acceptable; undefined for what is no record at all. */
  itemOf(record: Uint8Array): Item | undefined;
}

/** What the network asks of the rest of the peer. */
export interface NetworkHandlers {
  /** Cheap and synchronous (size, depth, signature, rate): it runs inside gossip's validator, which has no back-pressure. */
  onRecord(bytes: Uint8Array, from: string): Verdict;
  records: LiveRecords;
  /** Takes in a run of records that catching up brought. Awaited, so a slow intake slows the neighbour we read from. */
  receive(records: readonly Uint8Array[], from: string): Promise<readonly Received[]>;
  /** A peer of our network was met, or met again: what could not be had before may be had now. */
  onMember?(peer: string): void;
  /** Answers neighbours who look for actions. Without it they are told that this peer answers no questions. */
  questions?: Questions;
  /** Takes letters of other peers' agents. Without it they are told that this peer takes none. */
  letters?: LettersHandler;
  /** Whether a block is given to neighbours and announced; without it, all are. Cheap and synchronous; never throws. */
  mayServe?(cid: CID): boolean;
  /** Give and take. Without it all neighbours have the same share, and nothing is counted. */
  dealings?: DealingsHandler;
}

/** What this peer gives to its neighbours and takes from them: blocks, records, answers. Cheap and synchronous; never throws. */
export interface DealingsHandler {
  /** How much of a newcomer's ration this neighbour gets where there is not enough for all. */
  share(peer: string): number;
  /** So many bytes went to it. */
  gave(peer: string, bytes: number): void;
  /** So many bytes came from it that were wanted, and new. */
  took(peer: string, bytes: number): void;
  /** It asked for something and was told to come back, or that it is not here. */
  putOff(peer: string): void;
}

/** For a node that treats all alike. */
export const EQUAL_DEALINGS: DealingsHandler = {
  share: () => 1,
  gave: () => undefined,
  took: () => undefined,
  putOff: () => undefined,
};

/** What takes the letters of agents of other peers (SPEC §16). */
export interface LettersHandler {
  /** One exchange, from its letter to its end. What it throws breaks the stream off. */
  serve(stream: LetterStream, peer: string): Promise<void>;
}

/** What answers a neighbour's question (SPEC §15), from this peer's own index alone: a question is never passed on. */
export interface Questions {
  /** Publications, the best first, as their authors signed them; those that do not fit the answer are left out. */
  answer(request: AskRequest, signal: AbortSignal): Promise<Uint8Array[]>;
}

export interface PeerView {
  id: string;
  address: string;
  direction: "inbound" | "outbound";
  /** Milliseconds since the epoch. */
  since: number;
  /** Whether gossip reaches this peer. */
  gossip: boolean;
  latencyMs?: number;
}

export type BlockCodec = "raw" | "dag-cbor";

export interface FetchOptions {
  /** Peer ids that probably hold the block, best first. The DHT is asked when none of them gives it. */
  providers: readonly string[];
  maxBytes: number;
  signal: AbortSignal;
}

export interface NetworkBlocks {
  put(bytes: Uint8Array, codec: BlockCodec): Promise<CID>;
  has(cid: CID): Promise<boolean>;
  getLocal(cid: CID): Promise<Uint8Array | undefined>;
  fetch(cid: CID, options: FetchOptions): Promise<Uint8Array>;
  pin(cids: readonly CID[]): Promise<void>;
}

export interface NetworkStats {
  connections: { peers: number; inbound: number; outbound: number };
  gossip: {
    peers: number;
    /** Neighbours known to be subscribed to our topic. */
    subscribers: number;
    published: number;
    accepted: number;
    rejected: number;
    ignored: number;
  };
  /** As reader, but for `served`. `bytes` of the answers read; `told`: hints that neighbours got. */
  sync: {
    sessions: number;
    failed: number;
    received: number;
    new: number;
    refused: number;
    bytes: number;
    told: number;
    served: number;
  };
  /** Questions: those put to neighbours (`busy`: they had no time) and those of neighbours (`putOff`: we had none). */
  ask: { asked: number; failed: number; busy: number; served: number; putOff: number };
  blocks: { fetched: number; fetchFailures: number; providesQueued: number };
  knownPeers: number;
  /** How others get to us, and where relays hold a place for us. */
  reachability: { state: Reachability; relays: string[] };
  /** Peers that have a place at this relay; absent when it is none. */
  relay?: { reservations: number };
  /** What the guards turned away: inbound connections, dials to where nobody answers, streams of slow or greedy peers. */
  refused: { inbound: number; dials: number; wants: number };
  /** What is wrong with the company we keep, in words for the user; empty when all is well. */
  warnings: string[];
  /** What was done in the public DHT; absent when it is off. */
  publicDht?: PublicDhtStats;
}

export interface PublicDhtStats {
  /** `idle`: nothing to do there now. `unreachable`: none of its nodes answered lately. */
  state: "idle" | "connected" | "unreachable";
  /** Nodes of it that we are connected to. */
  connections: number;
  /** Whether this peer can be met there: it has an address to give, and gave it. */
  provided: boolean;
  lookUps: number;
  /** Addresses handed to the supervisor, which may or may not lead to peers of our network. */
  heardOf: number;
  /** Blocks announced there, and those that wait. */
  announced: number;
  announcing: number;
  /** Strangers connected at present to fetch blocks. */
  guests: number;
}
