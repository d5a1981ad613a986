import { type Buffers, FLOAT, reserveBuffers } from "./buffers.ts";
import { ADD, type Address, instantiateKernel, KEEP, type Kernel, SQUARED_RELU } from "./kernel.ts";
import { KernelArena } from "./kernel-memory.ts";
import type { ModelFile, ModelHeader, QuantisedMatrix } from "./model-file.ts";
import { type Layer, type Linear, type Normalisation, placeWeights, type Weights } from "./weights.ts";

/**
 * A small pre-norm transformer over word pieces, with squared ReLU (So et al. 2021) and pooling by learned weights. Its
 * memory is taken once and holds one text at a time. Weights are 8-bit integers, what they are multiplied with is rounded to
 * 16 bits, and every sum runs in a fixed order: the same vector on every machine.
 */
export class Transformer {
  readonly #header: ModelHeader;
  readonly #embedding: QuantisedMatrix;
  readonly #positions: Float32Array;
  readonly #pieceWeights: Float32Array;
  readonly #pool: Float32Array;
  readonly #kernel: Kernel;
  readonly #weights: Weights;
  readonly #buffers: Buffers;
  /** The kernel's memory. It does not grow any more, so the view stays. */
  readonly #memory: Float32Array;

  constructor(model: ModelFile) {
    const { vocabulary, dimensions, positions } = model.header;
    this.#header = model.header;
    this.#embedding = model.integers("embedding", vocabulary, dimensions);
    this.#positions = model.floats("positions", positions, dimensions);
    this.#pieceWeights = model.floats("piece_weights", vocabulary);
    this.#pool = model.floats("pool.weight", dimensions);
    this.#kernel = instantiateKernel();
    const arena = new KernelArena(this.#kernel);
    this.#weights = placeWeights(model, arena);
    this.#buffers = reserveBuffers(model.header, arena);
    this.#memory = arena.view();
  }

  /** @param ids at least one, at most as many as the model has positions @returns a vector of length 1 */
  vectorOf(ids: readonly number[]): Float32Array {
    const rows = ids.length;
    const { stream, work, stride } = this.#buffers;
    this.#embed(ids);
    for (const layer of this.#weights.layers) {
      this.#attend(layer, rows);
      this.#feedForward(layer, rows);
    }
    this.#normalise(this.#weights.final, rows);
    this.#pooled(ids);
    this.#linear(this.#weights.project, stream, 1, work, stride, KEEP);
    return ofLengthOne(this.#floats(work, this.#header.dimensions));
  }

  /** Fills the stream: a vector for each piece, and one for its place. */
  #embed(ids: readonly number[]): void {
    const { dimensions } = this.#header;
    const { values, scales } = this.#embedding;
    const positions = this.#positions;
    const stream = this.#floats(this.#buffers.stream, ids.length * dimensions);
    let to = 0;
    for (const id of ids) {
      const scale = scales[id] ?? 0;
      for (let from = id * dimensions, end = from + dimensions; from < end; from++, to++)
        stream[to] = (values[from] ?? 0) * scale + (positions[to] ?? 0);
    }
  }

  #attend({ before, project, out }: Layer, rows: number): void {
    const { stream, work, stride, projections, projectionsStride, keys, scores, scoresStride } =
      this.#buffers;
    const { dimensions, heads } = this.#header;
    const width = dimensions / heads;
    this.#normalise(before, rows);
    this.#linear(project, work, rows, projections, projectionsStride, KEEP);
    for (let head = 0; head < heads; head++) {
      const query = projections + head * width * FLOAT;
      const value = query + 2 * stride;
      this.#turnKeys(query + stride, width, rows);
      this.#kernel.floatProduct(
        query,
        projectionsStride,
        keys,
        scoresStride,
        scores,
        scoresStride,
        rows,
        width,
        rows,
      );
      this.#kernel.softmax(scores, scoresStride, rows, rows);
      const to = work + head * width * FLOAT;
      this.#kernel.floatProduct(
        scores,
        scoresStride,
        value,
        projectionsStride,
        to,
        stride,
        rows,
        rows,
        width,
      );
    }
    this.#linear(out, work, rows, stream, stride, ADD);
  }

  /** Rows become columns: keys stand on the right of a product. */
  #turnKeys(from: Address, width: number, rows: number): void {
    const memory = this.#memory;
    const { keys, scoresStride, projectionsStride } = this.#buffers;
    for (let column = 0; column < width; column++) {
      const to = (keys + column * scoresStride) / FLOAT;
      for (let row = 0, at = from / FLOAT + column; row < rows; row++, at += projectionsStride / FLOAT)
        memory[to + row] = memory[at] ?? 0;
    }
  }

  #feedForward({ between, widen, narrow }: Layer, rows: number): void {
    const { stream, work, stride, wide, wideStride } = this.#buffers;
    this.#normalise(between, rows);
    this.#linear(widen, work, rows, wide, wideStride, SQUARED_RELU);
    this.#linear(narrow, wide, rows, stream, stride, ADD);
  }

  /** The weighted mean of what the layers made of the pieces, at the beginning of the stream. */
  #pooled(ids: readonly number[]): void {
    const { dimensions } = this.#header;
    const { stream, work, stride, scores, scoresStride } = this.#buffers;
    const rows = this.#floats(work, ids.length * dimensions);
    const logits = this.#floats(scores, ids.length);
    const pool = this.#pool;
    for (const [row, id] of ids.entries()) {
      let sum = this.#pieceWeights[id] ?? 0;
      for (let at = 0; at < dimensions; at++) sum += (rows[row * dimensions + at] ?? 0) * (pool[at] ?? 0);
      logits[row] = sum;
    }
    this.#kernel.softmax(scores, scoresStride, 1, ids.length);
    this.#kernel.floatProduct(scores, scoresStride, work, stride, stream, stride, 1, ids.length, dimensions);
  }

  /** From the stream to where the layers work. */
  #normalise({ weight, bias }: Normalisation, rows: number): void {
    const { stream, work } = this.#buffers;
    this.#kernel.normalise(stream, weight, bias, work, rows, this.#header.dimensions);
  }

  #linear(
    { weights, weightScales, bias, inner, columns }: Linear,
    input: Address,
    rows: number,
    out: Address,
    outStride: number,
    then: number,
  ): void {
    const { integers, scales } = this.#buffers;
    this.#kernel.quantise(input, integers, scales, rows, inner);
    this.#kernel.integerProduct(
      integers,
      scales,
      weights,
      weightScales,
      bias,
      out,
      outStride,
      rows,
      inner,
      columns,
      then,
    );
  }

  #floats(at: Address, length: number): Float32Array {
    return this.#memory.subarray(at / FLOAT, at / FLOAT + length);
  }
}

function ofLengthOne(values: Float32Array): Float32Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => (length === 0 ? 0 : value / length));
}
