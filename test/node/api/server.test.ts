import { once } from "node:events";
import { stat } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { CollectiveError, failures, limits } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { API_LIMITS } from "../../../node/src/api/limits.ts";
import { ApiServer } from "../../../node/src/api/server.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { bodyOf, call, listen, post, sampleHandlers, TOKEN } from "./sample-api.ts";

const runs = "/v1/actions/echo/runs";
const jsonHeaders = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };

/** A handler that waits until it is released or aborted. */
function gate() {
  const seen: string[] = [];
  let release = () => {};
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  const run = async ({
    body,
    signal,
    ref,
  }: {
    body: { input: unknown };
    signal: AbortSignal;
    ref: string;
  }) => {
    seen.push("started");
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        seen.push("aborted");
        resolve();
      });
    });
    await Promise.race([open, aborted]);
    return {
      run: "r",
      id: "i",
      name: ref,
      output: body.input as never,
      durationMs: 1,
      logs: [],
      granted: {},
    };
  };
  return { seen, release, run };
}

describe("the local API's server", () => {
  it("validates requests and says every place that is wrong", async () => {
    await using server = await listen();
    const response = await post(server, "/v1/search", { query: "", limit: 99, typo: 1 });
    expect(response.status).toBe(400);
    const { error } = await bodyOf(response);
    expect(error.code).toBe("bad-request");
    expect(error.remedy).toContain("openapi.json");
    expect(error.details?.join("\n")).toMatch(/query:.*limit:.*typo/s);
    const broken = await call(server, "/v1/search", {
      method: "POST",
      body: '{"query":',
      headers: jsonHeaders,
    });
    expect((await bodyOf(broken)).error.message).toBe("The request is not JSON");
  });

  it("fills in the contract's defaults", async () => {
    await using server = await listen();
    const { cards } = await bodyOf(await post(server, "/v1/search", { query: "x" }));
    expect(cards[0].summary).toBe("found for x, at most 10");
  });

  it("hands over a reference decoded, and refuses an endless one", async () => {
    await using server = await listen();
    expect((await bodyOf(await post(server, "/v1/actions/a%2Fb%20c/runs", { input: 1 }))).name).toBe("a/b c");
    expect((await call(server, `/v1/actions/${"x".repeat(129)}`)).status).toBe(400);
  });

  it("bounds bodies: declared, streamed, and how deep they nest", async () => {
    await using server = await listen();
    const most = "x".repeat(limits.runBytes - 2);
    expect((await post(server, runs, { input: most })).status).toBe(200);
    const declared = await post(server, runs, { input: "x".repeat(1_200_000) });
    expect(declared.status).toBe(413);
    expect((await bodyOf(declared)).error.code).toBe("limit-exceeded");
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)),
    });
    const streamed = await call(server, runs, {
      method: "POST",
      body: endless,
      duplex: "half",
      headers: jsonHeaders,
    } as never);
    expect(streamed.status).toBe(413);
    const deep = `{"input":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect((await call(server, runs, { method: "POST", body: deep, headers: jsonHeaders })).status).toBe(413);
    expect((await call(server, "/health")).status).toBe(200);
  });

  it("takes a larger body where an action is published", async () => {
    await using server = await listen();
    const definition = {
      name: "echo",
      description: "Gives back what it was given.",
      input: {},
      output: {},
      licence: "MIT",
      language: "typescript",
      code: "\u0001".repeat(300_000),
      cases: [1, 2, 3].map((n) => ({ input: n, output: n })),
    };
    expect(JSON.stringify(definition).length).toBeGreaterThan(1_200_000);
    expect((await post(server, "/v1/actions", definition)).status).toBe(200);
    expect(
      (await post(server, "/v1/actions", { ...definition, code: "\u0001".repeat(450_000) })).status,
    ).toBe(413);
  });

  it("turns failures into the table's status, without stacks", async () => {
    const log: unknown[][] = [];
    let thrown: unknown;
    await using server = await listen({
      log: (...entry) => log.push(entry),
      handlers: {
        identity: async () => {
          throw thrown;
        },
      },
    });
    for (const [code, { status }] of Object.entries(failures)) {
      thrown = new CollectiveError(code, `what: ${code} \u001b[31m`, "do this");
      const response = await call(server, "/v1/identity");
      expect(response.status, code).toBe(status);
      expect(await bodyOf(response)).toEqual({
        error: { code, message: `what: ${code} ?[31m`, remedy: "do this" },
      });
    }
    log.length = 0;
    for (const unforeseen of [
      new TypeError("secret detail"),
      new CollectiveError("no-such-code", "secret detail", ""),
    ]) {
      thrown = unforeseen;
      const text = await (await call(server, "/v1/identity")).text();
      expect(JSON.parse(text).error.code).toBe("internal");
      expect(text).not.toMatch(/secret|\.ts|\bat \S+ \(/);
    }
    expect(log).toHaveLength(2);
    expect(JSON.stringify(log)).toContain("secret detail");
  });

  it("passes on the list of an error's problems", async () => {
    const failing = Object.assign(new CollectiveError("verification-failed", "2 cases fail", "mend"), {
      details: ["case 1: expected 1", "case 2: expected 2"],
    });
    await using server = await listen({ handlers: { verify: () => Promise.reject(failing) } });
    const { error } = await bodyOf(await post(server, "/v1/actions/x/verification", {}));
    expect(error.details).toEqual(failing.details);
  });

  it("answers nothing that breaks the contract", async () => {
    await using server = await listen({ handlers: { identity: async () => ({ peerId: 1 }) as never } });
    const response = await call(server, "/v1/identity");
    expect(response.status).toBe(500);
    expect((await bodyOf(response)).error.message).toContain("peerId");
  });

  it("aborts the work of a caller who leaves, on both sockets", async () => {
    await using folder = await temporaryFolder();
    const socketPath = join(folder.path, "api.sock");
    const { seen, run } = gate();
    await using server = await listen({ socketPath, handlers: { run } });
    const leaving = new AbortController();
    const answer = post(server, runs, { input: 1 }, { signal: leaving.signal });
    await until(() => seen.length === 1, { what: "the run to start" });
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await until(() => seen.length === 2, { what: "the run to be aborted" });
    const outgoing = request({ socketPath, path: runs, method: "POST", headers: jsonHeaders, agent: false });
    outgoing.on("error", () => undefined).end('{"input":1}');
    await until(() => seen.length === 3, { what: "the second run to start" });
    outgoing.destroy();
    await until(() => seen.length === 4, { what: "the second run to be aborted" });
    expect(seen).toEqual(["started", "aborted", "started", "aborted"]);
  });

  it("takes on so many requests at once and no more", async () => {
    const { seen, release, run } = gate();
    await using server = await listen({ handlers: { run }, limits: { inFlight: 2 } });
    const accepted = [post(server, runs, { input: 1 }), post(server, runs, { input: 2 })];
    await until(() => seen.length === 2, { what: "both runs to start" });
    const refused = await post(server, runs, { input: 3 });
    expect(refused.status).toBe(503);
    expect((await bodyOf(refused)).error.code).toBe("busy");
    expect((await call(server, "/health")).status).toBe(200);
    release();
    expect((await Promise.all(accepted)).map((response) => response.status)).toEqual([200, 200]);
    expect((await post(server, runs, { input: 4 })).status).toBe(200);
  });

  it("hangs up on a client that dawdles", async () => {
    await using server = await listen({ limits: { headersTimeoutMs: 150, requestTimeoutMs: 150 } });
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("POST /v1/search HTTP/1.1\r\nHost: x\r\n");
    const answer = once(socket.setEncoding("latin1"), "data");
    await once(socket, "close");
    expect(String((await answer)[0])).toContain("408");
  });

  it("refuses headers larger than anybody needs", async () => {
    await using server = await listen();
    expect(
      (await call(server, "/health", { headers: { "x-long": "x".repeat(API_LIMITS.headerBytes) } })).status,
    ).toBe(431);
  });

  it("answers a stop request before it stops", async () => {
    let stopped = false;
    await using server = await listen({
      handlers: {
        stop: () => {
          stopped = true;
        },
      },
    });
    expect((await post(server, "/v1/stop", { typo: 1 })).status).toBe(400);
    expect(stopped).toBe(false);
    expect(await bodyOf(await post(server, "/v1/stop", {}))).toEqual({ stopping: true });
    await until(() => stopped, { what: "the peer to be told" });
  });

  it("closes soon, whatever is open, and frees its port and socket", async () => {
    await using folder = await temporaryFolder();
    const socketPath = join(folder.path, "api.sock");
    const { seen, run } = gate();
    const server = await listen({ socketPath, handlers: { run } });
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    const open = post(server, runs, { input: 1 }).catch(() => "cut");
    await until(() => seen.length === 1, { what: "the run to start" });
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(seen).toEqual(["started", "aborted"]);
    await open;
    await server.close();
    const port = Number(new URL(server.url).port);
    await using again = await listen({ port, socketPath });
    expect((await call(again, "/health")).status).toBe(200);
  });

  it("says who is in the way of a port, and leaves nothing listening when it cannot have a socket", async () => {
    await using folder = await temporaryFolder();
    await using server = await listen();
    const port = Number(new URL(server.url).port);
    await expect(listen({ port })).rejects.toMatchObject({
      code: "port-taken",
      message: expect.stringContaining(String(port)),
      remedy: expect.stringContaining("--api-port"),
    });
    const free = await listen();
    await free.close();
    const freed = {
      port: Number(new URL(free.url).port),
      token: TOKEN,
      log: () => undefined,
      handlers: sampleHandlers(),
    };
    const impossible = join(folder.path, "no-such-folder", "api.sock");
    await expect(ApiServer.listen({ ...freed, socketPath: impossible })).rejects.toMatchObject({
      code: "api-unavailable",
    });
    const retry = await ApiServer.listen(freed);
    expect(retry.url).toBe(free.url);
    await retry.close();
  });
});
