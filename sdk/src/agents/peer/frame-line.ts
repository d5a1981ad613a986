import type { AgentFrame } from "@action-collective/protocol";
import type { ActionClient } from "../../client.ts";
import { deadline } from "../../deadline.ts";
import { PeerBusyError, PeerLostError } from "./errors.ts";
import {
  CALL_MS,
  MOST_FRAMES_SENT,
  MOST_FRAMES_SENT_BYTES,
  MOST_WAITING_BYTES,
  MOST_WAITING_FRAMES,
  WAIT_MS,
} from "./limits.ts";

export type DeskClient = Pick<ActionClient, "openDesk" | "frames" | "closeDesk">;

interface Waiting {
  readonly frame: AgentFrame;
  readonly bytes: number;
}

/**
 * Frames to and from one desk. Those to the peer go one call after the other, so that they arrive in their order; beside them one
 * call waits for those from the peer. Both bring frames, so that two that were far apart may arrive the wrong way round.
 */
export class FrameLine {
  readonly #client: DeskClient;
  readonly #desk: string;
  readonly #take: (frame: AgentFrame) => void;
  readonly #ended = new AbortController();
  readonly #broken: Promise<never>;
  #break: (error: unknown) => void = () => undefined;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #sending = false;

  constructor(client: DeskClient, desk: string, take: (frame: AgentFrame) => void) {
    this.#client = client;
    this.#desk = desk;
    this.#take = take;
    this.#broken = new Promise((_, reject) => {
      this.#break = reject;
    });
    // Whoever runs the line hears of it; a line may break before anybody does.
    this.#broken.catch(() => undefined);
  }

  /** @throws {PeerBusyError} */
  push(frame: AgentFrame): void {
    const bytes = Buffer.byteLength(JSON.stringify(frame));
    if (this.#waiting.length >= MOST_WAITING_FRAMES || this.#bytes + bytes > MOST_WAITING_BYTES)
      throw new PeerBusyError();
    this.#waiting.push({ frame, bytes });
    this.#bytes += bytes;
    if (this.#sending) return;
    this.#sending = true;
    // What is said in one breath goes in one call.
    queueMicrotask(() => void this.#send());
  }

  /** Until the line breaks, or is closed. @throws what broke it */
  async run(): Promise<void> {
    void this.#listen();
    await this.#broken;
  }

  /** @param error what `run` throws */
  close(error: unknown): void {
    this.#ended.abort(error);
    this.#break(error);
  }

  async #listen(): Promise<void> {
    try {
      while (!this.#ended.signal.aborted) await this.#exchange([], WAIT_MS);
    } catch (error) {
      this.close(error);
    }
  }

  async #send(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#ended.signal.aborted) await this.#handOver();
      // In the same breath as the look at what waits, so that nothing comes between.
      this.#sending = false;
    } catch (error) {
      this.close(error);
    }
  }

  async #handOver(): Promise<void> {
    let count = 0;
    let bytes = 0;
    for (const { bytes: own } of this.#waiting) {
      if (count === MOST_FRAMES_SENT || (count > 0 && bytes + own > MOST_FRAMES_SENT_BYTES)) break;
      count += 1;
      bytes += own;
    }
    const frames = this.#waiting.slice(0, count).map(({ frame }) => frame);
    this.#waiting = this.#waiting.slice(count);
    this.#bytes -= bytes;
    await this.#exchange(frames, 0);
  }

  async #exchange(frames: AgentFrame[], waitMs: number): Promise<void> {
    using time = deadline(waitMs + CALL_MS, this.#ended.signal, () => new PeerLostError());
    const { signal } = time;
    for (const frame of await this.#client.frames(this.#desk, { frames, waitMs, signal })) this.#take(frame);
  }
}
