import type { Context, Hono } from "hono";
import { z } from "zod";
import { type Bindings, shareOf, whileItLasts } from "./add-route.ts";
import type { AppParts } from "./app.ts";
import { BadRequestError } from "./errors.ts";
import { readBody } from "./read-body.ts";

/** Not one of the contract's routes: what it speaks is MCP's, streamable HTTP. */
export const MCP_PATH = "/mcp";

/** Old hosts may send several messages at once; the requests that are answered at once are bounded as requests. */
const MOST_MESSAGES = 8;

const message = z.unknown();

const NOT_ALLOWED = {
  jsonrpc: "2.0",
  error: { code: -32000, message: "Method not allowed." },
  id: null,
} as const;

/** `/mcp`, behind the same guard and within the same bounds as every other route. */
export function addMcpRoute(app: Hono<Bindings>, { mcp, inFlight, limits }: AppParts): void {
  app.all(MCP_PATH, async (context) => {
    const { outgoing } = context.env;
    // There are no sessions that GET and DELETE could be about.
    if (context.req.method !== "POST") return context.json(NOT_ALLOWED, 405, { allow: "POST" });
    const caller = context.get("caller");
    return await inFlight.run(
      (gone) => outgoing.once("close", () => outgoing.writableFinished || gone()),
      async (requested) => {
        const body = await bodyOf(context);
        const { method, url, headers } = context.req.raw;
        const ask = (signal: AbortSignal) =>
          mcp.answer(new Request(url, { method, headers, signal }), body, caller);
        // It stays open and does nothing; any other answer is being worked at until its last byte.
        if (isSubscription(body))
          return await ask(
            caller === "user"
              ? requested
              : mcp.subscriptions.begin(caller, requested, (closed) => outgoing.once("close", closed)),
          );
        return await whileItLasts(caller, requested, async (signal) => {
          const answer = await ask(signal);
          return answer.body === null ? answer : new Response(await answer.arrayBuffer(), answer);
        });
      },
      shareOf(caller, limits),
    );
  });

  async function bodyOf(context: Context<Bindings>): Promise<unknown> {
    const request = { header: (key: string) => context.req.header(key), body: context.req.raw.body };
    const body = await readBody(request, message, { bytes: limits.publishBytes, depth: limits.depth });
    if (Array.isArray(body) && body.length > MOST_MESSAGES)
      throw new BadRequestError(`At most ${MOST_MESSAGES} messages may come in one request`);
    return body;
  }
}

function isSubscription(body: unknown): boolean {
  return (
    typeof body === "object" && body !== null && "method" in body && body.method === "subscriptions/listen"
  );
}
