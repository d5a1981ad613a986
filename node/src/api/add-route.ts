import { firstIssue, type Route, type RouteName, routes } from "@action-collective/protocol";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { Caller } from "../capabilities/caller.ts";
import { assertMayCall } from "../capabilities/route-needs.ts";
import { answerError } from "./answer-error.ts";
import { BadRequestError, ContractBrokenError } from "./errors.ts";
import type { ApiHandlers } from "./handlers.ts";
import type { InFlight } from "./in-flight.ts";
import type { ApiLimits } from "./limits.ts";
import { readBody } from "./read-body.ts";

export type ApiLog = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Record<string, unknown>,
) => void;

/** What the guard found out about a request. */
export type Bindings = { Bindings: HttpBindings; Variables: { readonly caller: Caller } };

export interface RouteParts {
  readonly handlers: ApiHandlers;
  readonly inFlight: InFlight;
  /** The same for calls that only wait for frames: they must not take the places of those who work. */
  readonly waiting: InFlight;
  readonly limits: ApiLimits;
  /** Called after what agents get as tools may have changed. */
  readonly toolsChanged: () => Promise<void>;
}

/** A route that is answered by a handler and nothing else. */
export type PlainRoute = Exclude<RouteName, "health" | "stop">;

/** Serves one route of the contract; the guard must have said whose request it is. */
export function addRoute(app: Hono<Bindings>, name: PlainRoute, parts: RouteParts, prefix = ""): void {
  const { handlers, limits } = parts;
  const inFlight = name === "frames" ? parts.waiting : parts.inFlight;
  const { method, path, response }: Route = routes[name];
  // The table guarantees that a route's handler takes that route's body; TypeScript cannot follow it through a loop.
  const handler = handlers[name] as (call: {
    ref: string;
    body: unknown;
    signal: AbortSignal;
    caller: Caller;
  }) => Promise<unknown>;
  app.on(method.toUpperCase(), prefix + path.replace("{ref}", ":ref"), (context) => {
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
        if (name === "setTools" || name === "setPolicy") await parts.toolsChanged();
        return context.json(answer.data as object);
      },
      shareOf(caller, limits),
    );
  });
}

/** Every failure becomes an answer; what nobody foresaw goes to the log as well. */
export function answerFailures(app: Hono<Bindings>, log: ApiLog): void {
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

/** @throws {BadRequestError | LimitExceededError} */
export function bodyOf(context: Context<Bindings>, name: RouteName, limits: ApiLimits): Promise<unknown> {
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

function refOf(context: Context<Bindings>, { refCharacters }: ApiLimits): string {
  const ref = context.req.param("ref") ?? "";
  if (ref.length > refCharacters)
    throw new BadRequestError(`The reference is longer than ${refCharacters} characters`);
  return ref;
}
