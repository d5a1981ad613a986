import { CollectiveError } from "@action-collective/protocol";
import type { SpanLike, TracerLike } from "./types.ts";

/** Numbers of `SpanKind` and `SpanStatusCode` in `@opentelemetry/api`, which are part of its stable interface. */
export const INTERNAL = 0;
export const CLIENT = 2;
const ERROR = 2;

export interface SpanStart {
  readonly kind: number;
  readonly attributes: Record<string, string | number>;
}

/** One piece of work in a span of its own; what it throws is marked there by its code, and thrown on. */
export async function inSpan<Result>(
  tracer: TracerLike,
  name: string,
  start: SpanStart,
  work: (span: SpanLike) => Promise<Result>,
): Promise<Result> {
  return await tracer.startActiveSpan(name, start, async (given: never) => {
    const span: SpanLike = given;
    try {
      return await work(span);
    } catch (error) {
      failed(span, codeOf(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** @param code a short word; messages are left out, because they may quote what somebody wrote */
export function failed(span: SpanLike, code: string): void {
  span.setAttribute("error.type", code);
  span.setStatus({ code: ERROR, message: code });
}

function codeOf(error: unknown): string {
  if (error instanceof CollectiveError) return error.code;
  return error instanceof Error ? error.name : "_OTHER";
}
