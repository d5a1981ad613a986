import { isJsonObject, type Json, type JsonObject } from "@action-collective/protocol";
import type { Client } from "@modelcontextprotocol/client";
import { McpClientMissingError, ServerNotReachedError } from "./errors.ts";
import { serverLimits } from "./server-limits.ts";

/** Where a server is: a command that starts it, or the address it answers at. */
export type ServerPlace = { readonly command: readonly string[] } | { readonly url: string };

export interface ServerTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject | undefined;
  /** Explicit hints of the server; absent ones say nothing. */
  readonly readOnly: boolean | undefined;
  readonly openWorld: boolean | undefined;
}

/** What a tool answered: what its server calls structured, or the one text it gave. */
export type ToolAnswer =
  | { readonly kind: "structured"; readonly value: Json }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "failed" | "other"; readonly why: string };

/** A running server that is spoken to. */
export class LiveServer implements AsyncDisposable {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @throws {McpClientMissingError | ServerNotReachedError} */
  static async connect(
    place: ServerPlace,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<LiveServer> {
    const { Client, StreamableHTTPClientTransport } = await clientLibrary(
      () => import("@modelcontextprotocol/client"),
    );
    const { StdioClientTransport } = await clientLibrary(() => import("@modelcontextprotocol/client/stdio"));
    const client = new Client(
      { name: "action-collective-import", version: "1.0.0" },
      { versionNegotiation: { mode: "auto" } },
    );
    try {
      const [command = "", ...args] = "command" in place ? place.command : [];
      const transport =
        "url" in place
          ? new StreamableHTTPClientTransport(new URL(place.url))
          : new StdioClientTransport({ command, args, env: given(env), stderr: "ignore" });
      await client.connect(transport, { timeout: serverLimits.startMs });
      return new LiveServer(client);
    } catch (error) {
      await client.close().catch(() => undefined);
      throw new ServerNotReachedError(
        shownPlace(place),
        error instanceof Error ? error.message : String(error),
      );
    }
  }

  /** All pages, at most as many tools as an import takes. */
  async tools(): Promise<ServerTool[]> {
    const tools: ServerTool[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#client.listTools(cursor === undefined ? {} : { cursor });
      for (const { name, description = "", inputSchema, outputSchema, annotations } of page.tools)
        tools.push({
          name,
          description,
          inputSchema: plainSchema(inputSchema),
          outputSchema: outputSchema === undefined ? undefined : plainSchema(outputSchema),
          readOnly: annotations?.readOnlyHint,
          openWorld: annotations?.openWorldHint,
        });
      cursor = page.nextCursor;
    } while (cursor !== undefined && tools.length < serverLimits.tools);
    return tools.slice(0, serverLimits.tools);
  }

  async call(name: string, input: JsonObject, signal: AbortSignal | undefined): Promise<ToolAnswer> {
    try {
      const result = await this.#client.callTool(
        { name, arguments: input },
        { timeout: serverLimits.callMs, ...(signal === undefined ? {} : { signal }) },
      );
      return answerOf(result);
    } catch (error) {
      signal?.throwIfAborted();
      return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}

export function shownPlace(place: ServerPlace): string {
  return "url" in place ? place.url : place.command.join(" ");
}

function answerOf(result: Awaited<ReturnType<Client["callTool"]>>): ToolAnswer {
  const { content, structuredContent, isError } = result;
  const [first, ...more] = content;
  if (isError === true)
    return { kind: "failed", why: first?.type === "text" ? first.text : "it says that it failed" };
  const size = JSON.stringify(structuredContent ?? content).length;
  if (size > serverLimits.answerCharacters) return { kind: "other", why: "long answers" };
  if (structuredContent !== undefined) return { kind: "structured", value: structuredContent as Json };
  if (first?.type === "text" && more.length === 0) return { kind: "text", value: first.text };
  const kinds = [...new Set(content.map(({ type }) => type))];
  return {
    kind: "other",
    why: kinds.length === 0 ? "no content" : `${content.length} parts: ${kinds.join(", ")}`,
  };
}

/** Which dialect it is in is the server's own affair: actions have one. */
function plainSchema(schema: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(schema));
  if (!isJsonObject(copy)) return {};
  const { $schema: _dialect, ...rest } = copy;
  return rest;
}

function given(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...env, TZ: "UTC" }).filter((one): one is [string, string] => one[1] !== undefined),
  );
}

/** @throws {McpClientMissingError} */
async function clientLibrary<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")
      throw new McpClientMissingError();
    throw error;
  }
}
