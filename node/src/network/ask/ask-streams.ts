import {
  ASK_REQUEST_BYTES,
  type AskAnswer,
  type AskRequest,
  decodeAskAnswer,
  decodeAskRequest,
  encodeAskAnswer,
  encodeAskRequest,
  limits,
  MalformedError,
} from "@action-collective/protocol";
import type { Connection, Stream } from "@libp2p/interface";
import { type LengthPrefixedStream, lpStream } from "@libp2p/utils";
import { withDeadline } from "../deadline.ts";
import { ASK_ANSWER_TIMEOUT_MS, ASK_REQUEST_TIMEOUT_MS } from "../limits.ts";

/**
 * Puts one question to a neighbour and waits for its answer, as long as `signal` allows. At most one answer of bounded size
 * is read, whatever else it sends; then the stream is gone. Throws MalformedError, and what libp2p throws.
 */
export async function askOverStream(
  connection: Connection,
  protocol: string,
  request: AskRequest,
  signal: AbortSignal,
): Promise<AskAnswer> {
  const frame = encodeAskRequest(request);
  const stream = await connection.newStream(protocol, { signal, runOnLimitedConnection: true });
  try {
    const frames = framesOf(stream, limits.askAnswerBytes);
    await frames.write(frame, { signal });
    const answer = decodeAskAnswer((await frames.read({ signal })).subarray());
    await stream.close({ signal });
    await stream.closeRead({ signal });
    return answer;
  } catch (error) {
    abort(stream, error);
    if (isOverlong(error)) throw new MalformedError("A neighbour's answer is longer than any may be");
    throw error;
  }
}

/** Each side sends one frame; what an honest one never sends beside it is not kept in memory either. */
function framesOf(stream: Stream, maxDataLength: number): LengthPrefixedStream {
  return lpStream(stream, { maxDataLength, maxBufferSize: 2 * maxDataLength });
}

/** Reads one question, and hands back its answer. */
export async function serveAskStream(
  stream: Stream,
  lifetime: AbortSignal,
  answer: (request: AskRequest, signal: AbortSignal) => Promise<AskAnswer>,
): Promise<void> {
  try {
    const frames = framesOf(stream, ASK_REQUEST_BYTES);
    const request = await withDeadline(ASK_REQUEST_TIMEOUT_MS, [lifetime], async (signal) =>
      decodeAskRequest((await frames.read({ signal })).subarray()),
    );
    await withDeadline(ASK_ANSWER_TIMEOUT_MS, [lifetime], async (signal) => {
      await frames.write(encodeAskAnswer(await answer(request, signal)), { signal });
      await stream.close({ signal });
    });
  } catch (error) {
    abort(stream, error);
    throw error;
  }
}

/** Whether a frame was announced that is longer than its bound. */
function isOverlong(error: unknown): boolean {
  return error instanceof Error && /^InvalidDataLength/.test(error.name);
}

function abort(stream: Stream, error: unknown): void {
  stream.abort(error instanceof Error ? error : new Error(String(error)));
}
