import type { CID } from "multiformats/cid";
import { ProvideQueue } from "../blocks/provide-queue.ts";
import { MAX_PUBLIC_BLOCKS, PUBLIC_PROVIDE_TIMEOUT_MS } from "../limits.ts";
import type { Log } from "../options.ts";
import { reason, safely } from "../safely.ts";
import type { PublicDht } from "./public-dht.ts";
import { provideTo } from "./rendezvous.ts";

const HOUR_MS = 60 * 60_000;
/** Nodes of the DHT forget a provider after 24 to 48 hours. */
const PROVIDE_EVERY_MS = 22 * HOUR_MS;
/** Not while the peer is still finding its neighbours. */
const FIRST_ROUND_MS = 10_000;

interface PublicProvidesParts {
  dht: PublicDht;
  /** What is pinned, in any order. */
  pinned(signal: AbortSignal): AsyncIterable<CID>;
  /** Whether anybody could fetch from us what we announced. */
  reachable(): boolean;
  lifetime: AbortSignal;
  random(): number;
  log: Log;
}

/** Announces what we hold in the public DHT too: new blocks as they come, all that is pinned once in 22 hours. */
export class PublicProvides {
  readonly #parts: PublicProvidesParts;
  readonly #queue: ProvideQueue;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #announced = 0;

  constructor(parts: PublicProvidesParts) {
    this.#parts = parts;
    this.#queue = new ProvideQueue({
      announce: async (cid, signal) => {
        await parts.dht.use(signal, (kad) => provideTo(kad, cid, signal));
        this.#announced++;
      },
      ready: () => parts.reachable() && parts.dht.ready,
      timeoutMs: PUBLIC_PROVIDE_TIMEOUT_MS,
      lifetime: parts.lifetime,
      log: parts.log,
    });
  }

  stats(): { announced: number; announcing: number } {
    return { announced: this.#announced, announcing: this.#queue.size };
  }

  add(cid: CID): void {
    this.#queue.add(cid);
  }

  start(): void {
    this.#queue.start();
    this.#schedule(FIRST_ROUND_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#queue.stop();
  }

  #schedule(inMs: number): void {
    if (this.#stopped) return;
    const round = safely(this.#parts.log, "announcing what is pinned", () => this.#round());
    this.#timer = setTimeout(round, inMs * (0.8 + 0.2 * this.#parts.random())).unref();
  }

  async #round(): Promise<void> {
    const { lifetime, log, pinned } = this.#parts;
    try {
      let count = 0;
      for await (const cid of pinned(lifetime)) {
        if (this.#stopped || ++count > MAX_PUBLIC_BLOCKS) break;
        this.#queue.add(cid);
      }
    } catch (error) {
      if (!lifetime.aborted) log("warn", "what is pinned could not be listed", { reason: reason(error) });
    } finally {
      this.#schedule(PROVIDE_EVERY_MS);
    }
  }
}
