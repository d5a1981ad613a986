import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { OnnxConfig } from "../../../node/src/embedders/config.ts";
import { EmbedderCrashedError, EmbedderStoppedError } from "../../../node/src/embedders/errors.ts";
import { type Host, type StartHost, startHost, startThread } from "../../../node/src/embedders/hosts.ts";
import { LocalEmbedder, type LocalOptions } from "../../../node/src/embedders/local-embedder.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { type TinyModelOptions, unit, writeTinyModel } from "./tiny-model.ts";

const cleanups: (() => PromiseLike<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A real process (or thread) with a tiny model, which a test can end under the embedder's feet. */
async function open(
  model: TinyModelOptions = {},
  limits: LocalOptions["limits"] = {},
  startOne: StartHost = startHost,
) {
  const folder = await temporaryFolder();
  cleanups.push(() => folder[Symbol.asyncDispose]());
  await writeTinyModel(join(folder.path, "model"), model);
  const config: OnnxConfig = {
    kind: "onnx",
    folder: join(folder.path, "model"),
    pooling: "mean",
    queryPrefix: "",
    documentPrefix: "",
  };
  const messages: string[] = [];
  const hosts: Host[] = [];
  const say = (message: string) => void messages.push(message);
  const embedder = await LocalEmbedder.open({
    config,
    log: { info: say, warn: say },
    limits: { firstRestartMs: 20, ...limits },
    start: (asked, listener) => {
      const host = startOne(asked, listener);
      hosts.push(host);
      return host;
    },
  });
  cleanups.push(() => embedder.stop());
  return { embedder, messages, hosts, folder: config.folder };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "fulfilled",
    (error: { code?: string }) => error.code,
  );

describe("an embedder on this machine", () => {
  it("computes in a process of its own, in the order of the texts", async () => {
    const { embedder } = await open();
    expect(embedder).toMatchObject({
      dimensions: 3,
      id: expect.stringMatching(/^onnx\//),
    });
    const vectors = await embedder.embed(["north", "east", ""], "document");
    const expected = [unit(4, 0, 2), unit(0, 4, 2), [0, 0, 0]];
    expect(vectors.map((vector) => [...vector])).toEqual(
      expected.map((vector) => vector.map((part) => expect.closeTo(part, 5))),
    );
    expect(vectors[0]).toBeInstanceOf(Float32Array);
    expect(await embedder.embed([], "query")).toEqual([]);
  });

  it("takes a query before all documents that wait", async () => {
    const { embedder } = await open();
    const done: string[] = [];
    const documents = Array.from({ length: 200 }, () =>
      embedder.embed(["north ".repeat(400)], "document").then(() => done.push("document")),
    );
    await documents[0];
    await embedder.embed(["east"], "query").then(() => done.push("query"));
    await Promise.all(documents);
    expect(done).toHaveLength(201);
    // Without a queue of its own it would be the last.
    expect(done.indexOf("query")).toBeLessThan(100);
  });

  it("leaves the event loop alone meanwhile", async () => {
    const { embedder } = await open();
    let turns = 0;
    let done = false;
    const work = embedder.embed(Array(50).fill("north ".repeat(400)), "document").then(() => {
      done = true;
    });
    for (; !done; turns++) await nextTurn();
    await work;
    expect(turns).toBeGreaterThan(50);
  });

  it("makes zeros of a document that it cannot read, says so, and goes on", async () => {
    const { embedder, hosts, messages } = await open();
    const [broken, north] = await embedder.embed(["broken", "north"], "document");
    expect([...(broken ?? [])]).toEqual([0, 0, 0]);
    expect(north?.[0]).toBeGreaterThan(0.5);
    expect(messages).toEqual([expect.stringContaining("found by keyword only")]);
    await expect(embedder.embed(["broken"], "query")).rejects.toThrow("holds no numbers");
    expect(hosts).toHaveLength(1);
  });

  it("refuses more than may wait, queries and documents each for themselves", async () => {
    const { embedder } = await open({}, { mostWaiting: 3 });
    const three = embedder.embed(["north", "north", "north"], "document");
    expect(await codeOf(embedder.embed(["east"], "document"))).toBe("busy");
    expect(await embedder.embed(["east"], "query")).toHaveLength(1);
    expect(await three).toHaveLength(3);
    expect(await embedder.embed(["east"], "document")).toHaveLength(1);
  });

  it("does the same in a thread, which our own model has", async () => {
    const { embedder, hosts, messages } = await open({}, {}, (_, listener) => startThread(listener));
    const north = [expect.closeTo(unit(4, 0, 2)[0] ?? 0, 5), 0, expect.closeTo(unit(4, 0, 2)[2] ?? 0, 5)];
    const vectors = await embedder.embed(["north", ""], "query");
    expect(vectors.map((vector) => [...vector])).toEqual([north, [0, 0, 0]]);
    await hosts[0]?.end();
    expect(await codeOf(embedder.embed(["north"], "query"))).toBe("embedder-crashed");
    expect(messages).toEqual([expect.stringContaining("ended")]);
    const again = await until(() => embedder.embed(["north"], "query"), { what: "a new thread" });
    expect(again.map((vector) => [...vector])).toEqual([north]);
    expect(hosts).toHaveLength(2);
  });

  it("says so when its process dies, and is back soon", async () => {
    const { embedder, hosts, messages } = await open();
    const waiting = embedder.embed(Array(500).fill("north ".repeat(400)), "document");
    await hosts[0]?.end();
    await expect(waiting).rejects.toBeInstanceOf(EmbedderCrashedError);
    expect(messages).toEqual([expect.stringContaining("SIGKILL")]);
    const [vector] = await until(() => embedder.embed(["north"], "query"), {
      what: "the embedder to be back",
    });
    expect([...(vector ?? [])]).toEqual(unit(4, 0, 2).map((part) => expect.closeTo(part, 5)));
    expect(hosts).toHaveLength(2);
  });

  it("waits longer each time it does not come back, and does not take another model for its own", async () => {
    const { embedder, hosts, messages, folder } = await open();
    await writeTinyModel(folder, { output: "token_embeddings" });
    await hosts[0]?.end();
    await until(() => hosts.length >= 4, { what: "three more starts" });
    expect(await codeOf(embedder.embed(["north"], "query"))).toBe("embedder-crashed");
    expect(messages[1]).toContain("came back as onnx/mean/");
    expect(messages.slice(0, 3).map((message) => message.match(/in ([\d.]+) s$/)?.[1])).toEqual([
      "0.02",
      "0.04",
      "0.08",
    ]);
    await writeTinyModel(folder);
    expect(await until(() => embedder.embed(["north"], "query"), { what: "the old model" })).toHaveLength(1);
  });

  it("ends a process that says nothing any more", async () => {
    const { embedder, hosts } = await open({ endless: true }, { silenceMs: 300 });
    expect(await embedder.embed(["north"], "query")).toHaveLength(1);
    await expect(embedder.embed(["north east"], "query")).rejects.toThrow("said nothing for 0.3 s");
    expect(await until(() => embedder.embed(["north"], "query"), { what: "a new process" })).toHaveLength(1);
    expect(hosts).toHaveLength(2);
  });

  it("stops at once, even in the middle of native code, and rejects what waits", async () => {
    const { embedder } = await open({ endless: true });
    const endless = embedder.embed(["north east", "north"], "document");
    const rejected = expect(endless).rejects.toBeInstanceOf(EmbedderStoppedError);
    await embedder.stop();
    await rejected;
    expect(await codeOf(embedder.embed(["north"], "query"))).toBe("stopping");
    await embedder.stop();
  });

  it("does not open what cannot be loaded", async () => {
    const config: OnnxConfig = {
      kind: "onnx",
      folder: "/nowhere",
      pooling: "mean",
      queryPrefix: "",
      documentPrefix: "",
    };
    await expect(LocalEmbedder.open({ config, log: console })).rejects.toMatchObject({
      code: "embedder-model",
      message: expect.stringContaining("/nowhere holds no model.onnx"),
      remedy: expect.stringContaining("--embedder-folder"),
    });
  });
});
