import type { InferenceSession, Tensor } from "onnxruntime-node";
import { MAX_DIMENSIONS, type OnnxConfig, onnxId, withPrefix } from "./config.ts";
import { EmbedderAnswerError, EmbedderModelError } from "./errors.ts";
import { readOnnxFolder } from "./onnx-folder.ts";
import { poolOutput } from "./onnx-pooling.ts";
import { loadRuntime, type OnnxRuntime } from "./onnx-runtime.ts";
import { OnnxTokenizer } from "./onnx-tokenizer.ts";
import type { EmbedKind, LocalModel } from "./types.ts";
import { toUnit } from "./unit-vector.ts";

/** What to take where a model has several outputs: what it pooled itself, else the vectors of its word pieces. */
const OUTPUTS = ["sentence_embedding", "last_hidden_state", "token_embeddings"];

/** What a model may be fed, from the number of word pieces and their ids. One text: nothing is masked. */
const INPUTS: Readonly<Record<string, (ids: readonly number[]) => readonly number[]>> = {
  input_ids: (ids) => ids,
  attention_mask: (ids) => ids.map(() => 1),
  token_type_ids: (ids) => ids.map(() => 0),
  position_ids: (ids) => ids.map((_, index) => index),
};

/** Any sentence-transformer in a local folder. Lives in a process of its own: native code reads a stranger's file. */
export class OnnxModel implements LocalModel {
  readonly id: string;
  readonly dimensions: number;
  readonly #config: OnnxConfig;
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #tokenizer: OnnxTokenizer;
  readonly #output: string;

  private constructor(
    config: OnnxConfig,
    parts: { runtime: OnnxRuntime; session: InferenceSession; tokenizer: OnnxTokenizer; output: string },
    known: { id: string; dimensions: number },
  ) {
    this.id = known.id;
    this.dimensions = known.dimensions;
    this.#config = config;
    this.#runtime = parts.runtime;
    this.#session = parts.session;
    this.#tokenizer = parts.tokenizer;
    this.#output = parts.output;
  }

  /** @throws {EmbedderPackageMissingError | EmbedderModelError} */
  static async load(config: OnnxConfig): Promise<OnnxModel> {
    const runtime = await loadRuntime();
    const folder = await readOnnxFolder(config.folder);
    const tokenizer = new OnnxTokenizer(folder);
    const session = await runtime.open(folder.modelFile);
    const unknown = session.inputNames.filter((name) => !Object.hasOwn(INPUTS, name));
    if (unknown.length > 0 || !session.inputNames.includes("input_ids"))
      throw new EmbedderModelError(`it wants the inputs ${session.inputNames.join(", ")}`);
    const output = OUTPUTS.find((name) => session.outputNames.includes(name)) ?? session.outputNames[0] ?? "";
    const parts = { runtime, session, tokenizer, output };
    const id = onnxId(config, folder.checksum);
    // Only a run tells how many dimensions it has: the file may leave them open.
    const specimen = await new OnnxModel(config, parts, { id, dimensions: 0 }).#run("dimensions");
    if (specimen === undefined || specimen.length > MAX_DIMENSIONS)
      throw new EmbedderModelError(`it makes vectors of ${specimen?.length ?? 0} dimensions`);
    return new OnnxModel(config, parts, { id, dimensions: specimen.length });
  }

  /** @throws {EmbedderAnswerError} and whatever the runtime throws */
  async embed(text: string, kind: EmbedKind): Promise<Float32Array> {
    const { queryPrefix, documentPrefix } = this.#config;
    if (text.trim() === "") return new Float32Array(this.dimensions);
    const vector = await this.#run(withPrefix(kind === "query" ? queryPrefix : documentPrefix, text));
    if (vector === undefined) return new Float32Array(this.dimensions);
    if (vector.length !== this.dimensions)
      throw new EmbedderAnswerError("The model", `made ${vector.length} dimensions, not ${this.dimensions}`);
    return vector;
  }

  /** Undefined where the text has no word pieces. */
  async #run(text: string): Promise<Float32Array | undefined> {
    const ids = this.#tokenizer.encode(text);
    if (ids.length === 0) return undefined;
    const feeds: Record<string, Tensor> = {};
    for (const name of this.#session.inputNames) {
      const values = INPUTS[name]?.(ids) ?? [];
      feeds[name] = this.#runtime.tensor(this.#session, name, values);
    }
    const results = await this.#session.run(feeds, [this.#output]);
    const output = results[this.#output];
    if (output === undefined || !(output.data instanceof Float32Array))
      throw new EmbedderAnswerError(
        "The model",
        `gave ${this.#output} as ${output?.type ?? "nothing"}, not float32`,
      );
    const vector = poolOutput({ data: output.data, dims: output.dims }, this.#config.pooling);
    return toUnit(vector, "The model");
  }
}
