import {
  type ActionId,
  type Bundle,
  blocksOf,
  CollectiveError,
  cidOfActionId,
  type EncodedManifest,
  limits,
  type Manifest,
} from "@action-collective/protocol";
import type { CID } from "multiformats/cid";
import { ContentUnavailableError } from "./errors.ts";

/** What the store needs of the network station. */
export interface Blocks {
  put(bytes: Uint8Array, codec: "raw" | "dag-cbor"): Promise<CID>;
  getLocal(cid: CID): Promise<Uint8Array | undefined>;
  fetch(
    cid: CID,
    options: { providers: readonly string[]; maxBytes: number; signal: AbortSignal },
  ): Promise<Uint8Array>;
  pin(cids: readonly CID[]): Promise<void>;
  discard(cids: readonly CID[]): Promise<void>;
}

export interface BundleStoreParts {
  readonly blocks: Blocks;
  readonly provide: (cid: CID) => void;
  /** Whether there is anybody to ask. */
  readonly connected: () => boolean;
  /** Peers who most likely hold an action's blocks, likeliest first. */
  readonly providers: (id: ActionId) => readonly string[];
}

/** Honest blocks of 64 KiB arrive in milliseconds; after this a provider that stays silent counts as absent. */
const FETCH_MS = 15_000;

/** With nobody connected only the disk can answer, or a peer that is just being dialled. */
const FETCH_ALONE_MS = 2_000;

/** Bundles as the rest of the peer sees them: whole, checked against their CIDs, pinned or not. */
export class BundleStore {
  readonly #parts: BundleStoreParts;

  constructor(parts: BundleStoreParts) {
    this.#parts = parts;
  }

  /** Writes and pins a bundle of our own; it is on disk when this returns. */
  async put(bundle: Bundle): Promise<void> {
    const blocks = blocksOf(bundle);
    for (const { bytes, codec } of blocks) await this.#parts.blocks.put(bytes, codec);
    await this.#parts.blocks.pin(blocks.map((block) => block.cid));
  }

  /** True when every block of it is on disk, undamaged. */
  async has(bundle: Bundle): Promise<boolean> {
    const blocks = await Promise.all(blocksOf(bundle).map(({ cid }) => this.#parts.blocks.getLocal(cid)));
    return blocks.every((bytes) => bytes !== undefined);
  }

  /**
   * The bundle of a known action, from disk or from peers.
   * @throws {ContentUnavailableError}
   */
  async load(
    action: Pick<EncodedManifest, "id" | "bytes" | "manifest">,
    signal: AbortSignal,
  ): Promise<Bundle> {
    const { id, bytes, manifest } = action;
    const providers = this.#parts.providers(id);
    const patience = this.#parts.connected() ? FETCH_MS : FETCH_ALONE_MS;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
    try {
      const [code, test] = await Promise.all([
        this.#text(manifest.code, limits.codeBytes, providers, limited),
        manifest.test === undefined
          ? undefined
          : this.#text(manifest.test, limits.testBytes, providers, limited),
      ]);
      return { id, cid: cidOfActionId(id), bytes, manifest, code, test };
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      if (cause instanceof CollectiveError && cause.code === "stopping") throw cause;
      throw new ContentUnavailableError(id, { cause });
    }
  }

  /** Pins what was verified here, so that it outlives its publisher, and tells the DHT. */
  async keep(bundle: Bundle): Promise<void> {
    await this.put(bundle);
    this.announce(bundle.id, bundle.manifest);
  }

  /** Says in the DHT that these blocks are here. */
  announce(id: ActionId, manifest: Manifest): void {
    for (const cid of cidsOf(id, manifest)) this.#parts.provide(cid);
  }

  /** Frees the room of what is not worth keeping; blocks that a proved action shares stay. */
  async discard(id: ActionId, manifest: Manifest): Promise<void> {
    await this.#parts.blocks.discard(cidsOf(id, manifest));
  }

  async #text(
    cid: CID,
    maxBytes: number,
    providers: readonly string[],
    signal: AbortSignal,
  ): Promise<string> {
    const bytes = await this.#parts.blocks.fetch(cid, { providers, maxBytes, signal });
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  }
}

function cidsOf(id: ActionId, manifest: Manifest): CID[] {
  return [cidOfActionId(id), manifest.code, ...(manifest.test === undefined ? [] : [manifest.test])];
}
