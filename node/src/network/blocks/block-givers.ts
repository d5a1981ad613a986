import { createHash } from "node:crypto";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { create as createDigest } from "multiformats/hashes/digest";
import { blockName } from "../../block-name.ts";

const SHA2_256 = 0x12;

/**
 * Who gave the blocks that are being fetched: the first that sent the right bytes. Bitswap itself only says that a block
 * came. One entry for each fetch under way, so it is bounded as they are.
 */
export class BlockGivers {
  /** By the block's name; undefined while nobody gave it. */
  readonly #waiting = new Map<string, { fetches: number; giver?: string }>();

  /** A block is being fetched until the returned function is called, which says who gave it, once. */
  await(cid: CID): () => string | undefined {
    const name = blockName(cid);
    const waiting = this.#waiting.get(name) ?? { fetches: 0 };
    waiting.fetches++;
    this.#waiting.set(name, waiting);
    return () => {
      waiting.fetches--;
      if (waiting.fetches === 0) this.#waiting.delete(name);
      const { giver } = waiting;
      delete waiting.giver;
      return giver;
    };
  }

  arrived(peer: string, blocks: readonly { readonly data: Uint8Array }[]): void {
    // What nobody waits for is not worth a hash.
    if (this.#waiting.size === 0) return;
    for (const { data } of blocks) {
      const digest = createDigest(SHA2_256, createHash("sha256").update(data).digest());
      const waiting = this.#waiting.get(blockName(CID.createV1(raw.code, digest)));
      if (waiting !== undefined) waiting.giver ??= peer;
    }
  }
}
