import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { ApiLimits } from "./limits.ts";

export const LOOPBACK = "127.0.0.1";

/** What answers requests: a Hono app. */
interface App {
  fetch(request: Request, env: HttpBindings): Response | Promise<Response>;
}

/** An HTTP server within the API's bounds. @param app asked for at the first request, when the port is known */
export function createBoundedServer(limits: ApiLimits, app: () => App): Server {
  let made: App | undefined;
  const listener = getRequestListener((request, env) => {
    made ??= app();
    return made.fetch(request, env as HttpBindings);
  });
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, 1_000),
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  server.maxConnections = limits.connections;
  return server;
}

/** On loopback alone. @throws what the system says, e.g. `EADDRINUSE` */
export async function listenOnLoopback(server: Server, port: number): Promise<void> {
  server.listen({ host: LOOPBACK, port, exclusive: true });
  await once(server, "listening");
}

/** Soon, not politely: connections are cut. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const ended = once(server, "close");
  server.close();
  server.closeAllConnections();
  await ended;
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on TCP");
  return address.port;
}

export function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
