import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const MAGIC = "ACEM";
const ALIGNMENT = 64;

/** Small enough for a plain forward pass of every length; the widths still fill more than one panel and one head. */
export const MADE = {
  format: 1,
  name: "made",
  id: "made-32/1",
  dimensions: 32,
  layers: 1,
  heads: 4,
  feedForward: 64,
  positions: 128,
} as const;

const PIECES = ["[PAD]", "[UNK]", ..."abcdefghijklmnopqrstuvwxyz", ..."0123456789", "##a", "##b", "the"];

/** Writes a model of reproducible random weights, with its vocabulary and checksums. */
export async function makeModel(folder: string): Promise<void> {
  const { dimensions, layers, feedForward, positions } = MADE;
  const random = randomNumbers(7);
  const tensors: object[] = [];
  const parts: Uint8Array[] = [];
  let end = 0;
  const put = (bytes: Uint8Array): number => {
    const offset = end;
    const padding = -bytes.length & (ALIGNMENT - 1);
    parts.push(bytes, new Uint8Array(padding));
    end += bytes.length + padding;
    return offset;
  };
  const floats = (name: string, shape: number[], around: number, spread: number) => {
    const values = Float32Array.from({ length: size(shape) }, () => around + spread * random());
    tensors.push({ name, type: "f32", shape, offset: put(new Uint8Array(values.buffer)) });
  };
  const integers = (name: string, rows: number, columns: number, spread: number) => {
    const values = Int8Array.from({ length: rows * columns }, () => Math.round(127 * random()));
    const scales = Float32Array.from({ length: rows }, () => (spread * (1 + random() / 2)) / 127);
    const offset = put(new Uint8Array(values.buffer));
    const scalesOffset = put(new Uint8Array(scales.buffer));
    tensors.push({ name, type: "i8", shape: [rows, columns], offset, scales: { offset: scalesOffset } });
  };
  const linear = (name: string, outputs: number, inputs: number) => {
    integers(`${name}.weight`, outputs, inputs, Math.sqrt(3 / inputs));
    floats(`${name}.bias`, [outputs], 0, 0.2);
  };
  const normalisation = (name: string) => {
    floats(`${name}.weight`, [dimensions], 1, 0.3);
    floats(`${name}.bias`, [dimensions], 0, 0.3);
  };
  integers("embedding", PIECES.length, dimensions, 2);
  floats("positions", [positions, dimensions], 0, 0.5);
  floats("piece_weights", [PIECES.length], 0, 2);
  for (let layer = 0; layer < layers; layer++) {
    normalisation(`layer.${layer}.ln1`);
    linear(`layer.${layer}.qkv`, 3 * dimensions, dimensions);
    linear(`layer.${layer}.out`, dimensions, dimensions);
    normalisation(`layer.${layer}.ln2`);
    linear(`layer.${layer}.ff1`, feedForward, dimensions);
    linear(`layer.${layer}.ff2`, dimensions, feedForward);
  }
  normalisation("final");
  floats("pool.weight", [dimensions], 0, 0.3);
  linear("project", dimensions, dimensions);

  const text = JSON.stringify({ ...MADE, vocabulary: PIECES.length, tensors });
  const header = Buffer.from(text + " ".repeat(-(8 + text.length) & (ALIGNMENT - 1)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const model = Buffer.concat([Buffer.from(MAGIC), length, header, ...parts]);
  const vocabulary = `${PIECES.join("\n")}\n`;
  await writeFile(join(folder, "model.bin"), model);
  await writeFile(join(folder, "vocab.txt"), vocabulary);
  await writeFile(
    join(folder, "model.json"),
    JSON.stringify({ sha256: sha256(model), vocabularySha256: sha256(vocabulary) }),
  );
}

function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

function size(shape: readonly number[]): number {
  return shape.reduce((all, length) => all * length, 1);
}

/** From −1 to 1, by Marsaglia's xorshift. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
