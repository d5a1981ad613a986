import { MOST_LETTER_BYTES } from "@action-collective/protocol";
import type { Stream } from "@libp2p/interface";
import { lpStream } from "@libp2p/utils";

/** One exchange between two peers, frame by frame. */
export interface LetterStream {
  /** Aborts when the other side ended the stream, or it broke. */
  readonly gone: AbortSignal;
  /** Throws the signal's reason, and what libp2p throws. */
  write(frame: Uint8Array, signal: AbortSignal): Promise<void>;
  /** At most `MOST_LETTER_BYTES`. Throws the signal's reason, and what libp2p throws. */
  read(signal: AbortSignal): Promise<Uint8Array>;
  /** All was said. */
  close(signal: AbortSignal): Promise<void>;
  /** Ends it now; the other side sees it broken off. */
  reset(error: Error): void;
}

/** An honest peer sends nothing before it is wanted but a short frame. */
const SPARE_BYTES = 1_024;

/** Frames of bounded length over a stream. */
export function letterStream(stream: Stream): LetterStream {
  const frames = lpStream(stream, {
    maxDataLength: MOST_LETTER_BYTES,
    maxBufferSize: MOST_LETTER_BYTES + SPARE_BYTES,
  });
  const gone = new AbortController();
  const end = () => gone.abort(new DOMException("The other peer ended the exchange", "AbortError"));
  stream.addEventListener("close", end, { once: true });
  if (stream.status !== "open") end();
  return {
    gone: gone.signal,
    write: (frame, signal) => frames.write(frame, { signal }),
    read: async (signal) => (await frames.read({ signal })).subarray(),
    close: (signal) => stream.close({ signal }),
    reset: (error) => stream.abort(error),
  };
}
