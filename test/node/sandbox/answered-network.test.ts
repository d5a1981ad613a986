import { afterAll, beforeAll, expect, test } from "vitest";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";
import type { CallOutcome, NetworkAnswer, StartOptions } from "../../../node/src/sandbox/types.ts";
import { networkAnswersOf } from "../../../node/src/uses/network-answers.ts";
import { layCanaries } from "./canaries.ts";

const RATES = networkAnswersOf([
  { url: "https://rates.example.org/v1?base=EUR", body: { json: { USD: 1.1 } } },
  { url: "https://rates.example.org/text", body: { text: "grüß" }, headers: { "x-page": "2" } },
  { url: "https://rates.example.org/none", status: 404 },
  { method: "POST", url: "https://rates.example.org/v1", status: 201, body: { json: [null] } },
  { method: "DELETE", url: "https://rates.example.org/v1", status: 204, body: { text: "no body" } },
  {
    method: "HEAD",
    url: "https://rates.example.org/text",
    headers: { etag: "x" },
    body: { text: "no body" },
  },
  {
    ...{ url: "https://rates.example.org/old", status: 301 },
    headers: { location: "https://rates.example.org/text" },
  },
]);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await Sandbox.open({ processes: 2 });
});
afterAll(() => sandbox.stop());

/** Calls an action whose body is `code` once for each list of answers, in one process. */
async function calls(
  code: string,
  inputs: readonly (readonly NetworkAnswer[])[],
  options: StartOptions = {},
): Promise<{ outcomes: CallOutcome[]; wishes: string[] }> {
  const source = { code, language: "javascript" } as const;
  const action = await sandbox.startAction(source, { network: "answered", clock: 0, ...options });
  try {
    const outcomes: CallOutcome[] = [];
    for (const network of inputs) outcomes.push(await action.call(null, undefined, { network }));
    return { outcomes, wishes: action.wishes() };
  } finally {
    await action.close();
  }
}

async function once(code: string, network: readonly NetworkAnswer[] = RATES): Promise<unknown> {
  const { outcomes } = await calls(code, [network]);
  const [outcome] = outcomes;
  return outcome?.status === "returned" ? outcome.output : outcome;
}

test("a request is answered as the case says, however it is made and however often", async () => {
  const code = `export default async () => {
    const url = "https://rates.example.org/v1?base=EUR";
    const requests = [url, new URL(url), new Request(url), url + "#part", "https://RATES.example.org:443/v1?base=EUR"];
    const all = [];
    for (const request of requests) {
      const response = await fetch(request);
      const { ok, status, redirected, url: asked } = response;
      all.push({ ok, status, redirected, asked, type: response.headers.get("Content-Type"), json: await response.json() });
    }
    return all;
  };`;
  const expected = {
    ...{ ok: true, status: 200, redirected: false, asked: "https://rates.example.org/v1?base=EUR" },
    ...{ type: "application/json", json: { USD: 1.1 } },
  };
  expect(await once(code)).toEqual(Array(5).fill(expected));
});

test("methods, statuses, headers and bodies are those of the case", async () => {
  const code = `const ask = async (path, init) => {
    const response = await fetch("https://rates.example.org" + path, init);
    return [response.status, response.ok, [...response.headers], await response.text()];
  };
  export default () => Promise.all([
    ask("/text"), ask("/none"), ask("/v1", { method: "post", body: "{}" }),
    ask("/v1", { method: "DELETE" }), ask("/text", { method: "HEAD" }), ask("/old"),
  ]);`;
  const text = ["content-type", "text/plain;charset=UTF-8"];
  expect(await once(code)).toEqual([
    [200, true, [text, ["x-page", "2"]], "grüß"],
    [404, false, [], ""],
    [201, true, [["content-type", "application/json"]], "[null]"],
    [204, true, [text], ""],
    [200, true, [text, ["etag", "x"]], ""],
    // It is not followed: the case says what the network answers to this request, and this is it.
    [301, false, [["location", "https://rates.example.org/text"]], ""],
  ]);
});

test("every other request is refused with what had no answer, and reaches nobody", async () => {
  await using canaries = Object.assign(await layCanaries(), {
    async [Symbol.asyncDispose]() {
      await canaries.close();
    },
  });
  const code = `const tries = [
    "http://127.0.0.1:${canaries.port}/", "https://rates.example.org/v1", "https://rates.example.org/text?x",
    "https://rates.example.org.evil.example/text", "http://rates.example.org/text", "https://user:pw@rates.example.org/text",
    "data:text/plain,hi", "file:///etc/passwd", "//rates.example.org/text", "", undefined, null, {}, Symbol.iterator,
  ];
  export default async () => {
    const all = [];
    for (const one of [...tries, ...tries])
      all.push(await fetch(one).then((response) => response.text(), (error) => [error instanceof TypeError, error.message]));
    all.push(await fetch(tries[1], { method: "POST", signal: AbortSignal.abort() }).catch((error) => error.name));
    return all;
  };`;
  const answers = (await once(code)) as [boolean, string][];
  expect(answers).toHaveLength(29);
  for (const [isTypeError, message] of answers.slice(0, 28)) {
    expect(isTypeError).toBe(true);
    expect(message.length).toBeGreaterThan(0);
  }
  expect(answers[0]?.[1]).toBe(`the case holds no answer to GET http://127.0.0.1:${canaries.port}/`);
  expect(answers[28]).toBe("AbortError");
  await canaries.verify(answers);
});

test("each call has the answers of its own case, also where the function was taken when the module was loaded", async () => {
  const code = `const mine = fetch;
  export default async () => {
    try { return await (await mine("https://a.example.org/")).text(); } catch (error) { return error.message; }
  };`;
  const answer = (text: string) => networkAnswersOf([{ url: "https://a.example.org/", body: { text } }]);
  const { outcomes, wishes } = await calls(code, [answer("one"), [], answer("two")]);
  expect(outcomes).toMatchObject([
    { output: "one" },
    { output: "the case holds no answer to GET https://a.example.org/" },
    { output: "two" },
  ]);
  expect(wishes).toEqual(["net: fetch"]);
});

test("without answers there is no fetch, and with them nothing else of the network", async () => {
  const look = `export default () => ["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "WebTransport", "Deno"].map((name) => typeof globalThis[name]);`;
  const nothing = Array(5).fill("undefined");
  expect(await once(look)).toEqual(["function", ...nothing]);
  const plain = await sandbox.startAction({ code: look, language: "javascript" }, { clock: 0 });
  try {
    expect(await plain.call(null)).toMatchObject({ output: ["undefined", ...nothing] });
  } finally {
    await plain.close();
  }
});

test("changed prototypes fool the action itself, and open nothing", async () => {
  await using canaries = Object.assign(await layCanaries(), {
    async [Symbol.asyncDispose]() {
      await canaries.close();
    },
  });
  const target = `http://127.0.0.1:${canaries.port}/`;
  const code = `export default async () => {
    Object.prototype.url = "${target}"; Object.prototype.method = "GET"; Object.prototype.body = "mine";
    Object.defineProperty(Request.prototype, "url", { get: () => "https://rates.example.org/text" });
    String.prototype.indexOf = () => 0; Array.prototype[Symbol.iterator] = function* () { yield ["location", "${target}"]; };
    globalThis.Request = globalThis.Response = class { constructor() { throw new Error("mine"); } };
    const all = [];
    for (let at = 0; at < 2; at++)
      all[at] = await fetch(at === 0 ? "${target}" : "https://rates.example.org/text").then((one) => one.status, (error) => error.message);
    return all;
  };`;
  const answers = (await once(code)) as unknown[];
  expect(answers[0]).toBe(`the case holds no answer to GET ${target}`);
  await canaries.verify(answers);
});

test("time and chance play no part in it: two processes see the same", async () => {
  const code = `export default async () => {
    const before = Date.now();
    await (await fetch("https://rates.example.org/text")).text();
    return [Date.now() - before, Math.random()];
  };`;
  const seen = async () => (await calls(code, [RATES], { seed: 1, clock: 5 })).outcomes[0];
  const [one, other] = [await seen(), await seen()];
  expect(one).toMatchObject({ status: "returned", output: [1, expect.any(Number)] });
  expect(other).toMatchObject({ output: (one as { output: unknown }).output });
});
