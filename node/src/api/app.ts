import { firstIssue, type Route, type RouteName, routes } from "@action-collective/protocol";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { Caller } from "../capabilities/caller.ts";
import type { Capabilities } from "../capabilities/capabilities.ts";
import { assertMayCall } from "../capabilities/route-needs.ts";
import { answerError } from "./answer-error.ts";
import { BadRequestError, ContractBrokenError, NoSuchRouteError } from "./errors.ts";
import { callerOfRequest, checkOrigin, type Transport } from "./guard.ts";
import type { ApiHandlers } from "./handlers.ts";
import type { InFlight } from "./in-flight.ts";
import type { ApiLimits } from "./limits.ts";
import type { McpEndpoint } from "./mcp-endpoint.ts";
import { addMcpRoute } from "./mcp-route.ts";
import { openApiDocument } from "./openapi.ts";
import { readBody } from "./read-body.ts";

export type ApiLog = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Record<string, unknown>,
) => void;

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

/** What the guard found out about a request. */
export type Bindings = { Bindings: HttpBindings; Variables: { readonly caller: Caller } };

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
  for (const name of Object.keys(routes) as RouteName[])
    if (name !== "health" && name !== "stop") addRoute(app, name, parts);
  addMcpRoute(app, parts);
  app.all("*", (context) => {
    throw new NoSuchRouteError(context.req.method, context.req.path);
  });
  app.onError((error, context) => {
    if (context.env.outgoing.destroyed) return context.body(null, 499 as never);
    const { status, body, unexpected } = answerError(error);
    if (unexpected)
      log("error", "a request failed unexpectedly", {
        path: context.req.path,
        stack: error.stack,
        cause: error.cause,
      });
    // What is left of a request that was refused half-way must not be taken for the next one.
    if (!context.env.incoming.complete) context.header("connection", "close");
    return context.json(body, status);
  });
  return app;
}

function addRoute(app: Hono<Bindings>, name: Exclude<RouteName, "health" | "stop">, parts: AppParts): void {
  const { handlers, limits, mcp } = parts;
  const inFlight = name === "frames" ? parts.waiting : parts.inFlight;
  const { method, path, response }: Route = routes[name];
  // The table guarantees that a route's handler takes that route's body; TypeScript cannot follow it through a loop.
  const handler = handlers[name] as (call: {
    ref: string;
    body: unknown;
    signal: AbortSignal;
    caller: Caller;
  }) => Promise<unknown>;
  app.on(method.toUpperCase(), path.replace("{ref}", ":ref"), (context) => {
    const { outgoing } = context.env;
    const caller = context.get("caller");
    assertMayCall(caller, name);
    return inFlight.run(
      (gone) => outgoing.once("close", () => outgoing.writableFinished || gone()),
      async (requested) => {
        const ref = refOf(context, limits);
        const body = await bodyOf(context, name, limits);
        const value = await whileItLasts(caller, requested, (signal) =>
          handler({ ref, body, signal, caller }),
        );
        const answer = response.safeParse(value);
        if (!answer.success) throw new ContractBrokenError(name, firstIssue(answer.error));
        // A rule can take a tool away, too.
        if (name === "setTools" || name === "setPolicy") await mcp.toolsChanged();
        return context.json(answer.data as object);
      },
      shareOf(caller, limits),
    );
  });
}

/** Of the requests that are answered at once. */
export function shareOf(caller: Caller, { agentsShare }: ApiLimits): number {
  return caller === "user" ? 1 : agentsShare;
}

/** What is done for a capability stops when that is revoked. */
export function whileItLasts<T>(
  caller: Caller,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return caller === "user" ? work(signal) : caller.whileItLasts(signal, work);
}

function refOf(context: Context<Bindings>, { refCharacters }: ApiLimits): string {
  const ref = context.req.param("ref") ?? "";
  if (ref.length > refCharacters)
    throw new BadRequestError(`The reference is longer than ${refCharacters} characters`);
  return ref;
}

function bodyOf(context: Context<Bindings>, name: RouteName, limits: ApiLimits): Promise<unknown> {
  const { body: schema }: Route = routes[name];
  if (schema === undefined) return Promise.resolve(undefined);
  const request = { header: (key: string) => context.req.header(key), body: context.req.raw.body };
  const bytes =
    name === "publish" || name === "prove"
      ? limits.publishBytes
      : name === "frames"
        ? limits.framesBytes
        : limits.bodyBytes;
  return readBody(request, schema, { bytes, depth: limits.depth });
}
