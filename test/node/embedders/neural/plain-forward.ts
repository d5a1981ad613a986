import type { ModelFile } from "../../../../node/src/embedders/neural/model-file.ts";

type Matrix = readonly Float64Array[];

/** The model as its definition reads, in double precision: what the fast one is compared with. */
export function plainForward(model: ModelFile, ids: readonly number[]): Float64Array {
  const { vocabulary, dimensions, layers, heads, feedForward, positions } = model.header;
  const floats = (name: string, ...shape: number[]) => Float64Array.from(model.floats(name, ...shape));
  const row = (name: string, rows: number, columns: number, at: number) => {
    const { values, scales } = model.integers(name, rows, columns);
    const scale = scales[at] ?? Number.NaN;
    return Float64Array.from(values.subarray(at * columns, (at + 1) * columns), (value) => value * scale);
  };
  const linear = (input: Matrix, name: string, outputs: number, inputs: number): Matrix => {
    const weights = Array.from({ length: outputs }, (_, at) => row(`${name}.weight`, outputs, inputs, at));
    const bias = floats(`${name}.bias`, outputs);
    return input.map((x) => Float64Array.from(weights, (weight, at) => dot(x, weight) + number(bias, at)));
  };
  const normalise = (input: Matrix, name: string): Matrix => {
    const [weight, bias] = [floats(`${name}.weight`, dimensions), floats(`${name}.bias`, dimensions)];
    return input.map((x) => {
      const mean = sum(x) / dimensions;
      const deviation = Math.sqrt(sum(x.map((value) => (value - mean) ** 2)) / dimensions + 1e-5);
      return x.map((value, at) => ((value - mean) / deviation) * number(weight, at) + number(bias, at));
    });
  };
  const attention = (input: Matrix): Matrix => {
    const width = dimensions / heads;
    const concatenated = input.map(() => new Float64Array(dimensions));
    for (let head = 0; head < heads; head++) {
      const part = (offset: number) =>
        input.map((x) => x.subarray(offset + head * width, offset + (head + 1) * width));
      const [queries, keys, values] = [part(0), part(dimensions), part(2 * dimensions)];
      for (const [at, query] of queries.entries()) {
        const weights = softmax(Float64Array.from(keys, (key) => dot(query, key) / Math.sqrt(width)));
        concatenated[at]?.set(mean(values, weights), head * width);
      }
    }
    return concatenated;
  };

  const places = floats("positions", positions, dimensions);
  let x: Matrix = ids.map((id, at) =>
    add(
      row("embedding", vocabulary, dimensions, id),
      places.subarray(at * dimensions, (at + 1) * dimensions),
    ),
  );
  for (let layer = 0; layer < layers; layer++) {
    const name = `layer.${layer}`;
    const projections = linear(normalise(x, `${name}.ln1`), `${name}.qkv`, 3 * dimensions, dimensions);
    const attended = linear(attention(projections), `${name}.out`, dimensions, dimensions);
    x = x.map((old, at) => add(old, attended[at]));
    const wide = linear(normalise(x, `${name}.ln2`), `${name}.ff1`, feedForward, dimensions);
    const squared = wide.map((values) => values.map((value) => Math.max(0, value) ** 2));
    const narrow = linear(squared, `${name}.ff2`, dimensions, feedForward);
    x = x.map((old, at) => add(old, narrow[at]));
  }
  const h = normalise(x, "final");
  const [pieceWeights, pool] = [floats("piece_weights", vocabulary), floats("pool.weight", dimensions)];
  const logits = ids.map((id, at) => number(pieceWeights, id) + dot(h[at] ?? pool, pool));
  const pooled = mean(h, softmax(Float64Array.from(logits)));
  const [vector = pooled] = linear([pooled], "project", dimensions, dimensions);
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function number(values: Float64Array, at: number): number {
  return values[at] ?? Number.NaN;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function dot(left: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let at = 0; at < left.length; at++) total += number(left, at) * number(right, at);
  return total;
}

function add(left: Float64Array, right: Float64Array | undefined): Float64Array {
  return left.map((value, at) => value + (right?.[at] ?? Number.NaN));
}

function mean(rows: Matrix, weights: Float64Array): Float64Array {
  const total = new Float64Array(rows[0]?.length ?? 0);
  rows.forEach((row, at) => {
    const weight = number(weights, at);
    for (let column = 0; column < row.length; column++)
      total[column] = number(total, column) + number(row, column) * weight;
  });
  return total;
}

function softmax(values: Float64Array): Float64Array {
  const highest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - highest));
  const total = sum(powers);
  return powers.map((power) => power / total);
}
