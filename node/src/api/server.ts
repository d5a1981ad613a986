import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { Capabilities } from "../capabilities/capabilities.ts";
import type { Meter } from "../metrics/meter.ts";
import type { TraceRequests } from "../tracing/request-spans.ts";
import type { ApiLog } from "./add-route.ts";
import { createApp } from "./app.ts";
import { ApiUnavailableError, PortTakenError } from "./errors.ts";
import type { Transport } from "./guard.ts";
import type { ApiHandlers } from "./handlers.ts";
import {
  closeServer,
  createBoundedServer,
  isPortTaken,
  LOOPBACK,
  listenOnLoopback,
  portOf,
} from "./http-server.ts";
import { InFlight } from "./in-flight.ts";
import { API_LIMITS, type ApiLimits } from "./limits.ts";
import { McpEndpoint } from "./mcp-endpoint.ts";

export interface ApiServerOptions {
  readonly handlers: ApiHandlers;
  /** Loopback TCP port; 0 takes any free one. */
  readonly port: number;
  /** Where the unix socket goes (its folder must be the owner's alone); undefined: TCP only. */
  readonly socketPath?: string | undefined;
  /** At least 32 characters of randomness. */
  readonly token: string;
  /** Whose capabilities count beside the token; undefined: nobody's. */
  readonly capabilities?: Capabilities | undefined;
  readonly log: ApiLog;
  readonly limits?: Partial<ApiLimits>;
  /** In milliseconds, from any moment on; this machine's unless given. */
  readonly clock?: () => number;
  /** Told of each request; left out where nobody measures. */
  readonly measure?: Meter["request"] | undefined;
  /** Puts each request in a span; left out where nobody traces. */
  readonly trace?: TraceRequests | undefined;
}

/** What the listeners have in common. */
interface Shared {
  readonly limits: ApiLimits;
  readonly inFlight: InFlight;
  readonly waiting: InFlight;
  readonly mcp: McpEndpoint;
}

/** The local API, listening on loopback TCP and on a unix socket that only its owner can open. */
export class ApiServer {
  readonly url: string;
  readonly socketPath: string | undefined;
  readonly #servers: readonly Server[];
  readonly #inFlight: InFlight;
  readonly #waiting: InFlight;
  readonly #mcp: McpEndpoint;

  private constructor(
    url: string,
    socketPath: string | undefined,
    servers: readonly Server[],
    { inFlight, waiting, mcp }: Shared,
  ) {
    this.url = url;
    this.socketPath = socketPath;
    this.#servers = servers;
    this.#inFlight = inFlight;
    this.#waiting = waiting;
    this.#mcp = mcp;
  }

  /** @throws {PortTakenError | ApiUnavailableError} and then listens nowhere. */
  static async listen(options: ApiServerOptions): Promise<ApiServer> {
    const { port, socketPath } = options;
    const limits = { ...API_LIMITS, ...options.limits };
    const shared = {
      limits,
      inFlight: new InFlight(limits.inFlight),
      waiting: new InFlight(limits.waiting),
      mcp: new McpEndpoint(options),
    };
    const make = (transport: () => Transport) => createHttpServer(options, shared, transport);
    const tcp = make(() => ({ kind: "tcp", port: portOf(tcp) }));
    await listenOnTcp(tcp, port);
    const servers = [tcp];
    try {
      if (socketPath !== undefined) {
        const socket = make(() => ({ kind: "socket" }));
        await listenOnSocket(socket, socketPath);
        servers.push(socket);
      }
    } catch (error) {
      tcp.close();
      throw error;
    }
    return new ApiServer(`http://${LOOPBACK}:${portOf(tcp)}`, socketPath, servers, shared);
  }

  /** Soon, not politely: work for open requests is aborted and connections are cut. */
  async close(): Promise<void> {
    this.#inFlight.cut();
    this.#waiting.cut();
    await this.#mcp.close();
    await Promise.all(this.#servers.map(closeServer));
  }

  /** Tells agents' hosts that the tools they see may be others. */
  toolsChanged(): Promise<void> {
    return this.#mcp.toolsChanged();
  }
}

function createHttpServer(
  { handlers, token, capabilities, log, measure, trace = (app) => app }: ApiServerOptions,
  { limits, inFlight, waiting, mcp }: Shared,
  transport: () => Transport,
): Server {
  const server = createBoundedServer(limits, () =>
    trace(
      createApp({
        handlers,
        token,
        capabilities,
        transport: transport(),
        inFlight,
        waiting,
        limits,
        mcp,
        log,
      }),
    ),
  );
  if (measure !== undefined) server.on("request", measure);
  return server;
}

async function listenOnTcp(server: Server, port: number): Promise<void> {
  try {
    await listenOnLoopback(server, port);
  } catch (error) {
    if (isPortTaken(error))
      throw new PortTakenError(
        "The local API",
        port,
        'Choose another with --api-port (0 takes any free one); if it is another peer, "collective stop" ends it.',
        { cause: error },
      );
    throw new ApiUnavailableError(`${LOOPBACK}:${port}`, error);
  }
}

/** The caller holds the home's lock, so a socket that is already there belongs to nobody any more. */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  try {
    await rm(path, { force: true });
    server.listen({ path });
    await once(server, "listening");
    await chmod(path, 0o600);
  } catch (error) {
    server.close();
    throw new ApiUnavailableError(path, error);
  }
}
