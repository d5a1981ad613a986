import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeEach, expect, test } from "vitest";
import { ApiServer } from "../../../node/src/api/server.ts";
import { openTracing } from "../../../node/src/tracing/request-spans.ts";
import { ID, sampleHandlers, TOKEN } from "../api/sample-api.ts";

// As a user's file of `NODE_OPTIONS=--import` would.
const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);

let seen: string | undefined;
const server = await ApiServer.listen({
  handlers: sampleHandlers({
    identity: async () => {
      seen = trace.getActiveSpan()?.spanContext().traceId;
      return { peerId: "12D3KooWexample", network: "main", addresses: [] };
    },
    status: () => Promise.reject(new Error("broken on purpose")),
  }),
  port: 0,
  token: TOKEN,
  log: () => undefined,
  trace: await openTracing(),
});

beforeEach(() => exporter.reset());
afterAll(() => server.close());

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { authorization: `Bearer ${TOKEN}`, ...headers } });

test("a request is a span below the one that its traceparent names, and the handler runs within it", async () => {
  expect((await ask("/v1/identity", { traceparent: `00-${TRACE}-${PARENT}-01` })).status).toBe(200);
  const [span] = exporter.getFinishedSpans();
  expect(span).toMatchObject({
    name: "GET /v1/identity",
    kind: SpanKind.SERVER,
    parentSpanContext: { traceId: TRACE, spanId: PARENT },
    attributes: {
      "http.request.method": "GET",
      "http.route": "/v1/identity",
      "http.response.status_code": 200,
    },
  });
  expect(span?.spanContext().traceId).toBe(TRACE);
  expect(seen).toBe(TRACE);
});

test("without one, or with nonsense in its place, it begins a trace of its own", async () => {
  await ask("/v1/identity");
  await ask("/v1/identity", { traceparent: "00-nonsense" });
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined]);
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(2);
});

test("what is thrown past the handlers is marked by its name alone, and thrown on", async () => {
  const broken = (await openTracing())({ fetch: () => Promise.reject(new TypeError("in secret")) });
  const request = new Request("http://127.0.0.1/v1/identity");
  await expect(broken.fetch(request, {})).rejects.toThrow("in secret");
  const [span] = exporter.getFinishedSpans();
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span?.attributes["error.type"]).toBe("TypeError");
});

test("what was asked stands in no span, and a failure of the peer's own is marked", async () => {
  await ask(`/v1/actions/${ID}/no-such-route?q=secret`);
  await ask("/v1/status");
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ name, status }) => [name, status.code])).toEqual([
    ["GET", SpanStatusCode.UNSET],
    ["GET /v1/status", SpanStatusCode.ERROR],
  ]);
  expect(spans[1]?.attributes["error.type"]).toBe("500");
  const all = JSON.stringify(spans.map(({ name, attributes }) => ({ name, attributes })));
  expect(all).not.toContain(ID);
  expect(all).not.toMatch(/secret|broken/);
});
