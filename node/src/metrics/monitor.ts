import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Endpoint, endpointText, isLoopback } from "./endpoint.ts";
import { MonitorListenError } from "./errors.ts";
import { MAX_HEADER_BYTES, MAX_MONITOR_CONNECTIONS, MONITOR_REQUEST_MS } from "./limits.ts";

/** One answer of the monitor. */
export interface MonitorAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What is answered at each path. A page that throws is answered with 500. */
export type MonitorPages = Readonly<Record<string, () => MonitorAnswer | Promise<MonitorAnswer>>>;

/** For people, where its port cannot be had. */
export interface MonitorWords {
  /** What is shown there, such as "health and metrics". */
  readonly pages: string;
  /** How to choose another port, or none. */
  readonly remedy: string;
}

const plain = (status: number, body: string): MonitorAnswer => ({
  status,
  type: "text/plain",
  body: `${body}\n`,
});

/**
 * A few pages over plain HTTP for whoever watches this node. GET only. It holds no secrets and changes nothing, yet a
 * page in a browser on this machine shall not read it under a name of its own choosing (DNS rebinding): on a loopback
 * address it answers only to loopback names.
 */
export class Monitor {
  /** Such as `http://127.0.0.1:4002`. */
  readonly url: string;
  readonly #server: Server;

  /**
   * @param patienceMs how long is waited for a request, and for its answer to be read
   * @throws {MonitorListenError}
   */
  static async listen(
    endpoint: Endpoint,
    pages: MonitorPages,
    words: MonitorWords,
    patienceMs = MONITOR_REQUEST_MS,
  ): Promise<Monitor> {
    const loopback = isLoopback(endpoint);
    const server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: patienceMs,
        requestTimeout: patienceMs,
        keepAliveTimeout: patienceMs,
        connectionsCheckingInterval: patienceMs,
      },
      (request, response) => void answer(request, response, loopback, pages),
    );
    server.maxConnections = MAX_MONITOR_CONNECTIONS;
    // Who does not read the answer is not waited for either.
    server.setTimeout(patienceMs);
    try {
      server.listen({ host: endpoint.host, port: endpoint.port });
      await once(server, "listening");
    } catch (error) {
      throw new MonitorListenError(endpointText(endpoint), words.pages, words.remedy, error);
    }
    return new Monitor(server, endpoint.host);
  }

  private constructor(server: Server, host: string) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.url = `http://${endpointText({ host, port })}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  loopback: boolean,
  pages: MonitorPages,
): Promise<void> {
  const { status, type, body } = await choose(request, loopback, pages).catch(() =>
    plain(500, "this page failed"),
  );
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // A body that nobody reads must not be taken for the next request.
    connection: "close",
    ...(status === 405 ? { allow: "GET" } : {}),
  });
  response.end(body);
}

async function choose(
  { method, url, headers }: IncomingMessage,
  loopback: boolean,
  pages: MonitorPages,
): Promise<MonitorAnswer> {
  if (method !== "GET") return plain(405, "GET only");
  if (loopback && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(headers.host ?? ""))
    return plain(403, "not under this name");
  const path = (url ?? "").split("?", 1)[0] ?? "";
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  return page === undefined ? plain(404, `try ${Object.keys(pages).join(" or ")}`) : await page();
}
