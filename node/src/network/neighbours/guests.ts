import { GUEST_MS, MAX_GUESTS } from "../limits.ts";

/** What a stranger must speak to be of any use: bitswap, of any version. */
const BITSWAP = "/ipfs/bitswap";

interface GuestsParts {
  /** Whether strangers may fetch here at all. */
  open: boolean;
  hangUp(peer: string): void;
}

/**
 * Strangers who came to fetch a block that was announced in public. They are no members: they count nowhere as neighbours,
 * are few, and have to be done soon.
 */
export class Guests {
  readonly #parts: GuestsParts;
  readonly #leaving = new Map<string, NodeJS.Timeout>();

  constructor(parts: GuestsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#leaving.size;
  }

  has(peer: string): boolean {
    return this.#leaving.has(peer);
  }

  /** Whether this peer, which does not belong to our network, may stay for a while. */
  welcome(peer: string, direction: "inbound" | "outbound", protocols: readonly string[]): boolean {
    if (this.#leaving.has(peer)) return true;
    const fetches = direction === "inbound" && protocols.some((protocol) => protocol.startsWith(BITSWAP));
    if (!this.#parts.open || !fetches || this.#leaving.size >= MAX_GUESTS) return false;
    this.#leaving.set(peer, setTimeout(() => this.#parts.hangUp(peer), GUEST_MS).unref());
    return true;
  }

  /** It hung up, or turned out to be one of us. */
  left(peer: string): void {
    clearTimeout(this.#leaving.get(peer));
    this.#leaving.delete(peer);
  }

  stop(): void {
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    this.#leaving.clear();
  }
}
