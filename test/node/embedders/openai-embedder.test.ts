import { afterEach, describe, expect, it } from "vitest";
import type { OpenaiConfig } from "../../../node/src/embedders/config.ts";
import { EmbedderStoppedError } from "../../../node/src/embedders/errors.ts";
import { OpenaiEmbedder, type OpenaiOptions } from "../../../node/src/embedders/openai-embedder.ts";
import { until } from "../../helpers/until.ts";
import {
  type Behaviour,
  drip,
  drop,
  EmbeddingServer,
  fail,
  hang,
  rawVector,
  send,
  serve,
} from "./embedding-server.ts";
import { unit } from "./tiny-model.ts";

const KEY = "sk-test-0123456789abcdef";
const quick = { attemptMs: 2_000, totalMs: 10_000, retries: 2 };

const cleanups: (() => PromiseLike<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startServer(): Promise<EmbeddingServer> {
  const server = await EmbeddingServer.start();
  cleanups.push(() => server[Symbol.asyncDispose]());
  return server;
}

async function open(
  server: EmbeddingServer,
  config: Partial<OpenaiConfig> = {},
  options: Partial<OpenaiOptions> = {},
) {
  const messages: string[] = [];
  const say = (message: string) => void messages.push(message);
  const embedder = await OpenaiEmbedder.open({
    config: {
      kind: "openai",
      baseUrl: server.url,
      model: "tiny",
      queryPrefix: "",
      documentPrefix: "",
      apiKeyEnv: "TEST_KEY",
      ...config,
    },
    env: { TEST_KEY: KEY, OPENAI_API_KEY: "sk-of-another-server" },
    log: { info: say, warn: say },
    knownDimensions: 4,
    ...options,
    limits: { document: quick, ...options.limits },
  });
  cleanups.push(() => embedder.stop());
  return { embedder, messages };
}

const vectorOf = (text: string) => unit(...rawVector(text)).map((part) => expect.closeTo(part, 5));
const arrays = (vectors: readonly Float32Array[]) => vectors.map((vector) => [...vector]);
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("it was fulfilled"),
    (error: { code: string; message: string; remedy: string; cause?: unknown }) => error,
  );

describe("a server that speaks OpenAI's API", () => {
  it("is sent texts and key, and its vectors are put in order and at length 1", async () => {
    const server = await startServer();
    const { embedder, messages } = await open(server, { queryPrefix: "query:" });
    expect(embedder.id).toMatch(/^openai\/127\.0\.0\.1:\d+\/tiny\/4\/[0-9a-f]{16}$/);
    expect(server.asked).toEqual([]);
    const vectors = await embedder.embed(["one", " ", "three words here", ""], "document");
    expect(arrays(vectors)).toEqual([
      vectorOf("one"),
      [0, 0, 0, 0],
      vectorOf("three words here"),
      [0, 0, 0, 0],
    ]);
    expect(arrays(await embedder.embed(["one"], "query"))).toEqual([vectorOf("query: one")]);
    expect(server.asked[0]).toMatchObject({
      path: "/v1/embeddings",
      headers: { authorization: `Bearer ${KEY}` },
      body: { model: "tiny", input: ["one", "three words here"], encoding_format: "float" },
    });
    expect(server.texts[1]).toEqual(["query: one"]);
    expect(messages).toEqual([
      expect.stringMatching(/every query and the text of every action is sent to 127/),
    ]);
  });

  it("is asked for its dimensions once, where nobody knows them", async () => {
    const server = await startServer();
    const { embedder } = await open(server, {}, { knownDimensions: undefined });
    expect(embedder.dimensions).toBe(4);
    expect(embedder.id).toMatch(/\/tiny\/4$/);
    expect(server.texts).toEqual([["dimensions"]]);
    const { embedder: other } = await open(server, { dimensions: 7 }, { knownDimensions: undefined });
    expect(server.asked).toHaveLength(1);
    expect((await other.embed(["one"], "query"))[0]).toHaveLength(7);
    expect(server.asked[1]?.body.dimensions).toBe(7);
  });

  it("gets no key that is meant for another server", async () => {
    const server = await startServer();
    const { embedder } = await open(server, { apiKeyEnv: undefined });
    await embedder.embed(["one"], "query");
    expect(server.asked[0]?.headers.authorization).toBeUndefined();
  });

  it("is warned of when the key would be read on the way", async () => {
    const server = await startServer();
    const exposed = await open(server, { baseUrl: "http://192.0.2.1:8080/v1" });
    expect(exposed.messages.at(-1)).toContain("the API key goes to 192.0.2.1:8080 unencrypted");
    for (const config of [
      { baseUrl: "http://192.0.2.1/v1", apiKeyEnv: undefined },
      { baseUrl: "https://192.0.2.1/v1" },
    ])
      expect((await open(server, config)).messages.join()).not.toContain("unencrypted");
  });

  it("gets texts in requests of bounded size, one request after the other", async () => {
    const server = await startServer();
    const { embedder } = await open(server);
    const texts = Array.from({ length: 130 }, (_, index) => `text ${index}`);
    const long = Array.from({ length: 20 }, (_, index) => `${index} ${"x".repeat(20_000)}`);
    const [vectors] = await Promise.all([
      embedder.embed(texts, "document"),
      embedder.embed(long, "document"),
    ]);
    expect(arrays(vectors)).toEqual(texts.map(vectorOf));
    expect(server.texts.map((input) => input.length)).toEqual([64, 64, 2, 12, 8]);
    expect(Math.max(...server.texts.flat().map((text) => text.length))).toBe(8_000);
  });

  it("is asked again after a refusal for now, as late as it says", async () => {
    const server = await startServer();
    const { embedder } = await open(server);
    server.behaviours.push(fail(429, "slow down", { "retry-after": "1" }), fail(503, "later"), drop);
    await expect(embedder.embed(["one"], "document")).rejects.toMatchObject({ code: "embedder-server" });
    expect(server.asked).toHaveLength(3);
    const [first, second] = server.asked;
    // Without being told, the second attempt comes after 0.5 s at most.
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(950);
    server.behaviours.push(drop);
    expect(arrays(await embedder.embed(["one"], "document"))).toEqual([vectorOf("one")]);
    expect(embedder.usage()).toEqual({ requests: 5, tokens: 1 });
  });

  it("may be slow: a query gives up soon, the next ones at once, and documents go on", async () => {
    const server = await startServer();
    const limits = { query: { attemptMs: 300, totalMs: 300, retries: 1 }, queryPauseMs: 500 };
    const { embedder } = await open(server, {}, { limits });
    server.behaviours.push(hang);
    expect((await failureOf(embedder.embed(["one"], "query"))).message).toContain("took longer than 0.3 s");
    expect((await failureOf(embedder.embed(["one"], "query"))).message).toContain("not asked for a while");
    expect(server.asked).toHaveLength(1);
    expect(await embedder.embed(["one"], "document")).toHaveLength(1);
    const again = () => embedder.embed(["two"], "query");
    expect(arrays(await until(again, { what: "queries to be asked again" }))).toEqual([vectorOf("two")]);
    server.behaviours.push(drip);
    expect((await failureOf(embedder.embed(["one"], "query"))).message).toContain("took longer than 0.3 s");
  });

  it("is not believed", async () => {
    const server = await startServer();
    const { embedder } = await open(server);
    const answering =
      (data: unknown): Behaviour =>
      (_, response) =>
        send(response, 200, { data });
    const problemOf = async (behaviour: Behaviour) => {
      server.behaviours.push(behaviour);
      const { code, message } = await failureOf(embedder.embed(["one", "two"], "document"));
      expect(code).toBe("embedder-answer");
      return message;
    };
    const good = [1, 0, 0, 0];
    const pair = (index: number, embedding: unknown) => [
      { index: 0, embedding: good },
      { index, embedding },
    ];
    expect(await problemOf(answering([{ index: 0, embedding: good }]))).toContain("2 texts with 1 vectors");
    expect(await problemOf(answering(pair(0, good)))).toContain("left out the vector of text 1");
    expect(await problemOf(answering(pair(1, [1, 0])))).toContain("2 dimensions instead of 4");
    expect(await problemOf(answering(pair(1, [1, 0, 0, null])))).toContain("holds no embeddings");
    expect(await problemOf(answering(pair(1, [1e300, 0, 0, 0])))).toContain("holds no numbers");
    expect(await problemOf(answering("nothing"))).toContain("holds no embeddings");
    server.behaviours.push(answering(pair(1, [0, 0, 0, 0])));
    expect(arrays(await embedder.embed(["one", "two"], "document"))).toEqual([good, [0, 0, 0, 0]]);
  });

  it("may refuse one text of a stranger's without keeping out the others", async () => {
    const server = await startServer();
    const { embedder, messages } = await open(server);
    const picky: Behaviour = (asked, response) =>
      asked.body.input.includes("bad") ? fail(400, "too long")(asked, response) : serve(asked, response);
    server.behaviours.push(...Array<Behaviour>(20).fill(picky));
    const texts = ["a", "b", "c", "bad", "d"];
    const vectors = arrays(await embedder.embed(texts, "document"));
    expect(vectors).toEqual(texts.map((text) => (text === "bad" ? [0, 0, 0, 0] : vectorOf(text))));
    expect(messages.at(-1)).toMatch(/a text has no vector.*too long/);
    // When it takes none at all, that is no text's fault.
    server.behaviours.splice(0, 20, ...Array<Behaviour>(20).fill(fail(400, "no such dimensions")));
    expect((await failureOf(embedder.embed(["a"], "document"))).message).toContain("no such dimensions");
  });

  it("shows up in no message with the key, whatever the server says", async () => {
    const server = await startServer();
    const { embedder } = await open(server);
    server.behaviours.push(fail(401, `Incorrect API key provided: ${KEY}`), fail(404, `no ${KEY}\u001b[31m`));
    const refused = await failureOf(embedder.embed(["one"], "document"));
    expect(refused).toMatchObject({ code: "embedder-server", message: expect.stringContaining("HTTP 401") });
    const missing = await failureOf(embedder.embed(["one"], "document"));
    expect(missing.message).toContain("404 no …");
    for (const error of [refused, missing])
      expect(`${JSON.stringify(error)}${error.message}${error.remedy}${error.cause}`).not.toContain(KEY);
    expect(missing.message).not.toContain("\u001b");
  });

  it("sends nobody elsewhere", async () => {
    const [server, other] = [await startServer(), await startServer()];
    const { embedder } = await open(server, {}, { limits: { document: { ...quick, retries: 0 } } });
    server.behaviours.push((_, response) => send(response, 307, {}, { location: `${other.url}/embeddings` }));
    expect((await failureOf(embedder.embed(["secret"], "document"))).code).toBe("embedder-server");
    expect(other.asked).toEqual([]);
  });

  it("costs what it counted", async () => {
    const server = await startServer();
    const { embedder } = await open(server, { price: 0.02 });
    await embedder.embed(["one two three", "four"], "document");
    await embedder.embed(["five"], "query");
    expect(embedder.usage()).toEqual({ requests: 2, tokens: 5, cost: expect.closeTo(1e-7, 12) });
  });

  it("is left at once when the peer stops", async () => {
    const server = await startServer();
    const { embedder } = await open(server, {}, { limits: { mostWaiting: 2 } });
    server.behaviours.push(hang, hang);
    const waiting = [embedder.embed(["one"], "document"), embedder.embed(["two"], "document")];
    expect((await failureOf(embedder.embed(["three"], "document"))).code).toBe("busy");
    await until(() => server.asked.length > 0, { what: "the request" });
    const rejected = Promise.all(
      waiting.map((each) => expect(each).rejects.toBeInstanceOf(EmbedderStoppedError)),
    );
    await embedder.stop();
    await rejected;
    expect((await failureOf(embedder.embed(["one"], "query"))).code).toBe("stopping");
    expect(server.asked).toHaveLength(1);
  });

  it("does not open without the key that it was promised", async () => {
    const server = await startServer();
    const opening = (env: Record<string, string>) => failureOf(open(server, {}, { env }));
    expect(await opening({})).toMatchObject({
      code: "embedder-key",
      message: expect.stringContaining("TEST_KEY"),
    });
    const odd = await opening({ TEST_KEY: "sk-first\nsk-second" });
    expect(odd).toMatchObject({
      code: "embedder-key",
      remedy: expect.stringContaining("--embedder-key-env"),
    });
    expect(odd.message).not.toContain("sk-");
    expect(server.asked).toEqual([]);
  });

  it("may be down at a start, when its dimensions are known", async () => {
    const server = await startServer();
    await server[Symbol.asyncDispose]();
    const { embedder } = await open(server, {}, { limits: { document: { ...quick, retries: 0 } } });
    const { code, message, remedy } = await failureOf(embedder.embed(["one"], "document"));
    expect({ code, message }).toEqual({
      code: "embedder-server",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    expect(remedy).toContain("--embedder-url");
  });
});
