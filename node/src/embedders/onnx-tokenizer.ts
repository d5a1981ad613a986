import { Tokenizer } from "@huggingface/tokenizers";
import { EmbedderModelError } from "./errors.ts";
import type { OnnxFolder } from "./onnx-folder.ts";

/** A word piece has five letters or so; what is past this many would be cut off after it was cut up. */
const CHARACTERS_PER_TOKEN = 16;
/** Any text that is one word everywhere: shows which marks the model wants around a text. */
const SPECIMEN = "a";

/** Word pieces with the model's marks around them, cut to its length. The library itself cuts nothing. */
export class OnnxTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #maxTokens: number;
  readonly #before: readonly number[];
  readonly #after: readonly number[];

  /** @throws {EmbedderModelError} */
  constructor({ tokenizer, tokenizerConfig, maxTokens }: OnnxFolder) {
    try {
      this.#tokenizer = new Tokenizer(tokenizer, tokenizerConfig);
      const bare: readonly number[] = this.#tokenizer.encode(SPECIMEN, { add_special_tokens: false }).ids;
      const marked: readonly number[] = this.#tokenizer.encode(SPECIMEN).ids;
      const start = marked.findIndex((_, at) => bare.every((id, index) => marked[at + index] === id));
      if (start < 0) throw new Error("its marks change the text");
      this.#before = marked.slice(0, start);
      this.#after = marked.slice(start + bare.length);
    } catch (error) {
      throw new EmbedderModelError(
        `tokenizer.json is not understood (${error instanceof Error ? error.message : error})`,
      );
    }
    this.#maxTokens = maxTokens;
  }

  /** Empty where the text says nothing. */
  encode(text: string): number[] {
    const read = text.slice(0, this.#maxTokens * CHARACTERS_PER_TOKEN).toWellFormed();
    const ids: readonly number[] = this.#tokenizer.encode(read, { add_special_tokens: false }).ids;
    if (ids.length === 0) return [];
    const room = this.#maxTokens - this.#before.length - this.#after.length;
    return [...this.#before, ...ids.slice(0, room), ...this.#after];
  }
}
