import { randomBytes } from "node:crypto";
import { type AgentFrame, DESK_IDLE_MS } from "@action-collective/protocol";
import { Desk, type DeskParts } from "./desk.ts";
import { NoSuchDeskError, TooManyDesksError } from "./errors.ts";
import {
  DESK_CUT_OFF_MS,
  DESK_SWEEP_MS,
  MOST_DESKS,
  MOST_DESKS_OF_HOLDER,
  MOST_DESKS_OF_HOLDERS,
} from "./limits.ts";
import type { Bearer } from "./types.ts";

interface DesksParts extends Omit<DeskParts, "bearer" | "overrun"> {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  readonly log: (message: string) => void;
}

interface Open {
  readonly desk: Desk;
  /** When it is closed if nobody asks of it before. */
  closesAt: number;
  /** Calls that wait for frames at present. */
  waiting: number;
}

const ID_BYTES = 16;

/** The spaces that are connected to this peer. */
export class Desks {
  readonly #parts: DesksParts;
  readonly #open = new Map<string, Open>();
  #sweep: NodeJS.Timeout | undefined;

  constructor(parts: DesksParts) {
    this.#parts = parts;
  }

  /** Throws TooManyDesksError. */
  open(bearer: Bearer): string {
    if (this.#open.size >= MOST_DESKS) throw new TooManyDesksError(MOST_DESKS);
    const own = [...this.#open.values()].filter(({ desk }) => desk.isOf(bearer)).length;
    if (bearer.agent !== undefined) {
      if (own >= MOST_DESKS_OF_HOLDER) throw new TooManyDesksError(own);
      const ofHolders = [...this.#open.values()].filter(({ desk }) => !desk.isUsers).length;
      if (ofHolders >= MOST_DESKS_OF_HOLDERS) throw new TooManyDesksError(ofHolders);
    }
    const id = randomBytes(ID_BYTES).toString("base64url");
    const overrun = () => setImmediate(() => this.#end(id, "more waited for it than there is room for"));
    const desk = new Desk({ ...this.#parts, bearer, overrun });
    this.#open.set(id, { desk, closesAt: this.#parts.now() + DESK_IDLE_MS, waiting: 0 });
    this.#sweep ??= setInterval(() => this.#closeIdle(), DESK_SWEEP_MS).unref();
    return id;
  }

  /** Takes a space's frames and hands over what waits for it, waiting for that if need be. Throws NoSuchDeskError. */
  async frames(
    id: string,
    bearer: Bearer,
    { frames, waitMs }: { readonly frames: readonly AgentFrame[]; readonly waitMs: number },
    signal: AbortSignal,
  ): Promise<AgentFrame[]> {
    const open = this.#find(id, bearer);
    for (const frame of frames) open.desk.take(frame);
    open.waiting++;
    try {
      await open.desk.queue.wait(waitMs, signal);
    } finally {
      open.waiting--;
      open.closesAt = this.#parts.now() + (signal.aborted ? DESK_CUT_OFF_MS : DESK_IDLE_MS);
    }
    // What nobody will read stays for the next call.
    return signal.aborted ? [] : open.desk.queue.take();
  }

  /** Throws NoSuchDeskError. */
  close(id: string, bearer: Bearer): void {
    this.#find(id, bearer);
    this.#end(id, "its space left");
  }

  get size(): number {
    return this.#open.size;
  }

  stop(): void {
    for (const id of [...this.#open.keys()]) this.#end(id, "the peer stops");
  }

  #find(id: string, bearer: Bearer): Open {
    const open = this.#open.get(id);
    if (open === undefined || !open.desk.isOf(bearer)) throw new NoSuchDeskError();
    return open;
  }

  #closeIdle(): void {
    const now = this.#parts.now();
    for (const [id, { closesAt, waiting }] of this.#open)
      if (waiting === 0 && closesAt <= now) this.#end(id, "nobody asked of it for too long");
  }

  #end(id: string, why: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    open.desk.close();
    this.#parts.log(`a desk was closed: ${why}`);
    if (this.#open.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}
