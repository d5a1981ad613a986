import { MalformedError } from "@action-collective/protocol";
import { MAX_BITSWAP_BLOCKS, MAX_BITSWAP_ENTRIES, MAX_BLOCK_BYTES } from "../limits.ts";

export interface WantEntry {
  cid: Uint8Array;
  cancel: boolean;
  /** Only whether we have it, not the block itself. */
  have: boolean;
  sendDontHave: boolean;
}

export interface BitswapBlock {
  prefix: Uint8Array;
  data: Uint8Array;
}

export interface BitswapPresence {
  cid: Uint8Array;
  type: "HaveBlock" | "DoNotHaveBlock";
}

/** A bitswap 1.2 message, in the words of `@helia/bitswap`; wants are ours. */
export interface BitswapMessage {
  wants: WantEntry[];
  blocks: BitswapBlock[];
  blockPresences: BitswapPresence[];
}

/** A CID of this project has 36 bytes; longer digests exist. */
const MAX_CID_BYTES = 128;
const SHA2_256 = 0x12;

/** Reads protobuf from a part of a buffer, without copying. */
class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** The field's number, and its value: a number, or where the bytes of a longer one lie. */
  field(): { number: number; value: number | Uint8Array } {
    const key = this.#varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        return { number, value: this.#varint() };
      case 1:
        return { number, value: this.#take(8) };
      case 2:
        return { number, value: this.#take(this.#varint()) };
      case 5:
        return { number, value: this.#take(4) };
      default:
        throw new MalformedError("A bitswap message holds an unknown kind of field");
    }
  }

  /** Up to 64 bits; a number beyond 2^53 loses its last bits, which no field here needs. */
  #varint(): number {
    let value = 0;
    for (let shift = 1, count = 0; count < 10; count++, shift *= 128) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
      if (byte === undefined) break;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
    throw new MalformedError("A bitswap message ends within a number");
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#end) throw new MalformedError("A bitswap message is shorter than it says");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/**
 * Decodes a bitswap message. Unlike the package's own decoder it stops at the first entry too many, so that a frame of
 * 1 MiB cannot become half a million objects. Throws MalformedError.
 */
export function decodeBitswapMessage(bytes: Uint8Array): BitswapMessage {
  const message: BitswapMessage = { wants: [], blocks: [], blockPresences: [] };
  for (const reader = new Reader(bytes); !reader.done; ) {
    const { number, value } = reader.field();
    if (typeof value === "number") continue;
    if (number === 1) readWantlist(value, message.wants);
    else if (number === 3) {
      bounded(message.blocks, MAX_BITSWAP_BLOCKS);
      const block = readBlock(value);
      if (block) message.blocks.push(block);
    } else if (number === 4) {
      bounded(message.blockPresences, MAX_BITSWAP_ENTRIES);
      message.blockPresences.push(readPresence(value));
    }
  }
  return message;
}

function bounded(list: readonly unknown[], limit: number): void {
  if (list.length >= limit) throw new MalformedError(`A bitswap message lists more than ${limit}`);
}

function readWantlist(bytes: Uint8Array, wants: WantEntry[]): void {
  for (const reader = new Reader(bytes); !reader.done; ) {
    const { number, value } = reader.field();
    if (number !== 1 || typeof value === "number") continue;
    bounded(wants, MAX_BITSWAP_ENTRIES);
    wants.push(readEntry(value));
  }
}

function readEntry(bytes: Uint8Array): WantEntry {
  const entry: WantEntry = { cid: new Uint8Array(0), cancel: false, have: false, sendDontHave: false };
  for (const reader = new Reader(bytes); !reader.done; ) {
    const { number, value } = reader.field();
    if (number === 1) entry.cid = readCid(value);
    else if (number === 3) entry.cancel = value === 1;
    else if (number === 4) entry.have = value === 1;
    else if (number === 5) entry.sendDontHave = value === 1;
  }
  return entry;
}

/** Undefined for a block that nobody here can have asked for: too large, or of another hash. */
function readBlock(bytes: Uint8Array): BitswapBlock | undefined {
  const block: BitswapBlock = { prefix: new Uint8Array(0), data: new Uint8Array(0) };
  for (const reader = new Reader(bytes); !reader.done; ) {
    const { number, value } = reader.field();
    if (typeof value === "number") continue;
    if (number === 1) block.prefix = value;
    else if (number === 2) block.data = value;
  }
  // CID version, codec (one byte for all of ours), hash, its length.
  const [version, , hash, length] = block.prefix;
  const ours = block.prefix.length === 4 && version === 1 && hash === SHA2_256 && length === 32;
  return ours && block.data.length <= MAX_BLOCK_BYTES ? block : undefined;
}

function readPresence(bytes: Uint8Array): BitswapPresence {
  const presence: BitswapPresence = { cid: new Uint8Array(0), type: "HaveBlock" };
  for (const reader = new Reader(bytes); !reader.done; ) {
    const { number, value } = reader.field();
    if (number === 1) presence.cid = readCid(value);
    else if (number === 2) presence.type = value === 1 ? "DoNotHaveBlock" : "HaveBlock";
  }
  return presence;
}

function readCid(value: number | Uint8Array): Uint8Array {
  if (typeof value === "number" || value.length > MAX_CID_BYTES)
    throw new MalformedError("A bitswap message names something that is no CID");
  return value;
}
