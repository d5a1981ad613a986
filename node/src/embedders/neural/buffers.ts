import type { Address } from "./kernel.ts";
import type { KernelArena } from "./kernel-memory.ts";
import type { ModelHeader } from "./model-file.ts";

export const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** Rows of a power of two bytes would share a few lines of the processor's cache; one line more spreads them. */
const SPREAD = 64;

/** Where the numbers of the text at hand lie: a row for each piece, strides in bytes. */
export interface Buffers {
  /** What the layers add to. */
  readonly stream: Address;
  /** What a layer works on. */
  readonly work: Address;
  /** The stride of both. */
  readonly stride: number;
  /** Queries, keys and values of all heads, side by side. */
  readonly projections: Address;
  readonly projectionsStride: number;
  /** Keys of one head: a column for each piece. */
  readonly keys: Address;
  /** A row for each query, a column for each key. */
  readonly scores: Address;
  /** The stride of both. */
  readonly scoresStride: number;
  /** Between the two halves of the feed-forward part. */
  readonly wide: Address;
  readonly wideStride: number;
  /** The left side of an integer product, and a scale for each row. */
  readonly integers: Address;
  readonly scales: Address;
}

export function reserveBuffers(
  { dimensions, heads, feedForward, positions }: ModelHeader,
  arena: KernelArena,
): Buffers {
  const stride = dimensions * FLOAT;
  const projectionsStride = 3 * dimensions * FLOAT + SPREAD;
  const scoresStride = positions * FLOAT + SPREAD;
  const wideStride = feedForward * FLOAT;
  const widest = Math.max(dimensions, feedForward);
  return {
    stream: arena.reserve(positions * stride),
    work: arena.reserve(positions * stride),
    stride,
    projections: arena.reserve(positions * projectionsStride),
    projectionsStride,
    keys: arena.reserve((dimensions / heads) * scoresStride),
    scores: arena.reserve(positions * scoresStride),
    scoresStride,
    wide: arena.reserve(positions * wideStride),
    wideStride,
    integers: arena.reserve(positions * widest * Int16Array.BYTES_PER_ELEMENT),
    scales: arena.reserve(positions * FLOAT),
  };
}
