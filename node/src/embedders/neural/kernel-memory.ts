import type { Address, Kernel } from "./kernel.ts";

const PAGE = 65_536;
/** A cache line: no row that begins on one is read twice. */
const ALIGNMENT = 64;
/** Behind every piece: a vector more may be read or written than there are numbers. */
const MARGIN = 64;

/** Hands out pieces of the kernel's memory, one after the other, for as long as the kernel lives. */
export class KernelArena {
  readonly #memory: Kernel["memory"];
  #end: Address = 0;

  constructor(kernel: Kernel) {
    this.#memory = kernel.memory;
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Room for so many bytes, all zero. */
  reserve(bytes: number): Address {
    const at = this.#end;
    this.#end = Math.ceil((at + bytes + MARGIN) / ALIGNMENT) * ALIGNMENT;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  /** A copy of the numbers. */
  floats(values: Float32Array): Address {
    const at = this.reserve(values.byteLength);
    new Float32Array(this.#memory.buffer, at, values.length).set(values);
    return at;
  }

  /** A copy of the numbers. */
  integers(values: Int16Array): Address {
    const at = this.reserve(values.byteLength);
    new Int16Array(this.#memory.buffer, at, values.length).set(values);
    return at;
  }

  /** All of the memory. Void as soon as anything more is reserved. */
  view(): Float32Array {
    return new Float32Array(this.#memory.buffer);
  }
}
