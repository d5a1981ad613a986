/** The part of a span of `@opentelemetry/api` that is used, by shape. */
export interface SpanLike {
  setAttribute(name: string, value: string | number | string[]): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  end(): void;
}

/**
 * The part of a `Tracer` of `@opentelemetry/api` that is used, by shape, so that this package depends on no version of it:
 * `trace.getTracer("my-app")` fits. What runs within `work` finds the span active.
 */
export interface TracerLike {
  startActiveSpan<Result>(
    name: string,
    options: { readonly kind: number; readonly attributes: Record<string, string | number> },
    work: (span: never) => Result,
  ): Result;
}

/** How work is traced: as OpenTelemetry's semantic conventions for generative AI name it. */
export interface Tracing {
  readonly tracer: TracerLike;
  /**
   * Also write down what was said: messages, arguments and answers of tools, in full. They may hold anything that the user
   * or a stranger wrote, and go wherever the spans go. False by default.
   */
  readonly contents?: boolean | undefined;
  /** Who serves the model, by the conventions' names (`openai`, `azure.ai.openai`, …); `openai` by default. */
  readonly provider?: string | undefined;
}
