import {
  BLOCKS_PER_ACTION,
  PROVIDE_AGAIN_MS,
  PROVIDE_AT_LEAST,
  PROVIDE_EVERY_MS,
  PROVIDE_SPREAD_MS,
} from "./limits.ts";
import type { SeedingParts } from "./parts.ts";

type ReProvideParts = Pick<SeedingParts, "catalogue" | "provide" | "provideRoom" | "refused" | "clock">;

/**
 * How many of `held` actions to announce now, so that all of them get their turn within an hour, and no more than
 * half of the queue's room, so that what is just published finds a place. Pure.
 */
export function announcedNow(held: number, room: number): number {
  const share = Math.max(PROVIDE_AT_LEAST, Math.ceil((held * PROVIDE_EVERY_MS) / PROVIDE_SPREAD_MS));
  return Math.min(share, Math.floor(room / 2 / BLOCKS_PER_ACTION));
}

/**
 * Keeps the DHT told of what is held. libp2p announces again what it announced a day ago, and first looks an hour after a
 * start; here all that is held is announced after each start, the worthiest first, and the catalogue remembers what
 * waits, so that the queue of announcements stays short.
 */
export class ReProvide {
  readonly #parts: ReProvideParts;
  readonly #startedAt: number;

  constructor(parts: ReProvideParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock();
  }

  /** What the policy refuses has its turn, and is not announced. @returns how many actions were announced. */
  some(): number {
    const { catalogue, provide, provideRoom, refused, clock } = this.#parts;
    const { holdings } = catalogue;
    const { actions, kept } = holdings.totals();
    const now = clock();
    const before = Math.max(this.#startedAt, now - PROVIDE_AGAIN_MS);
    const due = holdings.due(before, announcedNow(actions + kept, provideRoom()));
    catalogue.transaction(() => {
      for (const { id } of due) holdings.provided(id, Math.max(now, this.#startedAt));
    });
    const wanted = due.filter(({ id }) => !refused(id));
    for (const { blocks } of wanted) for (const { block } of blocks) provide(block);
    return wanted.length;
  }
}
