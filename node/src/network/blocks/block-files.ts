import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Helia } from "helia";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { blockName, cidOfBlock } from "../../block-name.ts";
import type { BoundedBlockstore } from "./bounded-blockstore.ts";

/** Multicodec table: dag-cbor. */
const DAG_CBOR = 0x71;
/** As blockstore-fs files them: in folders by the last letters of the name. */
const SUFFIX = ".data";
const SHARD_LETTERS = 2;
/** Reads and writes of a local database. */
const UNPIN_MS = 10_000;
/** A write that a kill cut short leaves `.name.data.tmp` behind. */
const CUT_SHORT = /^\..+\.data\.tmp$/;

export interface BlockFile {
  /** The block's name; undefined for what a write that was cut short left behind. */
  readonly block: string | undefined;
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

interface BlockFilesParts {
  readonly path: string;
  readonly helia: Helia;
  readonly blockstore: BoundedBlockstore;
}

/** The blockstore as files: what lies there whoever wanted it, and taking it away. By the names of blocks (`blockName`). */
export class BlockFiles {
  readonly #parts: BlockFilesParts;

  constructor(parts: BlockFilesParts) {
    this.#parts = parts;
  }

  /** Names of the folders that blocks lie in, at most 1,024. */
  async folders(): Promise<string[]> {
    const entries = await readdir(this.#parts.path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  async files(folder: string): Promise<BlockFile[]> {
    const files: BlockFile[] = [];
    for (const name of await readdir(join(this.#parts.path, folder))) {
      const path = join(this.#parts.path, folder, name);
      const whole = name.endsWith(SUFFIX) && isBlock(name.slice(0, -SUFFIX.length));
      if (!whole && !CUT_SHORT.test(name)) continue;
      // What goes while we look is not there.
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) continue;
      const block = whole ? name.slice(0, -SUFFIX.length) : undefined;
      files.push({ block, path, bytes: found.size, changedAt: found.mtimeMs });
    }
    return files;
  }

  /** Removes what a write that was cut short left behind. */
  async removeRest({ path }: BlockFile): Promise<void> {
    await unlink(path).catch(() => undefined);
  }

  /** How many bytes its file has; undefined when there is none. */
  async size(block: string): Promise<number | undefined> {
    const path = join(this.#parts.path, block.slice(-SHARD_LETTERS), block + SUFFIX);
    return (await stat(path).catch(() => undefined))?.size;
  }

  /** Somebody waits for it from the network. */
  awaited(block: string): boolean {
    return this.#parts.blockstore.awaits(block);
  }

  async pinned(block: string): Promise<boolean> {
    return await this.#parts.helia.pins.isPinned(cidOfBlock(block));
  }

  async unpin(block: string): Promise<void> {
    const { multihash } = cidOfBlock(block);
    for (const code of [raw.code, DAG_CBOR]) {
      try {
        const cid = CID.createV1(code, multihash);
        // Without `offline`, Helia would look in the network for a block whose file is gone.
        const here = { offline: true, signal: AbortSignal.timeout(UNPIN_MS) };
        for await (const _ of this.#parts.helia.pins.rm(cid, here));
      } catch (error) {
        // Not pinned in this form, or its file is gone already.
        if (!(error instanceof Error) || !/NotFound/.test(error.name)) throw error;
      }
    }
  }

  /** Takes blocks off the disk, pinned or not. Whoever calls it knows that nobody needs them. */
  async remove(blocks: readonly string[]): Promise<void> {
    for (const block of blocks) {
      await this.unpin(block);
      // Straight from the store: Helia's own delete waits for every get that is under way.
      await this.#parts.blockstore.delete(cidOfBlock(block));
    }
  }
}

function isBlock(name: string): boolean {
  try {
    return blockName(cidOfBlock(name)) === name;
  } catch {
    return false;
  }
}
