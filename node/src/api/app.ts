import { type RouteName, routes } from "@action-collective/protocol";
import { Hono } from "hono";
import type { Capabilities } from "../capabilities/capabilities.ts";
import { assertMayCall } from "../capabilities/route-needs.ts";
import { type ApiLog, addRoute, answerFailures, type Bindings, bodyOf } from "./add-route.ts";
import { NoSuchRouteError } from "./errors.ts";
import { callerOfRequest, checkOrigin, type Transport } from "./guard.ts";
import type { ApiHandlers } from "./handlers.ts";
import type { InFlight } from "./in-flight.ts";
import type { ApiLimits } from "./limits.ts";
import type { McpEndpoint } from "./mcp-endpoint.ts";
import { addMcpRoute } from "./mcp-route.ts";
import { openApiDocument } from "./openapi.ts";

export interface AppParts {
  readonly handlers: ApiHandlers;
  readonly token: string;
  readonly capabilities: Capabilities | undefined;
  readonly transport: Transport;
  readonly inFlight: InFlight;
  /** The same for calls that only wait for frames: they must not take the places of those who work. */
  readonly waiting: InFlight;
  readonly limits: ApiLimits;
  readonly mcp: McpEndpoint;
  readonly log: ApiLog;
}

/** The local API on one transport: the guard, then one route for each of the contract's. */
export function createApp(parts: AppParts): Hono<Bindings> {
  const { handlers, transport, log } = parts;
  const app = new Hono<Bindings>();
  app.use(async (context, next) => {
    const header = (name: string) => context.req.header(name);
    context.header("cache-control", "no-store");
    context.header("x-content-type-options", "nosniff");
    checkOrigin(transport, header);
    if (context.req.path !== routes.health.path) context.set("caller", callerOfRequest(parts, header));
    await next();
  });
  app.get(routes.health.path, (context) => context.json({ ok: true, ...handlers.health() }));
  app.get("/v1/openapi.json", (context) => context.json(openApiDocument(handlers.health().version)));
  app.post(routes.stop.path, async (context) => {
    assertMayCall(context.get("caller"), "stop");
    await bodyOf(context, "stop", parts.limits);
    context.env.outgoing.once("close", () => handlers.stop());
    // Otherwise the client would keep the connection, and "close" would come late.
    context.header("connection", "close");
    return context.json({ stopping: true });
  });
  const routeParts = { ...parts, toolsChanged: () => parts.mcp.toolsChanged() };
  for (const name of Object.keys(routes) as RouteName[])
    if (name !== "health" && name !== "stop") addRoute(app, name, routeParts);
  addMcpRoute(app, parts);
  app.all("*", (context) => {
    throw new NoSuchRouteError(context.req.method, context.req.path);
  });
  answerFailures(app, log);
  return app;
}
