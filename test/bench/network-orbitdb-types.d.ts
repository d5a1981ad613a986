/** As much of OrbitDB as its benchmark uses; the package brings no types. */
declare module "@orbitdb/core" {
  interface Storage {
    put(hash: string, data: Uint8Array): Promise<void>;
    get(hash: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
    iterator(options?: { amount?: number }): AsyncIterable<[string, unknown]>;
  }
  interface EventsDatabase {
    readonly address: string;
    readonly events: import("node:events").EventEmitter;
    readonly log: { has(hash: string): Promise<boolean> };
    add(value: unknown): Promise<string>;
  }
  interface OrbitDB {
    open(
      nameOrAddress: string,
      options: { type: "events"; entryStorage: Storage; indexStorage: Storage },
    ): Promise<EventsDatabase>;
    stop(): Promise<void>;
  }
  export function createOrbitDB(options: { ipfs: object; directory: string }): Promise<OrbitDB>;
  export function ComposedStorage(first: Storage, second: Storage): Promise<Storage>;
  export function LRUStorage(options: { size: number }): Promise<Storage>;
  export function MemoryStorage(): Promise<Storage>;
  export function IPFSBlockStorage(options: { ipfs: object; pin: boolean }): Promise<Storage>;
}
