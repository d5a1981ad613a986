import type { McpHttpHandler, McpRequestContext } from "@modelcontextprotocol/server";
import { ActionClient, NetworkMemory } from "action-collective";
import type { Caller } from "../capabilities/caller.ts";
import { Holder } from "../capabilities/holder.ts";
import type { ApiLog } from "./add-route.ts";
import { AgentSubscriptions } from "./agent-subscriptions.ts";
import { UnauthorisedError } from "./errors.ts";
import type { ApiHandlers } from "./handlers.ts";
import { callerOf } from "./mcp-caller.ts";

/** Streams on which hosts wait to be told that the user pinned something: few hosts run on one machine. */
const SUBSCRIPTIONS = 16;
/** Of these, as many as agents with capabilities may take: the user's own host finds room. */
const AGENT_SUBSCRIPTIONS = 12;
/** Longer than most conversations go on without another look at the network. */
const REMEMBERED_MS = 60 * 60_000;

export interface McpEndpointParts {
  readonly handlers: ApiHandlers;
  readonly log: ApiLog;
  /** In milliseconds, from any moment on. */
  readonly clock?: () => number;
}

/**
 * MCP over HTTP: each request is served by itself, in the era that it speaks. The tools call the peer's own handlers, not the
 * API over HTTP. Whoever asks has passed the API's guard. Requests do not say which conversation they belong to; so what one
 * of them read from the network counts for all that come in the hour after it.
 */
export class McpEndpoint {
  readonly subscriptions = new AgentSubscriptions(AGENT_SUBSCRIPTIONS);
  readonly #parts: McpEndpointParts;
  readonly #memory: NetworkMemory;
  #handler: Promise<McpHttpHandler> | undefined;

  constructor(parts: McpEndpointParts) {
    this.#parts = parts;
    const { clock = () => performance.now() } = parts;
    this.#memory = new NetworkMemory({ clock, forgetMs: REMEMBERED_MS });
  }

  /**
   * @param body the request's, parsed
   * @param caller for whom; it may do no more here than over the other routes
   */
  async answer(request: Request, body: unknown, caller: Caller): Promise<Response> {
    this.#handler ??= open(this.#parts, this.#memory).catch((error: unknown) => {
      this.#handler = undefined;
      throw error;
    });
    return await (await this.#handler).fetch(request, { parsedBody: body, authInfo: authInfoOf(caller) });
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
async function open({ handlers, log }: McpEndpointParts, memory: NetworkMemory): Promise<McpHttpHandler> {
  const [{ createMcpHandler }, { mcpServer, peerTools }] = await Promise.all([
    import("@modelcontextprotocol/server"),
    import("action-collective/mcp"),
  ]);
  const { version } = handlers.health();
  const onMissing = (error: unknown) =>
    log("warn", "what is pinned could not be read", { reason: String(error) });
  const tools = (caller: Caller) => {
    const client = new ActionClient({}, callerOf(handlers, caller, log));
    const publish = caller === "user" || caller.privileges.publish;
    return peerTools(client, { publish, onMissing, memory });
  };
  return createMcpHandler((context) => mcpServer(tools(callerIn(context)), { version }), {
    maxSubscriptions: SUBSCRIPTIONS,
    onerror: (error) => log("debug", "an MCP request was refused", { reason: error.message }),
  });
}

/** How the handler of MCP hands on who asks. The capability itself stays with the guard. */
function authInfoOf(caller: Caller): NonNullable<McpRequestContext["authInfo"]> {
  const clientId = caller === "user" ? "user" : caller.id;
  return { token: "", clientId, scopes: [], extra: { caller } };
}

function callerIn({ authInfo }: McpRequestContext): Caller {
  const { caller } = authInfo?.extra ?? {};
  if (caller === "user" || caller instanceof Holder) return caller;
  throw new UnauthorisedError();
}
