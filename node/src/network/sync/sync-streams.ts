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
  const frames = lpStream(stream, { maxDataLength: syncLimits.frameBytes });
  try {
    const result = await use(
      async (request) =>
        await withDeadline(SYNC_FRAME_TIMEOUT_MS, [lifetime], async (signal) => {
          await frames.write(request, { signal });
          return (await frames.read({ signal })).subarray();
        }),
    );
    await withDeadline(SYNC_FRAME_TIMEOUT_MS, [lifetime], (signal) => stream.close({ signal }));
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
  const frames = lpStream(stream, { maxDataLength: syncLimits.requestBytes });
  try {
    for (let requests = 0; requests < MAX_SYNC_SESSION_REQUESTS; requests++) {
      const request = await readRequest(frames, lifetime);
      if (!request) break;
      const frame = answer(request);
      await withDeadline(SYNC_FRAME_TIMEOUT_MS, [lifetime], (signal) => frames.write(frame, { signal }));
    }
    await withDeadline(SYNC_FRAME_TIMEOUT_MS, [lifetime], (signal) => stream.close({ signal }));
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
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
