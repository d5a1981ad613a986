import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { openaiModel, type Turn } from "action-collective";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calls, ScriptedModel, text } from "../../helpers/scripted-model.ts";

let server: ScriptedModel;
beforeAll(async () => {
  server = await ScriptedModel.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const TOOLS: Turn["tools"] = [{ name: "add", description: "Adds.", parameters: { type: "object" } }];
const TURN: Turn = { messages: [{ role: "user", content: "hello" }], tools: TOOLS, choice: "auto" };

describe.each(["chat", "responses"] as const)("%s", (api) => {
  test.each([false, true])("text and calls come through, streamed: %s", async (streamed) => {
    const script = server.script([
      {
        offers: ["add"],
        says: text("Hello you, this is long enough for several pieces.", { input: 11, output: 5 }),
      },
      { says: calls(["add", { a: 1, b: "two" }], ["add", {}]) },
    ]);
    const model = openaiModel({ openai: server.openai(), model: script.model, api });
    const pieces: string[] = [];
    const onText = streamed ? (delta: string) => pieces.push(delta) : undefined;
    const said = await model.turn({ ...TURN, onText });
    expect(said).toEqual({
      text: "Hello you, this is long enough for several pieces.",
      toolCalls: [],
      usage: { input: 11, output: 5 },
    });
    expect(pieces.join("")).toBe(streamed ? said.text : "");
    expect(pieces.length > 1).toBe(streamed);
    const { toolCalls } = await model.turn({ ...TURN, onText });
    expect(toolCalls.map(({ name, arguments: given }) => [name, JSON.parse(given)])).toEqual([
      ["add", { a: 1, b: "two" }],
      ["add", {}],
    ]);
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
    script.finish();
  });

  test("a stream that breaks off is cut off", async () => {
    const script = server.script([
      {
        says: text("A long answer that never gets to its end."),
        sent: { chunkSize: 4, truncateAfterChunks: 3, latency: 30 },
      },
    ]);
    const model = openaiModel({ openai: server.openai(), model: script.model, api });
    await expect(model.turn({ ...TURN, onText: () => {} })).rejects.toMatchObject({ code: "model-cut-off" });
    script.finish();
  });

  test("the server's errors are told apart", async () => {
    const failing = (status: number, code = "none") => ({
      says: { error: { message: "said so", code }, status, retryAfter: 7 },
    });
    const script = server.script([
      failing(429),
      failing(500),
      failing(401),
      failing(404),
      failing(400, "content_filter"),
    ]);
    const model = openaiModel({ openai: server.openai(), model: script.model, api });
    await expect(model.turn(TURN)).rejects.toMatchObject({ code: "model-rate-limited", retryAfterMs: 7000 });
    await expect(model.turn(TURN)).rejects.toMatchObject({ code: "model-unavailable" });
    await expect(model.turn(TURN)).rejects.toMatchObject({ code: "model-unauthorised" });
    await expect(model.turn(TURN)).rejects.toMatchObject({ code: "model-request-refused", status: 404 });
    await expect(model.turn(TURN)).rejects.toMatchObject({ code: "model-content-filter" });
    script.finish();
    expect(script.bodies).toHaveLength(5);
  });
});

test("what is tried again is the openai client's affair: as often as it says, and no more", async () => {
  let asked = 0;
  await using failing = await serve((_, response) => {
    asked += 1;
    response.writeHead(500, { "content-type": "application/json", "retry-after-ms": "1" }).end("{}");
  });
  const openai = new OpenAI({ apiKey: "k", baseURL: failing.url, maxRetries: 2 });
  await expect(openaiModel({ openai, model: "any" }).turn(TURN)).rejects.toMatchObject({
    code: "model-unavailable",
  });
  expect(asked).toBe(3);
});

test("a date to come back at is read by the server's own clock", async () => {
  await using busy = await serve((_, response) => {
    response
      .setHeader("date", "Sun, 01 Mar 2015 10:00:00 GMT")
      .setHeader("retry-after", "Sun, 01 Mar 2015 10:01:30 GMT");
    response.writeHead(429, { "content-type": "application/json" }).end("{}");
  });
  const openai = new OpenAI({ apiKey: "k", baseURL: busy.url, maxRetries: 0 });
  await expect(openaiModel({ openai, model: "any" }).turn(TURN)).rejects.toMatchObject({
    code: "model-rate-limited",
    retryAfterMs: 90_000,
  });
});

test("nobody there, no JSON, and a server that hangs", async () => {
  const at = (baseURL: string, timeoutMs?: number) =>
    openaiModel({ openai: new OpenAI({ apiKey: "k", baseURL, maxRetries: 0 }), model: "any", timeoutMs });
  const gone = await serve(() => {});
  await gone[Symbol.asyncDispose]();
  await expect(at(gone.url).turn(TURN)).rejects.toMatchObject({
    code: "model-unavailable",
    message: expect.stringContaining("ECONNREFUSED"),
  });
  await using page = await serve((_, response) =>
    response.setHeader("content-type", "text/html").end("<p>Welcome"),
  );
  await expect(at(page.url).turn(TURN)).rejects.toMatchObject({ code: "model-malformed" });
  await using broken = await serve((_, response) =>
    response.setHeader("content-type", "application/json").end('{"choices": ['),
  );
  await expect(at(broken.url).turn(TURN)).rejects.toMatchObject({ code: "model-malformed" });
  await using hanging = await serve(() => {});
  await expect(at(hanging.url, 50).turn(TURN)).rejects.toMatchObject({ code: "model-timeout" });
  await using halfway = await serve((_, response) =>
    response.setHeader("content-type", "application/json").write('{"cho'),
  );
  await expect(at(halfway.url, 300).turn(TURN)).rejects.toMatchObject({ code: "model-timeout" });
  await using halfStream = await serve((_, response) =>
    response
      .setHeader("content-type", "text/event-stream")
      .write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n'),
  );
  const pieces: string[] = [];
  await expect(
    at(halfStream.url, 300).turn({ ...TURN, onText: (piece) => pieces.push(piece) }),
  ).rejects.toMatchObject({ code: "model-timeout" });
  expect(pieces).toEqual(["a"]);
});

async function serve(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
