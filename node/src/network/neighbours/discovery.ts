import { randomBytes } from "node:crypto";
import { withDeadline } from "../deadline.ts";
import type { Host } from "../host.ts";
import type { Log } from "../options.ts";
import { reason, safely } from "../safely.ts";

const FIRST_WALK_MS = 300;
const MAX_WALK_MS = 30_000;
const WALK_TIMEOUT_MS = 10_000;

interface DiscoveryParts {
  host: Host;
  /** Whether neighbours are missing and somebody is there to ask. */
  wanted(): boolean;
  random(): number;
  lifetime: AbortSignal;
  log: Log;
}

/**
 * Walks the DHT while neighbours are missing, ever more rarely: whoever is met on the way is reported by libp2p as
 * `peer:discovery`. (kad-dht's own walk comes every five minutes, and its first one usually finds an empty table.)
 */
export class Discovery {
  readonly #parts: DiscoveryParts;
  #timer: NodeJS.Timeout | undefined;
  #delay = FIRST_WALK_MS;
  #walks = 0;
  #stopped = false;

  constructor(parts: DiscoveryParts) {
    this.#parts = parts;
  }

  /** Somebody new to ask. Walks soon where neighbours are missing; where only the choice is poor, in its own time. */
  met({ soon }: { soon: boolean }): void {
    if (soon) this.#delay = FIRST_WALK_MS;
    else if (this.#timer !== undefined) return;
    else this.#delay = MAX_WALK_MS;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const delay = this.#delay * (0.7 + 0.6 * this.#parts.random());
    this.#delay = Math.min(this.#delay * 2, MAX_WALK_MS);
    this.#timer = setTimeout(
      safely(this.#parts.log, "a discovery walk", () => this.#walk()),
      delay,
    ).unref();
  }

  async #walk(): Promise<void> {
    const { host, wanted, lifetime, log } = this.#parts;
    try {
      if (!wanted()) return;
      // Our own surroundings first, then anywhere.
      const target = this.#walks++ === 0 ? host.peerId.toMultihash().bytes : randomBytes(32);
      await withDeadline(WALK_TIMEOUT_MS, [lifetime], async (signal) => {
        for await (const _ of host.peerRouting.getClosestPeers(target, { signal })) signal.throwIfAborted();
      });
    } catch (error) {
      if (!lifetime.aborted) log("debug", "a discovery walk came to nothing", { reason: reason(error) });
    } finally {
      this.#schedule();
    }
  }
}
