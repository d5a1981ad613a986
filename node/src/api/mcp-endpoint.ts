import type { McpHttpHandler } from "@modelcontextprotocol/server";
import { ActionClient } from "action-collective";
import type { ApiLog } from "./app.ts";
import type { ApiHandlers } from "./handlers.ts";
import { callerOf } from "./mcp-caller.ts";

/** Streams on which hosts wait to be told that the user pinned something: few hosts run on one machine. */
const SUBSCRIPTIONS = 16;

export interface McpEndpointParts {
  readonly handlers: ApiHandlers;
  readonly log: ApiLog;
}

/**
 * MCP over HTTP, without state: each request is served by itself, in the era that it speaks. The tools call the peer's own
 * handlers, not the API over HTTP. Whoever asks has passed the API's guard.
 */
export class McpEndpoint {
  readonly #parts: McpEndpointParts;
  #handler: Promise<McpHttpHandler> | undefined;

  constructor(parts: McpEndpointParts) {
    this.#parts = parts;
  }

  /** @param body the request's, parsed; undefined where it has none */
  async answer(request: Request, body: unknown): Promise<Response> {
    this.#handler ??= open(this.#parts).catch((error: unknown) => {
      this.#handler = undefined;
      throw error;
    });
    return await (await this.#handler).fetch(request, body === undefined ? {} : { parsedBody: body });
  }

  /** Tells whoever waits for it that there are other tools now. */
  async toolsChanged(): Promise<void> {
    (await this.#handler)?.notify.toolsChanged();
  }

  async close(): Promise<void> {
    await (await this.#handler)?.close();
  }
}

/** Loaded when the first host asks: a peer that none talks to over MCP does not pay for it. */
async function open({ handlers, log }: McpEndpointParts): Promise<McpHttpHandler> {
  const [{ createMcpHandler }, { mcpServer, peerTools }] = await Promise.all([
    import("@modelcontextprotocol/server"),
    import("action-collective/mcp"),
  ]);
  const client = new ActionClient({}, callerOf(handlers, log));
  const { version } = handlers.health();
  const onMissing = (error: unknown) =>
    log("warn", "what is pinned could not be read", { reason: String(error) });
  return createMcpHandler(() => mcpServer(peerTools(client, { publish: true, onMissing }), { version }), {
    maxSubscriptions: SUBSCRIPTIONS,
    onerror: (error) => log("debug", "an MCP request was refused", { reason: error.message }),
  });
}
