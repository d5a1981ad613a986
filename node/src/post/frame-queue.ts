import type { AgentFrame } from "@action-collective/protocol";
import {
  FRAME_BYTES,
  MOST_FRAMES_TAKEN,
  MOST_FRAMES_TAKEN_BYTES,
  MOST_QUEUED_BYTES,
  MOST_QUEUED_FRAMES,
} from "./limits.ts";

interface Waiting {
  readonly frame: AgentFrame;
  readonly bytes: number;
}

/** What waits for one space, in order. */
export class FrameQueue {
  #waiting: Waiting[] = [];
  #bytes = 0;
  #wake: (() => void) | undefined;
  #closed = false;

  /** Whether a message of so many bytes may be added. */
  fits(bytes: number): boolean {
    return this.#bytes + bytes <= MOST_QUEUED_BYTES && this.#waiting.length < MOST_QUEUED_FRAMES;
  }

  /** False when so much waits that nothing more can: whoever fetches it is gone, or means harm. */
  push(frame: AgentFrame, bytes = FRAME_BYTES): boolean {
    if (this.#closed || this.#waiting.length >= MOST_QUEUED_FRAMES) return false;
    this.#waiting.push({ frame, bytes });
    this.#bytes += bytes;
    this.#wake?.();
    return true;
  }

  /** Those that go into one answer, the oldest first. */
  take(): AgentFrame[] {
    let count = 0;
    let bytes = 0;
    for (const { bytes: own } of this.#waiting) {
      if (count === MOST_FRAMES_TAKEN || (count > 0 && bytes + own > MOST_FRAMES_TAKEN_BYTES)) break;
      bytes += own;
      count++;
    }
    const taken = this.#waiting.slice(0, count).map(({ frame }) => frame);
    this.#waiting = this.#waiting.slice(count);
    this.#bytes -= bytes;
    return taken;
  }

  /**
   * Resolves once there is something, or after `ms`, or when somebody else waits, or at the end. One waits at a time, so that
   * two callers do not tear an exchange apart.
   */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms === 0) return;
    this.#wake?.();
    if (this.#waiting.length > 0 || this.#closed || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        if (this.#wake === done) this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
      this.#wake = done;
    });
  }

  /** Nobody fetches what still waits. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#bytes = 0;
    this.#wake?.();
  }
}
