import type { PeerEvent } from "@action-collective/protocol";
import { EventBuffer } from "../events/event-buffer.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { DashboardLimits } from "./limits.ts";

export interface StreamParts {
  readonly events: EventHub;
  /** What the reader is told first. */
  readonly first: PeerEvent;
  /** Asked now and then: false ends the stream. */
  readonly isWanted: () => boolean;
  /** Aborts when the reader is gone, its session has ended, or the peer stops. */
  readonly signal: AbortSignal;
  /** The reader took nothing for too long. */
  readonly onStuck: () => void;
  readonly limits: Pick<DashboardLimits, "heartbeatMs" | "slowReaderMs">;
}

const HEARTBEAT = ": still here\n\n";

/**
 * Events in the form of Server-Sent Events. What is written is asked for by the reader: what it does not take waits in a
 * buffer with a bound, and after a while the stream ends.
 */
export function streamEvents(parts: StreamParts): ReadableStream<Uint8Array> {
  const { events, first, isWanted, signal, onStuck, limits } = parts;
  const encoder = new TextEncoder();
  const buffer = new EventBuffer();
  const unsubscribe = events.subscribe((event) => buffer.push(event));
  let stuck: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(stuck);
    unsubscribe();
    signal.removeEventListener("abort", end);
    buffer.wake();
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end);
  buffer.push(first);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stuck);
        if (!signal.aborted) await buffer.filled(limits.heartbeatMs);
        if (signal.aborted || !isWanted()) {
          end();
          return controller.close();
        }
        const waiting = buffer.take();
        const text = waiting.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
        stuck = setTimeout(() => {
          end();
          onStuck();
        }, limits.slowReaderMs);
        controller.enqueue(encoder.encode(text === "" ? HEARTBEAT : text));
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}
