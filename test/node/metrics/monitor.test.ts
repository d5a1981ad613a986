import { request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { isLoopback } from "../../../node/src/metrics/endpoint.ts";
import { MAX_MONITOR_CONNECTIONS } from "../../../node/src/metrics/limits.ts";
import { Monitor } from "../../../node/src/metrics/monitor.ts";
import { until } from "../../helpers/until.ts";

const WORDS = { pages: "metrics", remedy: "Choose another with --metrics-port." };

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** As fetch, but any Host header may be sent. */
function ask(
  url: string,
  { method = "GET", host }: { method?: string; host?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    request(url, { method, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });
}

async function monitor(host = "127.0.0.1") {
  const pages = {
    "/health": () => ({ status: 503, type: "application/json", body: "{}" }),
    "/broken": () => {
      throw new Error("secret");
    },
  };
  const opened = await Monitor.listen({ host, port: 0 }, pages, WORDS);
  return { url: opened.url, close: () => opened.close(), [Symbol.asyncDispose]: () => opened.close() };
}

test("it answers GET at the paths it has, and says what it is not", async () => {
  await using watched = await monitor();
  expect(await ask(`${watched.url}/health?x=1`)).toMatchObject({
    status: 503,
    body: "{}",
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
    expect(await ask(`${watched.url}/health`, { method })).toMatchObject({
      status: 405,
      headers: { allow: "GET" },
    });
  for (const path of ["/", "/health/", "/constructor", "/__proto__"])
    expect(await ask(watched.url + path)).toMatchObject({ status: 404 });
  const broken = await ask(`${watched.url}/broken`);
  expect(broken.status).toBe(500);
  expect(broken.body).not.toContain("secret");
});

test("on loopback a page under a foreign name gets nothing", async () => {
  await using watched = await monitor();
  for (const host of ["evil.example", "127.0.0.1.evil.example", "evil.example:4002"])
    expect((await ask(`${watched.url}/health`, { host })).status, host).toBe(403);
  for (const host of ["localhost", "LOCALHOST:9", "127.0.0.1:1", "[::1]:1"])
    expect((await ask(`${watched.url}/health`, { host })).status, host).toBe(503);
  // Elsewhere the names are the operator's.
  await using open = await monitor("0.0.0.0");
  expect((await ask(`${open.url}/health`, { host: "node-1.internal" })).status).toBe(503);
});

test("headers without end, nonsense and silence cost it nothing", async () => {
  await using watched = await monitor();
  const { port } = new URL(watched.url);
  const talk = (text: string) =>
    new Promise<string>((resolve) => {
      let answer = "";
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
      socket.setEncoding("utf8").on("data", (part: string) => (answer += part));
      socket.on("close", () => resolve(answer)).on("error", () => undefined);
    });
  expect(await talk(`GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(8_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 431/,
  );
  expect(await talk("nonsense\r\n\r\n")).toMatch(/^HTTP\/1.1 400/);
  const silent = Array.from({ length: 40 }, () =>
    connect(Number(port), "127.0.0.1").on("error", () => undefined),
  );
  // More than sixteen are hung up on, so that whoever watches is not kept out for long.
  await until(() => silent.filter((socket) => socket.closed).length >= 24, {
    what: "the rest being hung up on",
  });
  for (const socket of silent) socket.destroy();
  await until(async () => (await ask(`${watched.url}/health`)).status === 503, { what: "an answer again" });
});

test("those who ask and do not read the answer keep nobody out for long", async () => {
  const body = "x".repeat(8 * 1024 * 1024);
  let asked = 0;
  const pages = {
    "/long": () => {
      asked += 1;
      return { status: 200, type: "text/plain", body };
    },
    "/short": () => ({ status: 200, type: "text/plain", body: "here" }),
  };
  const watched = await Monitor.listen({ host: "127.0.0.1", port: 0 }, pages, WORDS, 1_000);
  const { port } = new URL(watched.url);
  const slow = Array.from({ length: MAX_MONITOR_CONNECTIONS }, () => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined).pause();
    socket.write("GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return socket;
  });
  await until(() => asked >= MAX_MONITOR_CONNECTIONS, { what: "their requests" });
  const short = () => ask(`${watched.url}/short`).catch(() => undefined);
  await until(async () => (await short())?.body === "here", { what: "an answer for somebody else" });
  for (const socket of slow) socket.destroy();
  await watched.close();
});

test("a loopback address is one in every way of writing it", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::FFFF:127.0.0.1"])
    expect(isLoopback({ host, port: 1 }), host).toBe(true);
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1", "1.127.0.0"])
    expect(isLoopback({ host, port: 1 }), host).toBe(false);
});

test("a port that is taken is said by name, and closing waits for nobody", async () => {
  await using watched = await monitor();
  const port = Number(new URL(watched.url).port);
  await expect(Monitor.listen({ host: "127.0.0.1", port }, {}, WORDS)).rejects.toMatchObject({
    code: "monitor-listen-failed",
    message: `Cannot listen on 127.0.0.1:${port} for metrics: the port is already in use`,
    remedy: WORDS.remedy,
  });
  const other = await monitor();
  const idle = connect(Number(new URL(other.url).port), "127.0.0.1").on("error", () => undefined);
  await until(() => idle.readyState === "open", { what: "a connection" });
  await other.close();
  await until(() => idle.closed, { what: "the connection being closed" });
});
