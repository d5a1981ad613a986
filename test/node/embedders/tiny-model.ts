import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode, type Field, type Message } from "./protobuf.ts";

/** Every word has a vector of its own, so that what a model makes of a text can be worked out by hand. */
export const TINY_WORDS: Readonly<Record<string, readonly number[]>> = {
  "[PAD]": [9, 9, 9],
  "[UNK]": [0, 0, 0],
  "[CLS]": [0, 0, 2],
  "[SEP]": [0, 0, 0],
  north: [4, 0, 0],
  east: [0, 4, 0],
  "##ern": [0, 2, 0],
  query: [0, 0, 8],
  broken: [Number.NaN, 0, 0],
  a: [1, 1, 1],
};

export interface TinyModelOptions {
  /** `words`: [1, words, 3]; `text`: [1, 3], pooled by the model itself. */
  readonly output?: "last_hidden_state" | "token_embeddings" | "sentence_embedding";
  /** Beyond `input_ids`. An input called `token_type_ids` or `attention_mask` is fed, and not used. */
  readonly inputs?: readonly string[];
  readonly integers?: "int64" | "int32";
  /** Every run of more than three word pieces goes on for ever. */
  readonly endless?: boolean;
}

// Field numbers and enumerations: github.com/onnx/onnx/blob/main/onnx/onnx.proto
const FLOAT = 1;
const INT64 = 7;
const TYPES = { int64: INT64, int32: 6 };
const BOOL = 9;
const INT_ATTRIBUTE = 2;
const GRAPH_ATTRIBUTE = 5;
const INTS_ATTRIBUTE = 7;

/** A whole ONNX file: looks the word pieces up in a table, and where it says so, takes their mean. */
export function tinyModel(options: TinyModelOptions = {}): Uint8Array {
  const { output = "last_hidden_state", inputs = ["attention_mask"], integers = "int64" } = options;
  const rows = Object.values(TINY_WORDS);
  const pools = output === "sentence_embedding";
  const words = ["batch", "sequence", 3];
  const table = new Uint8Array(Float32Array.from(rows.flat()).buffer);
  const found = options.endless === true ? "looked up" : "words";
  const last = pools
    ? node("ReduceMean", ["words"], output, meanOverWords)
    : node("Identity", ["words"], output);
  const nodes = [
    node("Gather", ["table", "input_ids"], found),
    ...(options.endless ? endlessLoop(words) : []),
    last,
  ];
  return encode([
    [1, 8],
    [
      7,
      [
        ...nodes.map((each) => [1, each] as const),
        [2, "tiny"],
        [5, tensor("table", FLOAT, [rows.length, 3], table)],
        ...Object.entries(NUMBERS).map(([name, number]) => [5, integer(name, number)] as const),
        ...["input_ids", ...inputs].map(
          (name) => [11, value(name, TYPES[integers], ["batch", "sequence"])] as const,
        ),
        [12, value(output, FLOAT, pools ? ["batch", 3] : words)],
      ],
    ],
    [
      8,
      [
        [1, ""],
        [2, 13],
      ],
    ],
  ]);
}

const NUMBERS = { one: 1n, three: 3n, "for ever": 2n ** 62n };

/** "looked up" → "words", once where there are at most three word pieces, else for ever. */
function endlessLoop(words: readonly (string | number)[]): Message[] {
  const body: Message = [
    [1, node("Identity", ["go on"], "went on")],
    [1, node("Identity", ["before"], "after")],
    [2, "body"],
    [11, value("turn", INT64, [])],
    [11, value("go on", BOOL, [])],
    [11, value("before", FLOAT, words)],
    [12, value("went on", BOOL, [])],
    [12, value("after", FLOAT, words)],
  ];
  const attribute: Message = [
    [1, "body"],
    [20, GRAPH_ATTRIBUTE],
    [6, body],
  ];
  return [
    node("Shape", ["input_ids"], "shape"),
    node("Gather", ["shape", "one"], "length"),
    node("Greater", ["length", "three"], "long"),
    node("Where", ["long", "for ever", "one"], "turns"),
    node("Loop", ["turns", "", "looked up"], "words", [attribute]),
  ];
}

const meanOverWords: Message[] = [
  [
    [1, "axes"],
    [20, INTS_ATTRIBUTE],
    [8, 1],
  ],
  [
    [1, "keepdims"],
    [20, INT_ATTRIBUTE],
    [3, 0],
  ],
];

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Message[] = [],
): Message {
  return [
    ...inputs.map((input) => [1, input] as const),
    [2, output],
    [4, operator],
    ...attributes.map((attribute) => [5, attribute] as const),
  ];
}

function tensor(name: string, type: number, dims: readonly number[], raw: Uint8Array): Message {
  return [...dims.map((dim) => [1, dim] as const), [2, type], [8, name], [9, raw]];
}

/** A tensor without dimensions. */
function integer(name: string, number: bigint): Message {
  return tensor(name, INT64, [], new Uint8Array(BigInt64Array.of(number).buffer));
}

function value(name: string, type: number, shape: readonly (string | number)[]): Message {
  const dims = shape.map((dim): Field => [1, [typeof dim === "string" ? [2, dim] : [1, dim]]]);
  return [
    [1, name],
    [
      2,
      [
        [
          1,
          [
            [1, type],
            [2, dims],
          ],
        ],
      ],
    ],
  ];
}

/** A WordPiece tokenizer of those words, as BERT's are. */
export function tinyTokenizer(): object {
  const words = Object.keys(TINY_WORDS);
  const special = words.slice(0, 4).map((content, id) => ({ id, content, special: true, normalized: false }));
  const mark = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const ids = (id: string) => ({ id, ids: [words.indexOf(id)], tokens: [id] });
  return {
    version: "1.0",
    added_tokens: special,
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [mark("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, mark("[SEP]")],
      pair: [],
      special_tokens: { "[CLS]": ids("[CLS]"), "[SEP]": ids("[SEP]") },
    },
    decoder: { type: "WordPiece", prefix: "##" },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  };
}

/** Writes a model's folder. */
export async function writeTinyModel(folder: string, options: TinyModelOptions = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "model.onnx"), tinyModel(options));
  await writeFile(join(folder, "tokenizer.json"), JSON.stringify(tinyTokenizer()));
}

/** At length 1. */
export function unit(...vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((part) => part / length);
}
