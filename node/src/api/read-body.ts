import { assertJsonDepth, describeIssue, LimitExceededError } from "@action-collective/protocol";
import type { z } from "zod";
import { BadRequestError } from "./errors.ts";
import { type HeaderReader, isJsonContent } from "./guard.ts";

/**
 * Reads, parses and checks a request's body, giving up as soon as it is too large.
 * @throws {BadRequestError | LimitExceededError}
 */
export async function readBody<S extends z.ZodType>(
  request: { readonly header: HeaderReader; readonly body: ReadableStream<Uint8Array> | null },
  schema: S,
  bounds: { readonly bytes: number; readonly depth: number },
): Promise<z.output<S>> {
  if (!isJsonContent(request.header))
    throw new BadRequestError("A request with a body must be application/json in UTF-8");
  const declared = Number(request.header("content-length") ?? 0);
  if (declared > bounds.bytes) throw tooLarge(bounds.bytes);
  const value = parse(await readText(request.body, bounds.bytes));
  assertJsonDepth(value, bounds.depth, "The request");
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new BadRequestError(
      "The request is not what this route takes",
      parsed.error.issues.map(describeIssue),
    );
  return parsed.data;
}

async function readText(body: ReadableStream<Uint8Array> | null, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > most) throw tooLarge(most);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new BadRequestError("The request is not UTF-8");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequestError("The request is not JSON", [
      error instanceof Error ? error.message : String(error),
    ]);
  }
}

function tooLarge(most: number): LimitExceededError {
  return new LimitExceededError(`The request is larger than ${most} bytes`);
}
