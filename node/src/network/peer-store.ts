import { BaseDatastore, MountDatastore } from "datastore-core";
import { type Datastore, Key, type Pair } from "interface-datastore";
import { NotFoundError } from "interface-store";

/** Where libp2p's peer store keeps what it was told of peers. */
const PEERS = new Key("/peers");

/** A datastore in memory that forgets what was not touched for the longest time. */
class RecentDatastore extends BaseDatastore {
  readonly #entries = new Map<string, Uint8Array>();
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override has(key: Key): boolean {
    return this.#entries.has(key.toString());
  }

  override get(key: Key): Uint8Array {
    const name = key.toString();
    const value = this.#entries.get(name);
    if (value === undefined) throw new NotFoundError();
    this.#entries.delete(name);
    this.#entries.set(name, value);
    return value;
  }

  override put(key: Key, value: Uint8Array): Key {
    const name = key.toString();
    this.#entries.delete(name);
    this.#entries.set(name, value);
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value ?? name);
    return key;
  }

  override delete(key: Key): void {
    this.#entries.delete(key.toString());
  }

  override *_all(): Generator<Pair> {
    for (const [name, value] of this.#entries) yield { key: new Key(name), value };
  }

  override *_allKeys(): Generator<Key> {
    for (const name of this.#entries.keys()) yield new Key(name);
  }
}

/**
 * The host's datastore with its peer store in memory. libp2p reads and writes an entry with every stream that opens and
 * every peer that the DHT names, which on disk was a third of what a peer with a dozen neighbours costs; and it forgets
 * addresses after an hour anyway. What must outlast a restart is in `KnownPeers`.
 */
export function withPeersInMemory(disk: Datastore, most: number): Datastore {
  return new MountDatastore([
    { prefix: PEERS, datastore: new RecentDatastore(most) },
    { prefix: new Key("/"), datastore: disk },
  ]);
}
