import { once } from "node:events";
import { symlink } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DASHBOARD_LIMITS } from "../../../node/src/dashboard/limits.ts";
import { TOKEN } from "../api/sample-api.ts";
import { codeOf, errorOf, INDEX, SCRIPT, sampleDashboard } from "./sample-dashboard.ts";

type Sample = Awaited<ReturnType<typeof sampleDashboard>>;
const STATUS = "/api/v1/status";

describe("the dashboard's server", () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await sampleDashboard();
  });
  afterAll(() => sample[Symbol.asyncDispose]());

  it("logs a browser in by its link, and serves the contract's routes to it", async () => {
    const answer = await sample.logInWith(await sample.newCode());
    expect(answer.status).toBe(200);
    const [cookie = ""] = answer.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(
      new RegExp(`^collective-${sample.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    const keys = await sample.logIn();
    expect(JSON.parse((await sample.ask(STATUS, { headers: keys })).text)).toMatchObject({
      version: "0.1.0",
    });
    const found = await sample.ask("/api/v1/search", {
      method: "POST",
      headers: { ...keys, ...sample.json },
      body: JSON.stringify({ query: "x" }),
    });
    expect(JSON.parse(found.text).cards[0].summary).toBe("found for x, at most 10");
    const shown = await sample.ask("/api/v1/actions/a%2Fb/score", { headers: keys });
    expect(shown.status).toBe(200);
  });

  it("sends every answer with headers that confine the page", async () => {
    const refused = await sample.ask(STATUS);
    for (const { headers } of [await sample.ask("/"), await sample.ask("/assets/page.js"), refused]) {
      const policy = headers["content-security-policy"] ?? "";
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'");
      expect(policy).not.toContain("unsafe");
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect(refused.status).toBe(401);
    expect(errorOf(refused)).toMatchObject({
      code: "unauthorised",
      remedy: expect.stringContaining("collective open"),
    });
  });

  it("opens nothing to the cookie alone, the header alone, or those of two sessions", async () => {
    const [one, other] = [await sample.logIn(), await sample.logIn()];
    const csrf = { "x-collective-csrf": one["x-collective-csrf"] };
    expect((await sample.ask(STATUS, { headers: { cookie: one.cookie } })).status).toBe(401);
    expect((await sample.ask(STATUS, { headers: csrf })).status).toBe(401);
    expect((await sample.ask(STATUS, { headers: { ...csrf, cookie: other.cookie } })).status).toBe(401);
    expect((await sample.ask("/api/v1/events", { headers: { cookie: one.cookie } })).status).toBe(401);
    // The local API's token is not a browser's.
    expect((await sample.ask(STATUS, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(401);
    expect((await sample.ask(STATUS, { headers: one })).status).toBe(200);
  });

  it("refuses other hosts, origins and sites, logged in or not", async () => {
    const keys = await sample.logIn();
    const own = { ...keys, ...sample.json };
    const run = (headers: Record<string, string>) =>
      sample.ask("/api/v1/actions/echo/runs", { method: "POST", headers, body: '{"input":1}' });
    expect((await run(own)).status).toBe(200);
    for (const foreign of [
      { host: "evil.example" },
      { host: `localhost:${sample.port}` },
      { origin: "http://127.0.0.1:1" },
      { origin: "null" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
    ]) {
      const answer = await run({ ...own, ...foreign });
      expect(answer.status, JSON.stringify(foreign)).toBe(403);
      expect(errorOf(answer).code).toBe("forbidden-origin");
    }
    const { origin: _, ...withoutOrigin } = own;
    expect((await run(withoutOrigin)).status).toBe(403);
    const code = await sample.newCode();
    expect((await sample.logInWith(code, { origin: "http://evil.example" })).status).toBe(403);
    expect((await sample.logInWith(code)).status, "the code was not used up by that").toBe(200);
  });

  it("answers no preflight of another origin with leave", async () => {
    const answer = await sample.ask(STATUS, {
      method: "OPTIONS",
      headers: { origin: "http://evil.example", "access-control-request-headers": "x-collective-csrf" },
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("takes a code once, whatever was tried before", async () => {
    const code = await sample.newCode();
    const wrong = async (lane: number) => {
      for (let n = 0; n < 12; n++) {
        const answer = await sample.logInWith(`${lane}-${n}`.padEnd(43, "x"));
        if (answer.status !== 401) throw new Error(`a wrong code was answered with ${answer.status}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, lane) => wrong(lane)));
    expect((await sample.logInWith(code)).status).toBe(200);
    const again = await sample.logInWith(code);
    expect(again.status).toBe(401);
    expect(errorOf(again).code).toBe("unauthorised");
    expect(again.headers["set-cookie"]).toBeUndefined();
  });

  it("reads no more than it must of a log-in, and only JSON", async () => {
    expect((await sample.logInWith("x".repeat(10_000))).status).toBe(413);
    expect((await sample.logInWith("x".repeat(200))).status).toBe(400);
    expect((await sample.logInWith(await sample.newCode(), { "content-type": "text/plain" })).status).toBe(
      400,
    );
    const deep = await sample.ask("/session", {
      ...{ method: "POST", headers: sample.json },
      body: `{"code":${"[".repeat(60)}${"]".repeat(60)}}`,
    });
    expect([400, 413]).toContain(deep.status);
    const keys = { ...(await sample.logIn()), ...sample.json };
    const body = JSON.stringify({ query: "x".repeat(1_200_000) });
    expect((await sample.ask("/api/v1/search", { method: "POST", headers: keys, body })).status).toBe(413);
  });

  it("logs out", async () => {
    const keys = await sample.logIn();
    expect(
      (await sample.ask("/session", { method: "DELETE", headers: { origin: sample.origin } })).status,
    ).toBe(401);
    const answer = await sample.ask("/session", {
      method: "DELETE",
      headers: { ...keys, origin: sample.origin },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers["set-cookie"]?.[0]).toContain("Max-Age=0");
    expect((await sample.ask(STATUS, { headers: keys })).status).toBe(401);
  });

  it("keeps from pages what no view needs: handing on access, speaking for the key, publishing, stopping", async () => {
    const keys = { ...(await sample.logIn()), ...sample.json };
    for (const path of [
      "dashboard",
      "capabilities",
      "key/compromise",
      "key/succession",
      "actions",
      "stop",
      "desks",
    ]) {
      const answer = await sample.ask(`/api/v1/${path}`, { method: "POST", headers: keys, body: "{}" });
      expect(answer.status, path).toBe(404);
    }
    expect((await sample.ask("/mcp", { method: "POST", headers: keys, body: "{}" })).status).toBe(404);
  });
});

describe("the pages that are served", () => {
  it("are the files of the build, and nothing beside them", async () => {
    await using sample = await sampleDashboard();
    await symlink(join(sample.folder, "../key"), join(sample.folder, "assets/key.js"));
    await sample.newCode();
    const page = await sample.ask("/");
    expect([page.text, page.headers["content-type"]]).toEqual([INDEX, "text/html; charset=utf-8"]);
    const script = await sample.ask("/assets/page.js");
    expect([script.text, script.headers["content-type"]]).toEqual([SCRIPT, "text/javascript; charset=utf-8"]);
    expect((await sample.ask("/", { method: "HEAD" })).text).toBe("");
    for (const path of ["/notes.md", "/assets/key.js", "/assets", "/assets/", "/key", "/%2e%2e/key", "//key"])
      expect((await sample.ask(path)).status, path).toBe(404);
  });

  it("cannot be left by a path", async () => {
    await using sample = await sampleDashboard();
    for (const path of [
      "/../key",
      "/assets/../../key",
      "/..%2fkey",
      "/%2e%2e%2fkey",
      "/\\..\\key",
      "/index.html\0",
    ]) {
      const socket = connect(sample.port, "127.0.0.1");
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${sample.port}\r\nConnection: close\r\n\r\n`);
      let text = "";
      for await (const chunk of socket.setEncoding("utf8")) text += chunk;
      expect(text, path).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(text, path).not.toContain("secret");
    }
  });

  it("are said to be missing when they were not built", async () => {
    await using sample = await sampleDashboard();
    await expect(sampleDashboard({ folder: join(sample.folder, "nowhere") })).rejects.toMatchObject({
      code: "not-found",
      remedy: expect.stringContaining("npm run build"),
    });
  });

  it("are not taken from a folder that holds more than pages", async () => {
    await using sample = await sampleDashboard();
    for (const limits of [{ files: 1 }, { fileBytes: 10 }])
      await expect(sampleDashboard({ folder: sample.folder, limits })).rejects.toMatchObject({
        message: expect.stringContaining("more than pages"),
      });
  });
});

describe("the dashboard's port", () => {
  it("is another when the one that was asked for is taken", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as { port: number };
    await using sample = await sampleDashboard({ port });
    expect(sample.port).not.toBe(port);
    expect((await sample.ask("/")).text).toBe(INDEX);
    squatter.close();
  });

  it("gives no link once the peer stops", async () => {
    await using sample = await sampleDashboard();
    await sample.dashboard.close();
    await expect(sample.dashboard.link()).rejects.toMatchObject({ code: "stopping" });
  });

  it("gives links that end after a minute, with a code that no server is told", async () => {
    await using sample = await sampleDashboard();
    const { url, expiresAt } = await sample.dashboard.link();
    expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${sample.port}/#login=[\\w-]{43}$`));
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(DASHBOARD_LIMITS.codeMs);
    expect(codeOf(url)).not.toBe(await sample.newCode());
  });
});
