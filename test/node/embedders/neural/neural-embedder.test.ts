import { createHash } from "node:crypto";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EmbeddingModelError } from "../../../../node/src/embedders/neural/errors.ts";
import { MODEL_FOLDER, type ModelFile, readModel } from "../../../../node/src/embedders/neural/model-file.ts";
import { NeuralEmbedder } from "../../../../node/src/embedders/neural/neural-embedder.ts";
import { Transformer } from "../../../../node/src/embedders/neural/transformer.ts";
import { temporaryFolder } from "../../../helpers/temporary.ts";
import { MADE, makeModel } from "./made-model.ts";
import { plainForward } from "./plain-forward.ts";

interface Reference {
  readonly id: string;
  readonly cases: readonly { readonly text: string; readonly vector: readonly number[] }[];
}

/** Of the made model's vectors. Computed once: another digest on any machine is a difference between machines. */
const DIGEST = "267c87d1c990a162c0adad25e5b1aa1c1800075b31e679c5898d8f21f399254a";
const LENGTHS = Array.from({ length: MADE.positions }, (_, at) => at + 1);

const dot = (left: ArrayLike<number>, right: ArrayLike<number>) =>
  Array.from(left).reduce((sum, value, at) => sum + value * (right[at] ?? Number.NaN), 0);
const apart = (left: ArrayLike<number>, right: ArrayLike<number>) =>
  Math.max(...Array.from(left, (value, at) => Math.abs(value - (right[at] ?? Number.NaN))));
const someIds = (length: number, vocabulary: number) =>
  Array.from({ length }, (_, at) => (at * 7919 + length * 104_729) % vocabulary);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let made: ModelFile;

beforeAll(async () => {
  folder = await temporaryFolder();
  await makeModel(folder.path);
  ({ model: made } = await readModel(folder.path));
});
afterAll(() => folder[Symbol.asyncDispose]());

describe("the transformer", () => {
  test("computes what the plain one does, for every length", () => {
    const transformer = new Transformer(made);
    for (const length of LENGTHS) {
      const ids = someIds(length, made.header.vocabulary);
      const vector = transformer.vectorOf(ids);
      expect(apart(plainForward(made, ids), vector)).toBeLessThan(1e-4);
      expect(dot(vector, vector)).toBeCloseTo(1, 5);
    }
  });

  test("gives the same bits on every machine, whatever it computed before", () => {
    const digest = (lengths: readonly number[]) => {
      const transformer = new Transformer(made);
      const vectors = new Map(
        lengths.map((length) => [length, transformer.vectorOf(someIds(length, made.header.vocabulary))]),
      );
      const hash = createHash("sha256");
      for (const length of LENGTHS) hash.update(vectors.get(length) ?? "");
      return hash.digest("hex");
    };
    expect(digest(LENGTHS)).toBe(DIGEST);
    expect(digest(LENGTHS.toReversed())).toBe(DIGEST);
  });
});

describe("the model that comes with the package", () => {
  test("its vectors are those of the reference", async () => {
    const file = new URL("fixtures/reference.json", import.meta.url);
    const { id, cases } = JSON.parse(await readFile(file, "utf8")) as Reference;
    const embedder = await NeuralEmbedder.load();
    expect(embedder.id).toBe(id);
    expect(cases.length).toBeGreaterThan(10);
    for (const { text, vector } of cases) {
      const ours = embedder.embedOne(text);
      expect(apart(vector, ours), text).toBeLessThanOrEqual(2e-3);
      expect(dot(vector, ours), text).toBeGreaterThanOrEqual(0.9999);
    }
  });

  test("computes what the plain one does", async () => {
    const { model } = await readModel(MODEL_FOLDER);
    const transformer = new Transformer(model);
    for (const length of [1, 2, 13, 60, 128]) {
      const ids = someIds(length, model.header.vocabulary);
      expect(apart(plainForward(model, ids), transformer.vectorOf(ids))).toBeLessThan(1e-4);
    }
  });
});

describe("the embedder", () => {
  test("embeds in order; a text without pieces is all zeros", async () => {
    const embedder = await NeuralEmbedder.load(folder.path);
    expect(embedder).toMatchObject({ id: MADE.id, dimensions: MADE.dimensions });
    const vectors = await embedder.embed(["the a", " \u200b", "b the"]);
    expect(vectors).toEqual([
      embedder.embedOne("the a"),
      new Float32Array(MADE.dimensions),
      embedder.embedOne("b the"),
    ]);
    expect(vectors[0]).not.toEqual(vectors[2]);
  });

  test("lets others at the thread between two documents", async () => {
    const embedder = await NeuralEmbedder.load(folder.path);
    let turns = 0;
    const documents = embedder.embed(["a", "b", "c"]).then(() => turns);
    const count = () => {
      turns += 1;
      if (turns < 10) setImmediate(count);
    };
    setImmediate(count);
    expect(await documents).toBeGreaterThanOrEqual(1);
  });

  test("sees no more than the model's positions", async () => {
    const embedder = await NeuralEmbedder.load(folder.path);
    const full = "a ".repeat(MADE.positions);
    expect(embedder.embedOne(`${full}b`)).toEqual(embedder.embedOne(full));
    expect(embedder.embedOne(`b ${full}`)).not.toEqual(embedder.embedOne(full));
  });
});

describe("a damaged model says what to do", () => {
  const files = ["model.bin", "model.json", "vocab.txt"] as const;
  const damages: Record<string, (folder: string) => Promise<void>> = {
    "a flipped bit": async (path) => {
      const bytes = await readFile(join(path, "model.bin"));
      bytes[bytes.length - 100] = (bytes.at(-100) ?? 0) ^ 1;
      await writeFile(join(path, "model.bin"), bytes);
    },
    "half a file": async (path) => {
      const bytes = await readFile(join(path, "model.bin"));
      await writeFile(join(path, "model.bin"), bytes.subarray(0, bytes.length / 2));
    },
    "another vocabulary": (path) => writeFile(join(path, "vocab.txt"), "[UNK]\n"),
    "no vocabulary": (path) => rm(join(path, "vocab.txt")),
    "a manifest of nonsense": (path) => writeFile(join(path, "model.json"), "{"),
    "weights of another shape, with a checksum that fits": async (path) => {
      const bytes = await readFile(join(path, "model.bin"));
      const text = bytes.toString("latin1").replace('"dimensions":32', '"dimensions":64');
      const changed = Buffer.from(text, "latin1");
      const manifest = JSON.parse(await readFile(join(path, "model.json"), "utf8")) as object;
      const sha256 = createHash("sha256").update(changed).digest("hex");
      await writeFile(join(path, "model.bin"), changed);
      await writeFile(join(path, "model.json"), JSON.stringify({ ...manifest, sha256 }));
    },
  };

  test.each(Object.entries(damages))("%s", async (_, damage) => {
    await using copy = await temporaryFolder();
    for (const file of files) await copyFile(join(folder.path, file), join(copy.path, file));
    expect((await NeuralEmbedder.load(copy.path)).id).toBe(MADE.id);
    await damage(copy.path);
    const failure = NeuralEmbedder.load(copy.path);
    await expect(failure).rejects.toThrow(EmbeddingModelError);
    await expect(failure).rejects.toMatchObject({
      code: "embedding-model",
      message: expect.stringContaining(copy.path),
      remedy: expect.stringContaining("Install"),
    });
  });
});
