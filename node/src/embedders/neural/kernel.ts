import { KERNEL_BYTES } from "./kernel-bytes.ts";

/** What becomes of an integer product: kept, added to what stood there, or the square of its positive part. */
export const KEEP = 0;
export const ADD = 1;
export const SQUARED_RELU = 2;

/** A place in the kernel's memory, in bytes. */
export type Address = number;

/** What node/kernel exports; it says there what each of them does. Strides are in bytes. */
export interface Kernel {
  readonly memory: KernelMemory;
  floatProduct(
    a: Address,
    aStride: number,
    b: Address,
    bStride: number,
    out: Address,
    outStride: number,
    rows: number,
    inner: number,
    columns: number,
  ): void;
  integerProduct(
    a: Address,
    aScales: Address,
    b: Address,
    bScales: Address,
    bias: Address,
    out: Address,
    outStride: number,
    rows: number,
    inner: number,
    columns: number,
    then: number,
  ): void;
  normalise(input: Address, weight: Address, bias: Address, out: Address, rows: number, width: number): void;
  quantise(input: Address, out: Address, scales: Address, rows: number, width: number): void;
  softmax(row: Address, stride: number, rows: number, count: number): void;
}

export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  /** @param pages of 64 KiB; views on the buffer before are void */
  grow(pages: number): number;
}

/** The part of the WebAssembly API that is used here: TypeScript has it in the types of browsers only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

/** An instance of its own, with no memory yet. */
export function instantiateKernel(): Kernel {
  const module = new WebAssembly.Module(Buffer.from(KERNEL_BYTES, "base64"));
  return new WebAssembly.Instance(module).exports as Kernel;
}
