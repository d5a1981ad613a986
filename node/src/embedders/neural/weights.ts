import type { Address } from "./kernel.ts";
import type { KernelArena } from "./kernel-memory.ts";
import type { ModelFile, QuantisedMatrix } from "./model-file.ts";

/** Columns that the kernel computes side by side. */
const PANEL = 8;

/** A linear layer in the kernel's memory. */
export interface Linear {
  readonly weights: Address;
  readonly weightScales: Address;
  readonly bias: Address;
  readonly inner: number;
  readonly columns: number;
}

export interface Normalisation {
  readonly weight: Address;
  readonly bias: Address;
}

export interface Layer {
  readonly before: Normalisation;
  readonly project: Linear;
  readonly out: Linear;
  readonly between: Normalisation;
  readonly widen: Linear;
  readonly narrow: Linear;
}

export interface Weights {
  readonly layers: readonly Layer[];
  readonly final: Normalisation;
  readonly project: Linear;
}

/** Copies the weights of the layers into the kernel's memory, in the order in which it reads them. */
export function placeWeights(model: ModelFile, arena: KernelArena): Weights {
  const { dimensions, feedForward, heads, layers } = model.header;
  const normalisation = (name: string): Normalisation => ({
    weight: arena.floats(model.floats(`${name}.weight`, dimensions)),
    bias: arena.floats(model.floats(`${name}.bias`, dimensions)),
  });
  const linear = (name: string, columns: number, inner: number, queries = 0): Linear => {
    const matrix = model.integers(`${name}.weight`, columns, inner);
    // Scores are divided by the root of a head's width: here, once, instead of there.
    const factor = 1 / Math.sqrt(dimensions / heads);
    const scaled = (values: Float32Array) =>
      values.map((value, at) => (at < queries ? value * factor : value));
    return {
      weights: arena.integers(inPanels(matrix, columns, inner)),
      weightScales: arena.floats(scaled(matrix.scales)),
      bias: arena.floats(scaled(model.floats(`${name}.bias`, columns))),
      inner,
      columns,
    };
  };
  return {
    layers: Array.from({ length: layers }, (_, index) => {
      const name = `layer.${index}`;
      return {
        before: normalisation(`${name}.ln1`),
        project: linear(`${name}.qkv`, 3 * dimensions, dimensions, dimensions),
        out: linear(`${name}.out`, dimensions, dimensions),
        between: normalisation(`${name}.ln2`),
        widen: linear(`${name}.ff1`, feedForward, dimensions),
        narrow: linear(`${name}.ff2`, dimensions, feedForward),
      };
    }),
    final: normalisation("final"),
    project: linear("project", dimensions, dimensions),
  };
}

/** Panels of eight rows; in each, pairs of `inner` lie side by side for all eight. Sixteen bits, as the kernel multiplies. */
function inPanels({ values }: QuantisedMatrix, rows: number, inner: number): Int16Array {
  const panels = new Int16Array(rows * inner);
  let to = 0;
  for (let panel = 0; panel < rows; panel += PANEL)
    for (let step = 0; step < inner; step += 2)
      for (let row = panel; row < panel + PANEL; row++) {
        const from = row * inner + step;
        panels[to++] = values[from] ?? 0;
        panels[to++] = values[from + 1] ?? 0;
      }
  return panels;
}
