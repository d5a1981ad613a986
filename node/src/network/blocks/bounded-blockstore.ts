import type { HeliaInit } from "helia";
import type { CID } from "multiformats/cid";
import { blockName } from "../../block-name.ts";
import { NO_HANDLES, NoFileHandlesError } from "../../storage-errors.ts";
import { BlockTooLargeError } from "../errors.ts";

type Blockstore = NonNullable<HeliaInit["blockstore"]>;
type PutOptions = Parameters<Blockstore["put"]>[2];
type Bytes = Parameters<Blockstore["put"]>[1];

/**
 * A blockstore that never writes a block above a limit. Bitswap knows no size limit of its own and stores what it
 * fetched before anybody can look, so the refusal has to be here.
 */
export class BoundedBlockstore implements Blockstore {
  readonly #inner: Blockstore;
  readonly #maxBytes: number;
  /** Lower limits of the fetches under way, by the block's name; several may wait for one block. */
  readonly #limits = new Map<string, number[]>();

  constructor(inner: Blockstore, maxBytes: number) {
    this.#inner = inner;
    this.#maxBytes = maxBytes;
  }

  /** Allows at most `maxBytes` for this block until the returned function is called. */
  limit(cid: CID, maxBytes: number): () => void {
    const key = blockName(cid);
    this.#limits.set(key, [...(this.#limits.get(key) ?? []), maxBytes]);
    return () => {
      const limits = this.#limits.get(key) ?? [];
      const at = limits.indexOf(maxBytes);
      const rest = limits.filter((_, index) => index !== at);
      if (rest.length > 0) this.#limits.set(key, rest);
      else this.#limits.delete(key);
    };
  }

  /** Whether a fetch of the block of that name is under way. */
  awaits(name: string): boolean {
    return this.#limits.has(name);
  }

  async put(cid: CID, block: Bytes, options?: PutOptions): Promise<CID> {
    return await this.#inner.put(cid, await this.#bounded(cid, block), options);
  }

  async *putMany(...[source, options]: Parameters<Blockstore["putMany"]>): AsyncGenerator<CID> {
    for await (const { cid, bytes } of source) yield await this.put(cid, bytes, options);
  }

  /** Throws NoFileHandlesError: the file store says of whatever keeps it from reading that the block is not there. */
  async *get(...args: Parameters<Blockstore["get"]>): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#inner.get(...args);
    } catch (error) {
      if (error instanceof Error && NO_HANDLES.test(error.message)) throw new NoFileHandlesError(error);
      throw error;
    }
  }

  /** The whole block, or undefined when it is not here. */
  async read(cid: CID): Promise<Uint8Array | undefined> {
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of this.get(cid)) chunks.push(chunk);
      return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    } catch (error) {
      if (error instanceof Error && error.name === "NotFoundError") return undefined;
      throw error;
    }
  }

  getMany(...args: Parameters<Blockstore["getMany"]>): ReturnType<Blockstore["getMany"]> {
    return this.#inner.getMany(...args);
  }

  getAll(...args: Parameters<Blockstore["getAll"]>): ReturnType<Blockstore["getAll"]> {
    return this.#inner.getAll(...args);
  }

  has(...args: Parameters<Blockstore["has"]>): ReturnType<Blockstore["has"]> {
    return this.#inner.has(...args);
  }

  delete(...args: Parameters<Blockstore["delete"]>): ReturnType<Blockstore["delete"]> {
    return this.#inner.delete(...args);
  }

  deleteMany(...args: Parameters<Blockstore["deleteMany"]>): ReturnType<Blockstore["deleteMany"]> {
    return this.#inner.deleteMany(...args);
  }

  /** With several fetches under way the most generous counts; the others check what they are handed. */
  async #bounded(cid: CID, block: Bytes): Promise<Uint8Array> {
    const limits = this.#limits.get(blockName(cid));
    const limit = Math.min(this.#maxBytes, limits ? Math.max(...limits) : this.#maxBytes);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of block instanceof Uint8Array ? [block] : block) {
      size += chunk.length;
      if (size > limit) throw new BlockTooLargeError(cid.toString(), size, limit);
      chunks.push(chunk);
    }
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  }
}
