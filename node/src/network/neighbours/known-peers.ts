import { MAX_ADDRESSES_PER_PEER, MAX_KNOWN_PEERS } from "../limits.ts";
import type { Log } from "../options.ts";
import { reason } from "../safely.ts";
import { groupOf } from "./address-groups.ts";
import { largestGroup } from "./diversity.ts";

export interface KnownPeer {
  id: string;
  addresses: string[];
  /** When we were last connected, in milliseconds since the epoch. */
  seen: number;
  /** We dialled it and it was there. Others only told us addresses, which may be anybody's. */
  reached?: boolean;
  /** One of the neighbours we chose and kept longest: dialled first after a restart. */
  anchor?: boolean;
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

  /**
   * The newest addresses come first. When there are too many, one of the group of addresses that has most is forgotten:
   * one that we never reached ourselves before one that we did, then the longest unseen.
   */
  remember(id: string, addresses: readonly string[], now: number, reached = false): void {
    const known = this.#peers.get(id);
    const merged = [...new Set([...addresses, ...(known?.addresses ?? [])])].slice(0, MAX_ADDRESSES_PER_PEER);
    if (merged.length === 0) return;
    this.#peers.delete(id);
    this.#peers.set(id, {
      id,
      addresses: merged,
      seen: now,
      ...(reached || known?.reached ? { reached: true } : {}),
      ...(known?.anchor ? { anchor: true } : {}),
    });
    if (this.#peers.size > MAX_KNOWN_PEERS) this.#forgetOne();
    this.#dirty = true;
  }

  anchors(): string[] {
    return this.peers()
      .filter(({ anchor }) => anchor)
      .map(({ id }) => id);
  }

  /** Whom to dial first after the next restart; who is not known is passed over. */
  setAnchors(ids: ReadonlySet<string>): void {
    for (const peer of this.#peers.values()) {
      const anchor = ids.has(peer.id);
      if (anchor === (peer.anchor ?? false)) continue;
      if (anchor) peer.anchor = true;
      else delete peer.anchor;
      this.#dirty = true;
    }
  }

  forget(id: string): void {
    if (this.#peers.delete(id)) this.#dirty = true;
  }

  #forgetOne(): void {
    const crowd = largestGroup(
      [...this.#peers.values()].filter(({ anchor }) => !anchor),
      ({ addresses }) => groupOf(addresses[0]),
    );
    const unreached = crowd.filter(({ reached }) => !reached);
    const oldest = [...(unreached.length > 0 ? unreached : crowd)].sort((a, b) => a.seen - b.seen)[0];
    if (oldest) this.#peers.delete(oldest.id);
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
  const { id, addresses, seen, reached, anchor } = value as Partial<Record<keyof KnownPeer, unknown>>;
  const strings = Array.isArray(addresses) && addresses.every((address) => typeof address === "string");
  const flags = [reached, anchor].every((flag) => flag === undefined || typeof flag === "boolean");
  return typeof id === "string" && strings && typeof seen === "number" && flags;
}
