/** Peers refused for a while after misbehaving. Bounded: the oldest is forgiven first. */
export class Bans {
  readonly #until = new Map<string, number>();
  readonly #maxPeers: number;

  constructor(maxPeers: number) {
    this.#maxPeers = maxPeers;
  }

  add(peer: string, until: number): void {
    this.#until.delete(peer);
    this.#until.set(peer, until);
    if (this.#until.size > this.#maxPeers) {
      const oldest = this.#until.keys().next();
      if (!oldest.done) this.#until.delete(oldest.value);
    }
  }

  has(peer: string, now: number): boolean {
    const until = this.#until.get(peer);
    if (until === undefined) return false;
    if (now < until) return true;
    this.#until.delete(peer);
    return false;
  }
}
