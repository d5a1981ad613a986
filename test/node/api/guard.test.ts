import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkOrigin } from "../../../node/src/api/guard.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { bodyOf, call, listen, post, TOKEN } from "./sample-api.ts";

/** fetch chooses Host itself; a page that rebinds DNS does not let it. */
function raw(
  target: { url?: string; socketPath?: string | undefined },
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const url = new URL(target.url ?? "http://localhost");
    const where =
      target.socketPath === undefined
        ? { host: url.hostname, port: url.port }
        : { socketPath: target.socketPath };
    const outgoing = request({ ...where, path, headers, agent: false }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
    outgoing.on("error", reject).end();
  });
}

const authorised = { authorization: `Bearer ${TOKEN}` };

describe("the guard of the local API", () => {
  it("lets nobody in without the token, except to health", async () => {
    await using server = await listen();
    const wrong = [undefined, "", "Bearer", "Bearer x", `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN];
    const paths = ["/v1/status", "/v1/openapi.json", "/v1/actions/x", "/nowhere"];
    const statuses = await Promise.all(
      paths.flatMap((path) =>
        wrong.map(async (authorization) => {
          const response = await fetch(server.url + path, {
            headers: authorization === undefined ? {} : { authorization },
          });
          return { status: response.status, code: (await bodyOf(response)).error.code };
        }),
      ),
    );
    expect(new Set(statuses.map((each) => `${each.status} ${each.code}`))).toEqual(
      new Set(["401 unauthorised"]),
    );
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect((await call(server, "/v1/status")).status).toBe(200);
  });

  it("does no work for a write without the token", async () => {
    let runs = 0;
    await using server = await listen({
      handlers: {
        run: async () => {
          runs++;
          throw new Error("must not be reached");
        },
      },
    });
    const response = await post(
      server,
      "/v1/actions/x/runs",
      { input: 1 },
      { headers: { authorization: "Bearer no" } },
    );
    expect(response.status).toBe(401);
    expect(runs).toBe(0);
  });

  it("answers only to its own names, health included", async () => {
    await using server = await listen();
    const port = new URL(server.url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`])
      expect(await raw(server, "/health", { ...authorised, host }), host).toMatchObject({ status: 200 });
    for (const host of [
      "attacker.example",
      `attacker.example:${port}`,
      "127.0.0.1",
      `127.0.0.1:${Number(port) + 1}`,
    ]) {
      const answer = await raw(server, "/health", { ...authorised, host });
      expect(answer.status, host).toBe(403);
      expect(JSON.parse(answer.text).error.code, host).toBe("forbidden-origin");
    }
  });

  it("refuses foreign pages, and grants none the right to read", async () => {
    await using server = await listen();
    for (const origin of ["https://attacker.example", "null", "http://127.0.0.1:1", "http://localhost"]) {
      const response = await call(server, "/v1/status", { headers: { origin } });
      expect(response.status, origin).toBe(403);
      expect(response.headers.has("access-control-allow-origin")).toBe(false);
    }
    const preflight = await call(server, "/v1/status", {
      method: "OPTIONS",
      headers: { origin: "https://attacker.example" },
    });
    expect(preflight.status).toBe(403);
    expect((await raw(server, "/v1/status", { ...authorised, "sec-fetch-site": "cross-site" })).status).toBe(
      403,
    );
    expect((await call(server, "/v1/status", { headers: { origin: server.url } })).status).toBe(200);
  });

  it("takes nothing but JSON on writes", async () => {
    await using server = await listen();
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json; charset=latin1",
      "application/jsonp",
    ]) {
      const response = await post(
        server,
        "/v1/search",
        { query: "x" },
        { headers: { "content-type": type } },
      );
      expect(response.status, type).toBe(400);
      expect((await bodyOf(response)).error.code).toBe("bad-request");
    }
    const utf8 = { headers: { "content-type": "application/json; charset=utf-8" } };
    expect((await post(server, "/v1/search", { query: "x" }, utf8)).status).toBe(200);
  });

  it("asks for the token on the unix socket too, under any Host", async () => {
    await using folder = await temporaryFolder();
    const socketPath = join(folder.path, "api.sock");
    await using server = await listen({ socketPath });
    expect(server.socketPath).toBe(socketPath);
    expect(await raw({ socketPath }, "/v1/status", { ...authorised, host: "anything" })).toMatchObject({
      status: 200,
    });
    expect(await raw({ socketPath }, "/v1/status", { host: "anything" })).toMatchObject({ status: 401 });
    expect(await raw({ socketPath }, "/health", { host: "x", origin: "http://x" })).toMatchObject({
      status: 403,
    });
  });

  it("knows that browsers leave out port 80", () => {
    const headers: Record<string, string> = { host: "localhost", origin: "http://localhost" };
    expect(() => checkOrigin({ kind: "tcp", port: 80 }, (name) => headers[name])).not.toThrow();
    expect(() => checkOrigin({ kind: "tcp", port: 81 }, (name) => headers[name])).toThrow(/Host/);
  });
});
