import type { PeerEvent } from "@action-collective/protocol";
import { type Rate, TokenBucket } from "../token-bucket.ts";

/** A peer that catches up takes in hundreds of records a second: more than anybody reads. */
const ARRIVALS: Rate = { capacity: 20, perSecond: 20 };

/** Must neither throw nor take long: it is called while the peer does what the event tells of. */
export type EventListener = (event: PeerEvent) => void;

/**
 * What happens in the peer, for whoever listens. Costs nothing while nobody does: whoever publishes often asks `listened`
 * before it puts an event together.
 */
export class EventHub {
  readonly #listeners = new Set<EventListener>();
  readonly #clock: () => number;
  readonly #arrivals: TokenBucket;
  #leftOut = 0;

  /** @param clock in milliseconds, from any moment on */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#arrivals = new TokenBucket(ARRIVALS, clock());
  }

  get listened(): boolean {
    return this.#listeners.size > 0;
  }

  /** Of arrivals, at most 20 a second are told; how many were not comes before the next event. */
  publish(event: PeerEvent): void {
    if (!this.listened) return;
    if (event.type === "arrived" && !this.#arrivals.take(1, this.#clock())) {
      this.#leftOut++;
      return;
    }
    if (this.#leftOut > 0) this.#tell({ type: "left-out", events: this.#leftOut });
    this.#leftOut = 0;
    this.#tell(event);
  }

  /** @returns ends it */
  subscribe(listener: EventListener): () => void {
    // Another function for each subscription, should one listener come twice.
    const one: EventListener = (event) => listener(event);
    this.#listeners.add(one);
    return () => {
      this.#listeners.delete(one);
      if (!this.listened) this.#leftOut = 0;
    };
  }

  #tell(event: PeerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
