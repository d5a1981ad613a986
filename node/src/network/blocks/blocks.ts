import { createHash } from "node:crypto";
import type { Helia } from "helia";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { create as createDigest } from "multiformats/hashes/digest";
import { BlockCidUnsupportedError, BlockTooLargeError } from "../errors.ts";
import { MAX_BLOCK_BYTES } from "../limits.ts";
import type { BlockCodec, FetchOptions, Log, NetworkBlocks } from "../options.ts";
import { reason } from "../safely.ts";
import type { BlockFetcher } from "./block-fetcher.ts";
import type { BoundedBlockstore } from "./bounded-blockstore.ts";

/** Multicodec table: dag-cbor, sha2-256. */
const DAG_CBOR = 0x71;
const SHA2_256 = 0x12;
const CODES: Record<BlockCodec, number> = { raw: raw.code, "dag-cbor": DAG_CBOR };

interface BlocksParts {
  helia: Helia;
  blockstore: BoundedBlockstore;
  fetcher: BlockFetcher;
  log: Log;
}

/** The peer's blocks: here first, then from the network. Nothing in here is private: bitswap serves it to anybody. */
export class Blocks implements NetworkBlocks {
  readonly #parts: BlocksParts;

  constructor(parts: BlocksParts) {
    this.#parts = parts;
  }

  async put(bytes: Uint8Array, codec: BlockCodec): Promise<CID> {
    const cid = CID.createV1(CODES[codec], createDigest(SHA2_256, sha256(bytes)));
    if (bytes.length > MAX_BLOCK_BYTES)
      throw new BlockTooLargeError(cid.toString(), bytes.length, MAX_BLOCK_BYTES);
    // Helia skips what the store has, also when that is damaged: look first, which removes a damaged copy.
    if ((await this.getLocal(cid)) === undefined) await this.#parts.helia.blockstore.put(cid, bytes);
    return cid;
  }

  async has(cid: CID): Promise<boolean> {
    requireSupported(cid);
    return await this.#parts.blockstore.has(cid);
  }

  /** A damaged copy counts as missing and is removed, so that the next fetch replaces it. */
  async getLocal(cid: CID): Promise<Uint8Array | undefined> {
    requireSupported(cid);
    // Straight from the store: Helia's own get would hold a lock and might go to the network.
    const bytes = await readBlock(this.#parts.blockstore, cid);
    if (bytes === undefined || matches(cid, bytes)) return bytes;
    this.#parts.log("warn", "a stored block is damaged and was removed", { cid: cid.toString() });
    await this.#parts.blockstore.delete(cid);
    return undefined;
  }

  async fetch(cid: CID, options: FetchOptions): Promise<Uint8Array> {
    const local = await this.getLocal(cid);
    const bytes = local ?? (await this.#parts.fetcher.fetch(cid, options));
    if (bytes.length > options.maxBytes) {
      throw new BlockTooLargeError(cid.toString(), bytes.length, options.maxBytes);
    }
    return bytes;
  }

  /** Each block by itself: Helia never has to walk, and so never to fetch, what a stranger's block links to. */
  async pin(cids: readonly CID[]): Promise<void> {
    for (const cid of cids) {
      requireSupported(cid);
      try {
        await drain(this.#parts.helia.pins.add(cid, { depth: 0 }));
      } catch (error) {
        if (!isNamed(error, "AlreadyPinnedError")) throw error;
      }
    }
  }
}

function requireSupported(cid: CID): void {
  const codec = cid.code === raw.code || cid.code === DAG_CBOR;
  if (cid.version !== 1 || !codec || cid.multihash.code !== SHA2_256 || cid.multihash.size !== 32) {
    throw new BlockCidUnsupportedError(cid.toString());
  }
}

async function readBlock(blockstore: BoundedBlockstore, cid: CID): Promise<Uint8Array | undefined> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of blockstore.get(cid)) chunks.push(chunk);
    return new Uint8Array(Buffer.concat(chunks));
  } catch (error) {
    if (isNamed(error, "NotFoundError")) return undefined;
    throw new Error(`reading block ${cid} failed: ${reason(error)}`, { cause: error });
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

function matches(cid: CID, bytes: Uint8Array): boolean {
  return Buffer.compare(sha256(bytes), cid.multihash.digest) === 0;
}

async function drain(generator: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of generator);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
