import { setImmediate } from "node:timers/promises";
import type { Embedder } from "../types.ts";
import { EmbeddingModelError } from "./errors.ts";
import { MODEL_FOLDER, type ModelFile, readModel } from "./model-file.ts";
import { Transformer } from "./transformer.ts";
import { WordPieces } from "./word-pieces.ts";

/**
 * Its vectors stand on principal components of the teacher's: the first half of them alone gives nDCG@10 67.5 / 24.7 on
 * BFCL / tldr where all give 71.2 / 27.3, plenty to find the neighbourhood by.
 */
const GRAPH_DIMENSIONS = 128;

/**
 * The default embedder: a small transformer of our own (see training/), computed here, without a key, a download or an addon.
 * Queries and documents are treated alike.
 */
export class NeuralEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly graphDimensions = GRAPH_DIMENSIONS;
  readonly #positions: number;
  readonly #pieces: WordPieces;
  readonly #transformer: Transformer;

  private constructor(model: ModelFile, vocabulary: string) {
    this.id = model.header.id;
    this.dimensions = model.header.dimensions;
    this.#positions = model.header.positions;
    this.#pieces = new WordPieces(vocabulary);
    if (this.#pieces.size !== model.header.vocabulary)
      throw new Error(`vocab.txt has ${this.#pieces.size} pieces in place of ${model.header.vocabulary}`);
    this.#transformer = new Transformer(model);
  }

  /**
   * @param folder with `model.bin`, `vocab.txt` and `model.json`; the package's own by default
   * @throws EmbeddingModelError where one of them is missing or damaged
   */
  static async load(folder: string = MODEL_FOLDER): Promise<NeuralEmbedder> {
    try {
      const { model, vocabulary } = await readModel(folder);
      return new NeuralEmbedder(model, vocabulary);
    } catch (error) {
      throw new EmbeddingModelError(folder, error);
    }
  }

  /** One text after the other; between two, the thread may do something else. */
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      if (vectors.length > 0) await setImmediate();
      vectors.push(this.embedOne(text));
    }
    return vectors;
  }

  /** @returns a vector of length 1, of what stands in the text's first pieces; all zeros for a text without any */
  embedOne(text: string): Float32Array {
    const ids = this.#pieces.idsOf(text, this.#positions);
    return ids.length === 0 ? new Float32Array(this.dimensions) : this.#transformer.vectorOf(ids);
  }
}
