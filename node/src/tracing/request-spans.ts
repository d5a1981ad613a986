import type * as OpenTelemetry from "@opentelemetry/api";
import { requestedRoute, routePath } from "../metrics/route-name.ts";
import { VERSION } from "../version.ts";
import { TracingUnavailableError } from "./errors.ts";

/** What answers requests. */
export interface Answering<Environment> {
  fetch(request: Request, env: Environment): Response | Promise<Response>;
}

/** Puts each request in a span of its own. */
export type TraceRequests = <Environment>(app: Answering<Environment>) => Answering<Environment>;

/**
 * Spans for the local API, where the user wants them: one for each request, named after its route, below the span that the
 * caller's `traceparent` header names (W3C Trace Context). It holds the method, the route and the status, and nothing of
 * what was asked. Where the spans go is decided by the provider that the user registered, e.g. with
 * `NODE_OPTIONS=--import`; without one they go nowhere.
 * @throws {TracingUnavailableError}
 */
export async function openTracing(): Promise<TraceRequests> {
  let api: typeof OpenTelemetry;
  try {
    api = await import("@opentelemetry/api");
  } catch (error) {
    throw new TracingUnavailableError(error);
  }
  return (app) => ({
    fetch: (request, env) => inSpan(api, request, async () => await app.fetch(request, env)),
  });
}

async function inSpan(
  { trace, context, propagation, SpanKind, SpanStatusCode }: typeof OpenTelemetry,
  request: Request,
  answer: () => Promise<Response>,
): Promise<Response> {
  const { method } = request;
  const path = routePath(requestedRoute(method, new URL(request.url).pathname));
  const caller = propagation.extract(context.active(), request.headers, {
    get: (headers, name) => headers.get(name) ?? undefined,
    keys: (headers) => [...headers.keys()],
  });
  const attributes = { "http.request.method": method, ...(path === undefined ? {} : { "http.route": path }) };
  const tracer = trace.getTracer("action-collective", VERSION);
  return await tracer.startActiveSpan(
    path === undefined ? method : `${method} ${path}`,
    { kind: SpanKind.SERVER, attributes },
    caller,
    async (span) => {
      try {
        const response = await answer();
        span.setAttribute("http.response.status_code", response.status);
        if (response.status >= 500) {
          span.setAttribute("error.type", String(response.status));
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        return response;
      } catch (error) {
        span.setAttribute("error.type", error instanceof Error ? error.name : "_OTHER");
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
  );
}
