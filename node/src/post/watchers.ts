import type { AgentMessage } from "@action-collective/protocol";
import { MOST_WATCHERS, MOST_WATCHERS_PER_PEER, WATCH_MS } from "./limits.ts";

/** An agent that asked who is here. */
export interface Watcher {
  readonly address: string;
  readonly peer: string;
  /** Of the message with which it asked: what it is told answers that. */
  readonly question: string;
}

/** Who is told for a while when an exposed agent comes or goes: whoever asked all of this peer for help. */
export class Watchers {
  readonly #now: () => number;
  /** By address, in order of asking. */
  readonly #watching = new Map<string, Watcher & { readonly until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Looks at a message that was asked of agents here. */
  note({ from, to, intent, id }: AgentMessage, self: string): void {
    if (to !== `*@${self}` || intent !== "help") return;
    const peer = from.split("@")[1] ?? self;
    this.#watching.delete(from);
    const ofPeer = [...this.#watching.values()].filter((one) => one.peer === peer);
    const oldest = ofPeer.length >= MOST_WATCHERS_PER_PEER ? ofPeer[0] : undefined;
    if (oldest !== undefined) this.#watching.delete(oldest.address);
    if (this.#watching.size >= MOST_WATCHERS) {
      const first = this.#watching.keys().next();
      if (!first.done) this.#watching.delete(first.value);
    }
    this.#watching.set(from, { address: from, peer, question: id, until: this.#now() + WATCH_MS });
  }

  /** Those that are to be told now. */
  all(): Watcher[] {
    const now = this.#now();
    for (const [address, { until }] of this.#watching) if (until <= now) this.#watching.delete(address);
    return [...this.#watching.values()];
  }

  /** It cannot be told, or does not want to be. */
  forget(address: string): void {
    this.#watching.delete(address);
  }
}
