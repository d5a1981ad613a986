import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { OnnxConfig, OpenaiConfig } from "../../../node/src/embedders/config.ts";
import { EMBEDDERS_FILE, EmbedderMemory } from "../../../node/src/embedders/embedder-memory.ts";
import { openEmbedder, reopenEmbedder } from "../../../node/src/embedders/open-embedder.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { EmbeddingServer } from "./embedding-server.ts";
import { writeTinyModel } from "./tiny-model.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BUILT = join(ROOT, "node", "dist", "embedders");

function collectingLog() {
  const messages: string[] = [];
  const say = (message: string) => void messages.push(message);
  return { messages, log: { info: say, warn: say } };
}

const onnxOf = (folder: string): OnnxConfig => ({
  kind: "onnx",
  folder,
  pooling: "mean",
  queryPrefix: "",
  documentPrefix: "",
});
const openaiOf = (baseUrl: string): OpenaiConfig => ({
  kind: "openai",
  baseUrl,
  model: "tiny",
  queryPrefix: "",
  documentPrefix: "",
});

/** What a program says in a process of its own. */
async function outputOf(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return stdout;
}

describe("an embedder that was opened", () => {
  it("can be opened again by its id, after another start", async () => {
    await using home = await temporaryFolder();
    const { log } = collectingLog();
    const file = join(home.path, EMBEDDERS_FILE);
    await writeTinyModel(join(home.path, "model"));
    const opened = await openEmbedder(onnxOf(join(home.path, "model")), log, {
      memory: await EmbedderMemory.open(file, log),
    });
    const before = await opened.embed(["north"], "query");
    await opened.stop();
    const again = await reopenEmbedder(opened.id, log, { memory: await EmbedderMemory.open(file, log) });
    expect(again).toMatchObject({ id: opened.id, dimensions: 3 });
    expect(await again?.embed(["north"], "query")).toEqual(before);
    await again?.stop();
    if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("is not opened again when its model is gone or another, or nobody knows it", async () => {
    await using home = await temporaryFolder();
    const { log, messages } = collectingLog();
    const memory = await EmbedderMemory.open(join(home.path, EMBEDDERS_FILE), log);
    const model = join(home.path, "model");
    await writeTinyModel(model);
    const { id, stop } = await openEmbedder(onnxOf(model), log, { memory }).then((opened) => ({
      id: opened.id,
      stop: () => opened.stop(),
    }));
    await stop();
    await writeTinyModel(model, { output: "token_embeddings" });
    expect(await reopenEmbedder(id, log, { memory })).toBeUndefined();
    expect(messages.at(-1)).toContain(`the embedder ${id} is onnx/mean/`);
    await rename(model, join(home.path, "gone"));
    expect(await reopenEmbedder(id, log, { memory })).toBeUndefined();
    expect(messages.at(-1)).toContain("holds no model.onnx");
    expect(await reopenEmbedder("onnx/mean/0123456789abcdef", log, { memory })).toBeUndefined();
  });

  it("on a server is asked for its dimensions once in its life", async () => {
    await using home = await temporaryFolder();
    await using server = await EmbeddingServer.start();
    const { log } = collectingLog();
    const file = join(home.path, EMBEDDERS_FILE);
    const open = async (config: OpenaiConfig) => {
      const memory = await EmbedderMemory.open(file, log);
      const opened = await openEmbedder(config, log, { memory, env: { K: "secret-key" } });
      await opened.stop();
      return opened;
    };
    const first = await open({ ...openaiOf(server.url), apiKeyEnv: "K" });
    expect(server.asked).toHaveLength(1);
    const second = await open({ ...openaiOf(server.url), price: 3 });
    expect(second).toMatchObject({ id: first.id, dimensions: 4 });
    expect(second.usage?.()).toEqual({ requests: 0, tokens: 0, cost: 0 });
    expect(server.asked).toHaveLength(1);
    expect(await readFile(file, "utf8")).not.toContain("secret-key");
    await open({ ...openaiOf(server.url), model: "other" });
    expect(server.asked).toHaveLength(2);
  });

  it("is our own where nothing else is asked for, in a thread", async () => {
    const { log, messages } = collectingLog();
    const own = await openEmbedder({ kind: "own" }, log);
    expect(own).toMatchObject({ id: expect.stringMatching(/^neural-/) });
    const [one, same, nothing] = await own.embed(
      ["multiply two matrices", "multiply two matrices", ""],
      "query",
    );
    expect(one).toHaveLength(own.dimensions);
    expect(Math.hypot(...(one ?? []))).toBeCloseTo(1, 5);
    expect(same).toEqual(one);
    expect(nothing).toEqual(new Float32Array(own.dimensions));
    await own.stop();
    expect(messages).toEqual([]);
  });

  it("works from the built package too", async () => {
    await using home = await temporaryFolder();
    await writeTinyModel(home.path);
    const program = `
      const { openEmbedder } = await import(${JSON.stringify(join(BUILT, "open-embedder.js"))});
      const embedder = await openEmbedder(${JSON.stringify(onnxOf(home.path))}, console);
      const [vector] = await embedder.embed(["north"], "query");
      await embedder.stop();
      console.log(vector.length);`;
    expect(await outputOf(program)).toBe("3\n");
  });

  it("names the package that it lacks, and how to get it", async () => {
    // The built files where only some packages can be found.
    await using place = await temporaryFolder();
    await cp(BUILT, join(place.path, "embedders"), { recursive: true });
    await writeFile(join(place.path, "package.json"), '{"type":"module"}');
    for (const name of ["@action-collective/protocol", "@huggingface/tokenizers", "zod"]) {
      await mkdir(dirname(join(place.path, "node_modules", name)), { recursive: true });
      await symlink(join(ROOT, "node_modules", name), join(place.path, "node_modules", name), "junction");
    }
    await writeTinyModel(join(place.path, "model"));
    const problemOf = async (config: OnnxConfig | OpenaiConfig) =>
      outputOf(`
        const { openEmbedder } = await import(${JSON.stringify(join(place.path, "embedders", "open-embedder.js"))});
        await openEmbedder(${JSON.stringify(config)}, console).catch((error) => {
          console.log(error.name, error.code, error.message, error.remedy);
        });`);
    const named = (name: string) =>
      new RegExp(`^EmbedderPackageMissingError embedder-package-missing .*${name}.*npm install ${name}`);
    expect(await problemOf(onnxOf(join(place.path, "model")))).toMatch(named("onnxruntime-node"));
    expect(await problemOf(openaiOf("http://127.0.0.1:1/v1"))).toMatch(named("openai"));
  });
});

describe("the memory of embedders", () => {
  const own = { id: "neural/1", dimensions: 256 };

  it("keeps the newest few, and writes only what is new", async () => {
    await using home = await temporaryFolder();
    const { log } = collectingLog();
    const file = join(home.path, EMBEDDERS_FILE);
    const memory = await EmbedderMemory.open(file, log);
    for (let number = 0; number < 12; number++)
      await memory.remember({ id: `onnx/${number}`, dimensions: 3 }, onnxOf(`/m/${number}`));
    await memory.remember(own, { kind: "own" });
    const { mtimeMs } = await stat(file);
    await memory.remember(own, { kind: "own" });
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
    const again = await EmbedderMemory.open(file, log);
    expect(again.configOf("neural/1")).toEqual({ kind: "own" });
    expect(again.configOf("onnx/5")).toEqual(onnxOf("/m/5"));
    expect(again.configOf("onnx/4")).toBeUndefined();
  });

  it("begins anew with a file that is damaged, and says so", async () => {
    await using home = await temporaryFolder();
    const file = join(home.path, EMBEDDERS_FILE);
    for (const text of ["{", "[]", '{"embedders":[{"id":"x","dimensions":3,"config":{"kind":"magic"}}]}']) {
      const { log, messages } = collectingLog();
      await writeFile(file, text);
      const memory = await EmbedderMemory.open(file, log);
      expect(messages).toEqual([expect.stringContaining("is damaged")]);
      expect(memory.configOf("x")).toBeUndefined();
      await memory.remember(own, { kind: "own" });
      expect((await EmbedderMemory.open(file, log)).configOf("neural/1")).toEqual({ kind: "own" });
    }
  });

  it("is not missed when it cannot be written", async () => {
    const { log, messages } = collectingLog();
    const memory = await EmbedderMemory.open("/nowhere/at/all/embedders.json", log);
    await memory.remember(own, { kind: "own" });
    expect(memory.configOf("neural/1")).toEqual({ kind: "own" });
    expect(messages).toEqual([expect.stringContaining("was not written")]);
  });
});
