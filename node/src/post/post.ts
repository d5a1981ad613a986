import type { AgentFrame } from "@action-collective/protocol";
import type { Desks } from "./desks.ts";
import { NAMES_WRITTEN_MS } from "./limits.ts";
import type { MailRounds } from "./mail-rounds.ts";
import type { Bearer } from "./types.ts";

interface PostParts {
  readonly desks: Desks;
  readonly rounds: MailRounds;
  readonly lifetime: AbortController;
  readonly close: () => Promise<void>;
}

/** Letters between agents (SPEC §16): of this peer's spaces with each other, and with those of other peers. */
export class Post {
  readonly #parts: PostParts;
  #tending: NodeJS.Timeout | undefined;

  constructor(parts: PostParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#tending = setInterval(() => this.#parts.rounds.tend(), NAMES_WRITTEN_MS).unref();
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

  /** Idempotent. */
  async stop(): Promise<void> {
    const { desks, lifetime, close } = this.#parts;
    if (lifetime.signal.aborted) return;
    clearInterval(this.#tending);
    desks.stop();
    lifetime.abort(new DOMException("The peer is stopping", "AbortError"));
    await close();
  }
}
