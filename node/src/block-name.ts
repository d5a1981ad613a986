import { base32upper } from "multiformats/bases/base32";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { decode } from "multiformats/hashes/digest";

/**
 * What a block is called wherever it matters which bytes it has and not how they are read: on disk, in the DHT and in
 * the catalogue. Its multihash in upper-case base32. Pure.
 */
export function blockName(cid: CID): string {
  return base32upper.encode(cid.multihash.bytes);
}

/** Some CID of that block, as raw bytes. Throws what multiformats throws on a name that is none. Pure. */
export function cidOfBlock(name: string): CID {
  return CID.createV1(raw.code, decode(base32upper.decode(name)));
}
