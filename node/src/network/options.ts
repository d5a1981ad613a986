import type { AskRequest } from "@action-collective/protocol";
import type { CID } from "multiformats/cid";

/** How far the peer's addresses reach; decides the address filters and the gossip scores. */
export type Reach = "loopback" | "lan" | "public";

/** `bootstrap` serves the DHT, relays gossip and catches up like any peer, but looks for no neighbours and serves no blocks. */
export type Role = "peer" | "bootstrap";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

export interface NetworkOptions {
  /** 32-byte ed25519 seed; the PeerId is this key's. */
  seed: Uint8Array;
  /** Network name, e.g. `main`. It is part of every protocol id and of the topic, so two networks never talk. */
  network: string;
  /** Multiaddrs to listen on, e.g. `/ip4/127.0.0.1/tcp/0`. */
  listen: readonly string[];
  /** Multiaddrs ending in `/p2p/…`; empty means none. */
  bootstrap: readonly string[];
  role: Role;
  reach: Reach;
  /** `blocks/` and `datastore/` live below it. One process at a time. */
  dataDir: string;
  log: Log;
  tuning?: Partial<NetworkTuning>;
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
}

export type Verdict = "accept" | "reject" | "ignore";

/** What became of a record that arrived through catching up; `later`: not acceptable yet, to be read again. */
export type Received = "new" | "known" | "later" | "refused";

/** A run of our log. `next` is where to ask on; `done` says that nothing follows `next` at present. */
export interface RecordPage {
  records: Uint8Array[];
  next: number;
  done: boolean;
}

/** How far we have read a neighbour's log. The epoch changes when that log is numbered anew. */
export interface Cursor {
  epoch: string;
  after: number;
}

/** Everything we hold, by local sequence number, whoever wrote it. */
export interface NumberedRecords {
  /** 1 to 63 printable ASCII characters: the responder may add one. */
  readonly epoch: string;
  page(after: number, maxBytes: number): RecordPage;
  /** The largest number given so far, also to a record since replaced. Without it, a log that lost its end is not noticed. */
  last?(): number;
}

/** What the network asks of the rest of the peer. */
export interface NetworkHandlers {
  /** Cheap and synchronous (size, depth, signature, rate): it runs inside gossip's validator, which has no back-pressure. */
  onRecord(bytes: Uint8Array, from: string): Verdict;
  records: NumberedRecords;
  cursor: { load(peer: string): Cursor | undefined; save(peer: string, cursor: Cursor): void };
  /** Awaited one by one, so a slow intake slows the neighbour we read from. */
  receive(bytes: Uint8Array, from: string): Promise<Received>;
  /** A peer of our network was met, or met again: what could not be had before may be had now. */
  onMember?(peer: string): void;
  /** Answers neighbours who look for actions. Without it they are told that this peer answers no questions. */
  questions?: Questions;
}

/** What answers a neighbour's question (SPEC §15), from this peer's own index alone: a question is never passed on. */
export interface Questions {
  /** Publications, the best first, as their authors signed them; those that do not fit the answer are left out. */
  answer(request: AskRequest, signal: AbortSignal): Promise<Uint8Array[]>;
  /** How much of a newcomer's ration this neighbour gets: 1 for a newcomer, more for one that proved good. */
  share(peer: string): number;
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
  unpin(cids: readonly CID[]): Promise<void>;
  /** Deletes blocks that nothing pinned; the others stay. */
  discard(cids: readonly CID[]): Promise<void>;
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
  sync: { sessions: number; failed: number; received: number; new: number; refused: number; served: number };
  /** Questions: those put to neighbours (`busy`: they had no time) and those of neighbours (`putOff`: we had none). */
  ask: { asked: number; failed: number; busy: number; served: number; putOff: number };
  blocks: { fetched: number; fetchFailures: number; providesQueued: number };
  knownPeers: number;
}
