import { decodeSyncRequest, type SyncRequest, syncLimits } from "@action-collective/protocol";
import type { Connection, Stream } from "@libp2p/interface";
import { type LengthPrefixedStream, lpStream } from "@libp2p/utils";
import { withDeadline } from "../deadline.ts";
import { MAX_SYNC_SESSION_REQUESTS, SYNC_FRAME_TIMEOUT_MS } from "../limits.ts";

/** Opens one sync session as reader; `use` gets the exchange of one request for one answer. */
export async function withSyncStream<T>(
  connection: Connection,
  protocol: string,
  lifetime: AbortSignal,
  use: (exchange: (request: Uint8Array) => Promise<Uint8Array>) => Promise<T>,
): Promise<T> {
  const stream = await withDeadline(SYNC_FRAME_TIMEOUT_MS, [lifetime], (signal) =>
    connection.newStream(protocol, { signal, runOnLimitedConnection: true }),
  );
  const frames = framesOf(stream, syncLimits.frameBytes);
  try {
    const result = await use(
      async (request) =>
        await withDeadline(SYNC_FRAME_TIMEOUT_MS, [lifetime], async (signal) => {
          await frames.write(request, { signal });
          return (await frames.read({ signal })).subarray();
        }),
    );
    await closeBothEnds(stream, lifetime);
    return result;
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** Answers requests on one stream until the reader closes it, breaks the protocol, or has had a session's worth. */
export async function serveSyncStream(
  stream: Stream,
  lifetime: AbortSignal,
  answer: (request: SyncRequest) => Uint8Array,
): Promise<void> {
  const frames = framesOf(stream, syncLimits.requestBytes);
  try {
    for (let requests = 0; requests < MAX_SYNC_SESSION_REQUESTS; requests++) {
      const request = await readRequest(frames, lifetime);
      if (!request) break;
      const frame = answer(request);
      await withDeadline(SYNC_FRAME_TIMEOUT_MS, [lifetime], (signal) => frames.write(frame, { signal }));
    }
    await closeBothEnds(stream, lifetime);
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** What the other side still sends is nobody's concern: without closing for reading it would be kept as long as the connection. */
async function closeBothEnds(stream: Stream, lifetime: AbortSignal): Promise<void> {
  await withDeadline(SYNC_FRAME_TIMEOUT_MS, [lifetime], async (signal) => {
    await stream.close({ signal });
    await stream.closeRead({ signal });
  });
}

/** One side speaks at a time, so no honest one sends a second frame before the first is answered: room for that is ample. */
function framesOf(stream: Stream, maxDataLength: number): LengthPrefixedStream {
  return lpStream(stream, { maxDataLength, maxBufferSize: 2 * maxDataLength });
}

/** The reader verifies a whole frame between two requests, so it may be silent for some time. */
const BETWEEN_REQUESTS_MS = 6 * SYNC_FRAME_TIMEOUT_MS;

async function readRequest(
  frames: LengthPrefixedStream,
  lifetime: AbortSignal,
): Promise<SyncRequest | undefined> {
  try {
    const frame = await withDeadline(BETWEEN_REQUESTS_MS, [lifetime], (signal) => frames.read({ signal }));
    return decodeSyncRequest(frame.subarray());
  } catch (error) {
    if (error instanceof Error && error.name === "UnexpectedEOFError") return undefined;
    throw error;
  }
}
