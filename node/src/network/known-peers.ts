import { MAX_ADDRESSES_PER_PEER, MAX_KNOWN_PEERS } from "./limits.ts";
import type { Log } from "./options.ts";
import { reason } from "./safely.ts";

export interface KnownPeer {
  id: string;
  addresses: string[];
  /** When we were last connected, in milliseconds since the epoch. */
  seen: number;
}

/** The part of a LevelDB that is needed. */
interface Database {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
}

/**
 * Peers we were connected to, kept across restarts so that a peer rejoins without any bootstrap node. libp2p's own peer
 * store forgets addresses after an hour.
 */
export class KnownPeers {
  readonly #database: Database;
  readonly #key: string;
  readonly #log: Log;
  readonly #peers = new Map<string, KnownPeer>();
  #dirty = false;

  constructor(parts: { database: Database; network: string; log: Log }) {
    this.#database = parts.database;
    this.#key = `/action-collective/known-peers/${parts.network}`;
    this.#log = parts.log;
  }

  get size(): number {
    return this.#peers.size;
  }

  peers(): readonly KnownPeer[] {
    return [...this.#peers.values()];
  }

  /** A damaged list counts as none. */
  async load(): Promise<void> {
    const bytes = await this.#database.get(this.#key);
    if (!bytes) return;
    try {
      for (const peer of parseKnownPeers(JSON.parse(Buffer.from(bytes).toString("utf8")))) {
        this.#peers.set(peer.id, peer);
      }
    } catch (error) {
      this.#log("warn", "the list of known peers is damaged and starts anew", { reason: reason(error) });
    }
  }

  /** The newest addresses come first; the peer unseen for the longest time is forgotten when there are too many. */
  remember(id: string, addresses: readonly string[], now: number): void {
    const known = this.#peers.get(id);
    const merged = [...new Set([...addresses, ...(known?.addresses ?? [])])].slice(0, MAX_ADDRESSES_PER_PEER);
    if (merged.length === 0) return;
    this.#peers.delete(id);
    this.#peers.set(id, { id, addresses: merged, seen: now });
    if (this.#peers.size > MAX_KNOWN_PEERS) {
      const oldest = this.#peers.keys().next();
      if (!oldest.done) this.#peers.delete(oldest.value);
    }
    this.#dirty = true;
  }

  forget(id: string): void {
    if (this.#peers.delete(id)) this.#dirty = true;
  }

  async save(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    // Losing the newest entries in a crash costs a slower rejoin, nothing else.
    await this.#database.put(this.#key, Buffer.from(JSON.stringify([...this.#peers.values()])));
  }
}

function parseKnownPeers(value: unknown): KnownPeer[] {
  if (!Array.isArray(value)) throw new TypeError("not a list");
  return value.filter(isKnownPeer).slice(-MAX_KNOWN_PEERS);
}

function isKnownPeer(value: unknown): value is KnownPeer {
  if (typeof value !== "object" || value === null) return false;
  const { id, addresses, seen } = value as Partial<Record<keyof KnownPeer, unknown>>;
  const strings = Array.isArray(addresses) && addresses.every((address) => typeof address === "string");
  return typeof id === "string" && strings && typeof seen === "number";
}
