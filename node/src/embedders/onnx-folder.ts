import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { EmbedderModelError } from "./errors.ts";

/** Beside the tokenizer, or in `onnx/` as on the Hugging Face hub. */
const MODEL_PLACES = ["model.onnx", "onnx/model.onnx"];
/** Weights of models that are too large for one file lie beside it under one of these names. */
const WEIGHT_SUFFIXES = ["_data", ".data"];
/** Says how long texts may be; in order of authority. */
const LENGTH_FILES = ["sentence_bert_config.json", "tokenizer_config.json", "config.json"] as const;

/** Large embedding models have 1.2 GB in float32, and the peer reads every byte at each start. */
const MOST_MODEL_BYTES = 8 * 2 ** 30;
/** The largest vocabularies in use make 20 MB. */
const MOST_JSON_BYTES = 64 * 2 ** 20;
/** Most sentence-transformers were trained on no more; the work grows with the square. */
const MOST_TOKENS = 512;
const FEWEST_TOKENS = 8;

const lengths = z.object({
  max_seq_length: z.number().optional(),
  model_max_length: z.number().optional(),
  max_position_embeddings: z.number().optional(),
});

export interface OnnxFolder {
  readonly modelFile: string;
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  /** Word pieces of a text, its marks at both ends included. */
  readonly maxTokens: number;
  /** SHA-256 (hex) over all that decides about vectors. */
  readonly checksum: string;
}

/** @throws {EmbedderModelError} naming the file that is missing or damaged */
export async function readOnnxFolder(folder: string): Promise<OnnxFolder> {
  const modelFile = await findModel(folder);
  const tokenizer = await readJson(join(folder, "tokenizer.json"));
  if (tokenizer === undefined) throw new EmbedderModelError(`${folder} holds no tokenizer.json`);
  const tokenizerConfig = (await readJson(join(folder, "tokenizer_config.json"))) ?? {};
  const maxTokens = await readMaxTokens(folder);
  const hash = createHash("sha256").update(JSON.stringify([tokenizer, tokenizerConfig, maxTokens]));
  for (const file of [modelFile, ...WEIGHT_SUFFIXES.map((suffix) => modelFile + suffix)])
    if ((await sizeOf(file)) !== undefined) await pipeline(createReadStream(file), hash, { end: false });
  return { modelFile, tokenizer, tokenizerConfig, maxTokens, checksum: hash.digest("hex") };
}

async function findModel(folder: string): Promise<string> {
  for (const place of MODEL_PLACES) {
    const file = join(folder, place);
    const size = await sizeOf(file);
    if (size === undefined) continue;
    if (size > MOST_MODEL_BYTES) throw new EmbedderModelError(`${file} is too large (${size} bytes)`);
    return file;
  }
  throw new EmbedderModelError(`${folder} holds no model.onnx`);
}

/** What the model was made for says so; whatever says nothing sensible is passed over. */
async function readMaxTokens(folder: string): Promise<number> {
  const found = await Promise.all(LENGTH_FILES.map((name) => readJson(join(folder, name))));
  const known = found.map((json) => lengths.safeParse(json).data ?? {});
  const wanted =
    known.find(({ max_seq_length }) => max_seq_length !== undefined)?.max_seq_length ??
    known.find(({ model_max_length }) => model_max_length !== undefined)?.model_max_length ??
    MOST_TOKENS;
  const places = known.map(({ max_position_embeddings = MOST_TOKENS }) => max_position_embeddings);
  return Math.max(FEWEST_TOKENS, Math.floor(Math.min(wanted, ...places, MOST_TOKENS)));
}

/** Undefined when there is no such file. */
async function readJson(file: string): Promise<object | undefined> {
  const size = await sizeOf(file);
  if (size === undefined) return undefined;
  if (size > MOST_JSON_BYTES) throw new EmbedderModelError(`${file} is too large (${size} bytes)`);
  try {
    return z.looseObject({}).parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    throw new EmbedderModelError(`${file} does not hold a JSON object`);
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}
