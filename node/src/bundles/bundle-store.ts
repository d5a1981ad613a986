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
import { blockName } from "../block-name.ts";
import type { Keeping, StoredBlock } from "../catalogue/holdings.ts";
import { OneAtATime } from "../one-at-a-time.ts";
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
}

/** The same blocks as files, by name. */
export interface BlockShelf {
  awaited(block: string): boolean;
  unpin(block: string): Promise<void>;
  remove(blocks: readonly string[]): Promise<void>;
}

/** What is written down of bundles on disk; each call is durable when it returns. */
export interface HeldBundles {
  hold(id: ActionId, blocks: readonly StoredBlock[], keeping: Keeping): void;
  release(id: ActionId): void;
  holds(id: ActionId): boolean;
  isKept(id: ActionId): boolean;
  needs(block: string): boolean;
  alone(id: ActionId): readonly string[];
}

export interface BundleStoreParts {
  readonly blocks: Blocks;
  readonly files: BlockShelf;
  readonly held: HeldBundles;
  /** Whether it is this peer's own publication or the starter library's. */
  readonly keeping: (id: ActionId) => Keeping;
  /** Whether the user's policy lets it be kept once it passed, and its blocks be announced. */
  readonly mayKeep: (id: ActionId) => boolean;
  readonly mayAnnounce: (id: ActionId) => boolean;
  readonly provide: (cid: CID) => void;
  readonly unprovide: (block: string) => Promise<void>;
  /** Whether there is anybody to ask. */
  readonly connected: () => boolean;
  /** Peers who most likely hold an action's blocks, likeliest first. */
  readonly providers: (id: ActionId) => readonly string[];
}

/** Honest blocks of 64 KiB arrive in milliseconds; after this a provider that stays silent counts as absent. */
const FETCH_MS = 15_000;

/** With nobody connected only the disk can answer, or a peer that is just being dialled. */
const FETCH_ALONE_MS = 2_000;

/**
 * Bundles as the rest of the peer sees them: whole, checked against their CIDs, held or not. Whatever adds or takes away
 * blocks does so one after the other, so that none is taken from under another; reading and fetching wait for nobody.
 */
export class BundleStore {
  readonly #parts: BundleStoreParts;
  readonly #changes = new OneAtATime();

  constructor(parts: BundleStoreParts) {
    this.#parts = parts;
  }

  /** Writes and pins a bundle of our own, to be kept whatever the quota; it is on disk when this returns. */
  async put(bundle: Bundle): Promise<void> {
    await this.#hold(bundle, "always");
  }

  /** Pins what was verified here, so that it outlives its publisher; what the policy refuses goes instead. */
  async keep(bundle: Bundle): Promise<void> {
    if (!this.#parts.mayKeep(bundle.id)) return await this.discard(bundle.id, bundle.manifest);
    await this.#hold(bundle, this.#parts.keeping(bundle.id));
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

  /** Says in the DHT that these blocks are here. */
  announce(id: ActionId, manifest: Manifest): void {
    if (!this.#parts.mayAnnounce(id)) return;
    for (const cid of cidsOf(id, manifest)) this.#parts.provide(cid);
  }

  /** Frees the room of what failed here. One's own stays, and so do blocks that something held needs. */
  async discard(id: ActionId, manifest: Manifest): Promise<void> {
    const { files, held } = this.#parts;
    if (held.isKept(id)) return;
    if (held.holds(id)) await this.drop(id);
    await this.#changes.run(async () => {
      const blocks = cidsOf(id, manifest).map(blockName);
      await files.remove(blocks.filter((block) => !held.needs(block) && !files.awaited(block)));
    });
  }

  /**
   * Lets go of an action that is held: blocks that nothing else needs leave the disk and are announced no more. What
   * was found out about it stays, and the next run fetches it back. One's own stays.
   * @returns false when it stayed.
   */
  async drop(id: ActionId): Promise<boolean> {
    const { files, held, unprovide } = this.#parts;
    return await this.#changes.run(async () => {
      if (held.isKept(id) || !held.holds(id)) return false;
      const blocks = held.alone(id).filter((block) => !files.awaited(block));
      // In this order, so that a kill in between leaves nothing pinned that nobody knows of.
      for (const block of blocks) await files.unpin(block);
      held.release(id);
      await files.remove(blocks);
      for (const block of blocks) await unprovide(block);
      return true;
    });
  }

  /** Removes blocks that nothing held needs and nobody waits for. @returns how many there were. */
  async removeOrphans(blocks: readonly string[]): Promise<number> {
    const { files, held } = this.#parts;
    return await this.#changes.run(async () => {
      const orphans = blocks.filter((block) => !held.needs(block) && !files.awaited(block));
      await files.remove(orphans);
      return orphans.length;
    });
  }

  /**
   * Makes what is written down of an action true again after a kill or a damaged disk: holds it when all its blocks are
   * there, and lets go of it when one is missing.
   */
  async reconcile({ id, manifest }: Pick<EncodedManifest, "id" | "manifest">): Promise<"held" | "absent"> {
    const { blocks: store, held, keeping, unprovide } = this.#parts;
    const cids = cidsOf(id, manifest);
    return await this.#changes.run(async () => {
      const sizes: StoredBlock[] = [];
      for (const cid of cids) {
        const bytes = await store.getLocal(cid);
        if (bytes !== undefined) sizes.push({ block: blockName(cid), bytes: bytes.length });
      }
      if (sizes.length < cids.length) {
        const alone = held.alone(id);
        held.release(id);
        for (const block of alone) await unprovide(block);
        return "absent";
      }
      await store.pin(cids);
      held.hold(id, sizes, keeping(id));
      return "held";
    });
  }

  async #hold(bundle: Bundle, keeping: Keeping): Promise<void> {
    const { blocks: store, held } = this.#parts;
    const blocks = blocksOf(bundle);
    const sizes = blocks.map(({ cid, bytes }) => ({ block: blockName(cid), bytes: bytes.length }));
    await this.#changes.run(async () => {
      for (const { bytes, codec } of blocks) await store.put(bytes, codec);
      await store.pin(blocks.map((block) => block.cid));
      held.hold(bundle.id, sizes, keeping);
    });
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
