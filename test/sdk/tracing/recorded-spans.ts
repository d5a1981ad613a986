import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** A real tracer, and what it exported. */
export function recordedSpans() {
  const exporter = new InMemorySpanExporter();
  // Clocks have equal moments, so the order is written down.
  const begun: string[] = [];
  const order: SpanProcessor = {
    onStart: (span) => void begun.push(span.spanContext().spanId),
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const provider = new TracerProvider({ spanProcessors: [order, new SimpleSpanProcessor({ exporter })] });
  const place = (span: ReadableSpan) => begun.indexOf(span.spanContext().spanId);
  return {
    tracer: provider.getTracer("test"),
    /** In the order of their beginning. */
    spans: (): ReadableSpan[] => exporter.getFinishedSpans().toSorted((a, b) => place(a) - place(b)),
  };
}

/** The names of all spans, each indented below its parent. */
export function treeOf(spans: readonly ReadableSpan[]): string[] {
  const below = (parent: string | undefined, depth: number): string[] =>
    spans
      .filter((span) => span.parentSpanContext?.spanId === parent)
      .flatMap((span) => ["  ".repeat(depth) + span.name, ...below(span.spanContext().spanId, depth + 1)]);
  return below(undefined, 0);
}
