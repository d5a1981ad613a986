import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The model that comes with the package: the same way from src and from dist. */
export const MODEL_FOLDER = fileURLToPath(new URL("../../../model/", import.meta.url));

const MAGIC = "ACEM";
/** Magic and header length. */
const PREFIX = 8;
const ALIGNMENT = 64;
/** Integer sums of the kernel stay within 32 bits up to here. */
const WIDEST = 512;

const count = z.int().positive();
/** The kernel takes columns by eight, rows by twos. */
const width = count.multipleOf(8).max(WIDEST);
const offset = z.int().nonnegative().multipleOf(ALIGNMENT);

const tensorShape = {
  name: z.string(),
  shape: z.array(count).min(1).max(2),
  offset,
};

const headerSchema = z
  .object({
    format: z.literal(1),
    name: z.string(),
    id: z.string(),
    dimensions: width,
    layers: count.max(12),
    heads: count,
    feedForward: width,
    positions: count.multipleOf(2).max(WIDEST),
    vocabulary: count,
    tensors: z.array(
      z.discriminatedUnion("type", [
        z.object({ ...tensorShape, type: z.literal("f32") }),
        z.object({ ...tensorShape, type: z.literal("i8"), scales: z.object({ offset }) }),
      ]),
    ),
  })
  .refine(({ dimensions, heads }) => dimensions % (heads * 8) === 0, "heads must be multiples of eight wide");

const manifestSchema = z.object({ sha256: z.string(), vocabularySha256: z.string() });

export type ModelHeader = z.infer<typeof headerSchema>;
type Tensor = ModelHeader["tensors"][number];

/** Rows of 8-bit integers; a weight is integer × the scale of its row. */
export interface QuantisedMatrix {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** Weights as they lie in model.bin: nothing is copied. */
export class ModelFile {
  readonly header: ModelHeader;
  readonly #payload: Uint8Array;
  readonly #tensors: ReadonlyMap<string, Tensor>;

  constructor(bytes: Uint8Array) {
    const utf8 = new TextDecoder("utf-8", { fatal: true });
    if (utf8.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
      throw new Error(`model.bin does not begin with ${MAGIC}`);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
    this.header = headerSchema.parse(JSON.parse(utf8.decode(bytes.subarray(PREFIX, PREFIX + length))));
    this.#payload = aligned(bytes.subarray(PREFIX + length));
    this.#tensors = new Map(this.header.tensors.map((tensor) => [tensor.name, tensor]));
  }

  floats(name: string, ...shape: number[]): Float32Array {
    const { offset } = this.#tensor(name, "f32", shape);
    return this.#floats(offset, product(shape));
  }

  integers(name: string, rows: number, columns: number): QuantisedMatrix {
    const tensor = this.#tensor(name, "i8", [rows, columns]);
    const { buffer, byteOffset } = this.#payload;
    return {
      values: new Int8Array(buffer, byteOffset + tensor.offset, rows * columns),
      scales: this.#floats(tensor.scales.offset, rows),
    };
  }

  #floats(offset: number, length: number): Float32Array {
    return new Float32Array(this.#payload.buffer, this.#payload.byteOffset + offset, length);
  }

  #tensor<Type extends Tensor["type"]>(name: string, type: Type, shape: number[]) {
    const tensor = this.#tensors.get(name);
    if (tensor?.type !== type || tensor.shape.join() !== shape.join())
      throw new Error(`model.bin has no tensor ${name} of ${type} [${shape.join()}]`);
    return tensor as Extract<Tensor, { type: Type }>;
  }
}

/** Reads `model.bin` and `vocab.txt` and checks them against `model.json`. @throws any error, where one is missing or damaged */
export async function readModel(folder: string): Promise<{ model: ModelFile; vocabulary: string }> {
  const [manifestText, bytes, vocabulary] = await Promise.all([
    readFile(join(folder, "model.json"), "utf8"),
    readFile(join(folder, "model.bin")),
    readFile(join(folder, "vocab.txt")),
  ]);
  const manifest = manifestSchema.parse(JSON.parse(manifestText));
  if (sha256(bytes) !== manifest.sha256) throw new Error("model.bin has another checksum");
  if (sha256(vocabulary) !== manifest.vocabularySha256) throw new Error("vocab.txt has another checksum");
  return { model: new ModelFile(bytes), vocabulary: vocabulary.toString("utf8") };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Typed arrays begin at multiples of their width; a file that was read usually does, too. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
