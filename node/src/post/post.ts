import type { AgentFrame } from "@action-collective/protocol";
import type { LetterStream } from "../network/agents/letter-stream.ts";
import type { LettersHandler } from "../network/options.ts";
import type { Desks } from "./desks.ts";
import { NAMES_WRITTEN_MS } from "./limits.ts";
import type { MailRounds } from "./mail-rounds.ts";
import type { Outbox } from "./outbox.ts";
import type { Bearer } from "./types.ts";

interface PostParts {
  readonly desks: Desks;
  readonly rounds: MailRounds;
  readonly outbox: Outbox;
  readonly reception: LettersHandler;
  readonly controller: AbortController;
  readonly close: () => Promise<void>;
}

/** Letters between agents (SPEC §16): of this peer's spaces with each other, and with those of other peers. */
export class Post implements LettersHandler {
  readonly #parts: PostParts;
  #tending: NodeJS.Timeout | undefined;

  constructor(parts: PostParts) {
    this.#parts = parts;
  }

  /** Once the network runs. */
  start(): void {
    const { rounds, outbox } = this.#parts;
    this.#tending = setInterval(() => rounds.tend(), NAMES_WRITTEN_MS).unref();
    outbox.start();
  }

  /** @param bearer as whom whoever opens it acts: nobody who joins there may more. Throws TooManyDesksError. */
  openDesk(bearer: Bearer): string {
    return this.#parts.desks.open(bearer);
  }

  /** Throws NoSuchDeskError, also for a desk that somebody else opened. */
  async frames(
    desk: string,
    bearer: Bearer,
    body: { readonly frames: readonly AgentFrame[]; readonly waitMs: number },
    signal: AbortSignal,
  ): Promise<AgentFrame[]> {
    return await this.#parts.desks.frames(desk, bearer, body, signal);
  }

  /** Throws NoSuchDeskError. */
  closeDesk(desk: string, bearer: Bearer): void {
    this.#parts.desks.close(desk, bearer);
  }

  /** A letter of another peer's agent. */
  async serve(stream: LetterStream, peer: string): Promise<void> {
    await this.#parts.reception.serve(stream, peer);
  }

  /** That peer is connected: what waits for it is sent now. */
  met(peer: string): void {
    if (!this.#parts.controller.signal.aborted) this.#parts.outbox.met(peer);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    const { desks, outbox, controller, close } = this.#parts;
    if (controller.signal.aborted) return;
    clearInterval(this.#tending);
    outbox.stop();
    desks.stop();
    controller.abort(new DOMException("The peer is stopping", "AbortError"));
    await close();
  }
}
