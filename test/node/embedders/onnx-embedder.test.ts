import { appendFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OnnxConfig } from "../../../node/src/embedders/config.ts";
import { EmbedderModelError } from "../../../node/src/embedders/errors.ts";
import { OnnxModel } from "../../../node/src/embedders/onnx-embedder.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { type TinyModelOptions, unit, writeTinyModel } from "./tiny-model.ts";

const configOf = (folder: string, more: Partial<OnnxConfig> = {}): OnnxConfig => ({
  kind: "onnx",
  folder,
  pooling: "mean",
  queryPrefix: "",
  documentPrefix: "",
  ...more,
});

async function vectorOf(text: string, options: TinyModelOptions = {}, more: Partial<OnnxConfig> = {}) {
  await using folder = await temporaryFolder();
  await writeTinyModel(folder.path, options);
  const model = await OnnxModel.load(configOf(folder.path, more));
  expect(model.dimensions).toBe(3);
  return [...(await model.embed(text, "query"))];
}

const close = (vector: readonly number[]) => vector.map((part) => expect.closeTo(part, 5));

describe("a model in a folder", () => {
  it("is run over the word pieces of a text and their marks, and its mean brought to length 1", async () => {
    // [CLS] north ##ern [SEP]: (0,0,2) + (4,0,0) + (0,2,0) + (0,0,0), over 4
    expect(await vectorOf("Northern")).toEqual(close(unit(4, 2, 2)));
  });

  it("may give the first word piece instead of the mean", async () => {
    expect(await vectorOf("northern", {}, { pooling: "cls" })).toEqual([0, 0, 1]);
  });

  it("may call its output otherwise, or pool by itself", async () => {
    expect(await vectorOf("north east", { output: "token_embeddings" })).toEqual(close(unit(4, 4, 2)));
    expect(await vectorOf("north east", { output: "sentence_embedding" }, { pooling: "cls" })).toEqual(
      close(unit(4, 4, 2)),
    );
  });

  it("is fed what it asks for: token types, positions, none of them, in 64 or 32 bits", async () => {
    const wanted = close(unit(4, 0, 2));
    const all = ["attention_mask", "token_type_ids", "position_ids"];
    expect(await vectorOf("north", { inputs: all })).toEqual(wanted);
    expect(await vectorOf("north", { inputs: [] })).toEqual(wanted);
    expect(await vectorOf("north", { inputs: all, integers: "int32" })).toEqual(wanted);
  });

  it("sees the prefix of its kind before a text, one space between", async () => {
    await using folder = await temporaryFolder();
    await writeTinyModel(folder.path);
    const model = await OnnxModel.load(
      configOf(folder.path, { queryPrefix: "query", documentPrefix: "east" }),
    );
    expect([...(await model.embed("north", "query"))]).toEqual(close(unit(4, 0, 10)));
    expect([...(await model.embed("north", "document"))]).toEqual(close(unit(4, 4, 2)));
  });

  it("makes zeros of a text that says nothing", async () => {
    expect(await vectorOf(" \n")).toEqual([0, 0, 0]);
    expect(await vectorOf("\u0000")).toEqual([0, 0, 0]);
    expect(await vectorOf("", {}, { queryPrefix: "query" })).toEqual([0, 0, 0]);
  });

  it("reads no more of a text than it was made for, and keeps the mark at its end", async () => {
    await using folder = await temporaryFolder();
    await writeTinyModel(folder.path);
    await writeFile(join(folder.path, "tokenizer_config.json"), JSON.stringify({ model_max_length: 1e30 }));
    const long = `${"north ".repeat(510)}${"east ".repeat(10_000)}`;
    const model = await OnnxModel.load(configOf(folder.path));
    expect([...(await model.embed(long, "query"))]).toEqual(close(unit(4 * 510, 0, 2)));
    await writeFile(join(folder.path, "sentence_bert_config.json"), JSON.stringify({ max_seq_length: 8 }));
    const short = await OnnxModel.load(configOf(folder.path));
    expect([...(await short.embed(long, "query"))]).toEqual(close(unit(4 * 6, 0, 2)));
    expect(short.id).not.toBe(model.id);
  });

  it("has an id that stays when it moves and changes with all that changes vectors", async () => {
    await using folder = await temporaryFolder();
    const [first, second] = [join(folder.path, "first"), join(folder.path, "second")];
    await writeTinyModel(first);
    const idOf = async (config: OnnxConfig) => (await OnnxModel.load(config)).id;
    const original = await idOf(configOf(first));
    expect(original).toMatch(/^onnx\/mean\/[0-9a-f]{16}$/);
    await rename(first, second);
    expect(await idOf(configOf(second))).toBe(original);
    const others = [
      await idOf(configOf(second, { pooling: "cls" })),
      await idOf(configOf(second, { queryPrefix: "query:" })),
      await idOf(configOf(second, { documentPrefix: "query:" })),
    ];
    await appendFile(join(second, "tokenizer.json"), " ");
    expect(await idOf(configOf(second))).toBe(original);
    await writeFile(join(second, "tokenizer_config.json"), JSON.stringify({ lowercase: true }));
    others.push(await idOf(configOf(second)));
    await writeTinyModel(second, { output: "token_embeddings" });
    others.push(await idOf(configOf(second)));
    expect(new Set([original, ...others]).size).toBe(6);
  });

  it("may lie where the hub puts it", async () => {
    await using folder = await temporaryFolder();
    await writeTinyModel(folder.path);
    await mkdir(join(folder.path, "onnx"));
    await rename(join(folder.path, "model.onnx"), join(folder.path, "onnx", "model.onnx"));
    expect((await OnnxModel.load(configOf(folder.path))).dimensions).toBe(3);
  });

  it("is refused by name when something is missing, damaged, or asks for what nobody has", async () => {
    await using folder = await temporaryFolder();
    const problemOf = async () => {
      const error = await OnnxModel.load(configOf(folder.path)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EmbedderModelError);
      return (error as EmbedderModelError).message;
    };
    expect(await problemOf()).toContain("holds no model.onnx");
    await writeTinyModel(folder.path, { inputs: ["pixel_values"] });
    expect(await problemOf()).toContain("it wants the inputs input_ids, pixel_values");
    await writeTinyModel(folder.path);
    await writeFile(join(folder.path, "model.onnx"), "no model");
    expect(await problemOf()).toContain("model.onnx");
    await writeFile(join(folder.path, "tokenizer.json"), "{");
    expect(await problemOf()).toContain("tokenizer.json does not hold a JSON object");
    await writeFile(join(folder.path, "tokenizer.json"), '{"model":{"type":"Telepathy"}}');
    expect(await problemOf()).toContain("tokenizer.json is not understood");
    await rm(join(folder.path, "tokenizer.json"));
    expect(await problemOf()).toContain("holds no tokenizer.json");
  });

  it("gives no vector that holds no numbers", async () => {
    await expect(vectorOf("broken")).rejects.toMatchObject({ code: "embedder-answer" });
  });
});
