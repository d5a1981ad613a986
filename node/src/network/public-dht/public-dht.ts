import type { KadDHT } from "@libp2p/kad-dht";
import { multiaddr } from "@multiformats/multiaddr";
import { withPeerId } from "../addresses.ts";
import { pause, withDeadline } from "../deadline.ts";
import { PublicDhtUnreachableError } from "../errors.ts";
import { dhtSize } from "../host.ts";
import {
  DIAL_TIMEOUT_MS,
  MAX_PUBLIC_CONTACTS,
  PUBLIC_FIRST_RETRY_MS,
  PUBLIC_IDLE_MS,
  PUBLIC_JOIN_CONCURRENCY,
  PUBLIC_JOIN_TIMEOUT_MS,
  PUBLIC_MAX_RETRY_MS,
} from "../limits.ts";
import type { Log } from "../options.ts";
import { reason, safely } from "../safely.ts";
import type { PublicHost } from "./public-dht-host.ts";

/** How often the routing table is looked at while entering. */
const JOIN_POLL_MS = 50;
/** How often connections that nothing runs over are closed. */
const SWEEP_MS = 15_000;

interface PublicDhtParts {
  /** A new node for the DHT, not started, that gives these addresses as ours. */
  create(addresses: readonly string[]): Promise<PublicHost>;
  /** Where our peer can be reached from there at present. */
  addresses(): readonly string[];
  /** Multiaddrs of entry nodes. */
  bootstrap: readonly string[];
  /** How long nothing is to be done there before we leave. */
  idleMs?: number;
  lifetime: AbortSignal;
  now(): number;
  random(): number;
  log: Log;
}

/**
 * Our visits to a DHT that everybody shares. The node for it is opened when there is something to do there and closed
 * soon after, so that a peer which has enough neighbours keeps no connection to strangers.
 */
export class PublicDht {
  readonly #parts: PublicDhtParts;
  readonly #contacts = new Map<string, string>();
  #host: PublicHost | undefined;
  #enteredAs = "";
  #opening: Promise<KadDHT> | undefined;
  #users = 0;
  #failures = 0;
  #notBefore = 0;
  #idle: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(parts: PublicDhtParts) {
    this.#parts = parts;
  }

  /** Whether entering is worth a try now; after failures it is left alone for a while. */
  get ready(): boolean {
    return this.#parts.now() >= this.#notBefore;
  }

  /** When it is worth a try again, in milliseconds since the epoch. */
  get readyAt(): number {
    return this.#notBefore;
  }

  get connections(): number {
    return this.#host?.getPeers().length ?? 0;
  }

  /**
   * Enters if need be and does `work`. Throws PublicDhtUnreachableError, whatever `work` throws, and the signal's reason.
   */
  async use<T>(signal: AbortSignal, work: (dht: KadDHT) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    // A node keeps the addresses it was created with.
    const moved = this.#host !== undefined && this.#enteredAs !== this.#parts.addresses().join();
    if (moved && this.#users === 0) this.#opening = this.leave().then(() => this.#enter());
    this.#users++;
    try {
      this.#opening ??= this.#enter();
      const dht = await this.#opening;
      signal.throwIfAborted();
      return await work(dht);
    } finally {
      this.#users--;
      this.#rest();
    }
  }

  /** Closes the node; the next use enters anew. */
  async leave(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    this.#opening = undefined;
    clearTimeout(this.#idle);
    clearInterval(this.#sweeper);
    await host?.stop();
  }

  #rest(): void {
    if (this.#users > 0 || this.#host === undefined) return;
    clearTimeout(this.#idle);
    const leave = safely(this.#parts.log, "leaving the public DHT", () =>
      this.#users === 0 ? this.leave() : undefined,
    );
    this.#idle = setTimeout(leave, this.#parts.idleMs ?? PUBLIC_IDLE_MS).unref();
  }

  /** What failed is not kept: the next use tries again. */
  async #enter(): Promise<KadDHT> {
    try {
      return await this.#open();
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #open(): Promise<KadDHT> {
    const { addresses, create, lifetime, log, now, random } = this.#parts;
    lifetime.throwIfAborted();
    if (!this.ready) throw new PublicDhtUnreachableError("it could not be reached a moment ago");
    const ours = addresses();
    const host = await create(ours);
    this.#host = host;
    this.#enteredAs = ours.join();
    try {
      lifetime.throwIfAborted();
      await host.start();
      await withDeadline(PUBLIC_JOIN_TIMEOUT_MS, [lifetime], (signal) => this.#join(host, signal));
    } catch (error) {
      await this.leave();
      await host.stop();
      lifetime.throwIfAborted();
      const retry = Math.min(
        PUBLIC_FIRST_RETRY_MS * 2 ** Math.min(this.#failures++, 20),
        PUBLIC_MAX_RETRY_MS,
      );
      this.#notBefore = now() + retry * (0.7 + 0.6 * random());
      throw new PublicDhtUnreachableError(reason(error), { cause: error });
    }
    this.#failures = 0;
    this.#notBefore = 0;
    const sweep = safely(log, "closing idle connections to the public DHT", () => this.#sweep(host));
    this.#sweeper = setInterval(sweep, SWEEP_MS).unref();
    return host.services.dht;
  }

  /** Dials entry nodes, a few at a time and in any order, until the DHT knows somebody who answers. */
  async #join(host: PublicHost, signal: AbortSignal): Promise<void> {
    const { bootstrap, random } = this.#parts;
    const entries = [...new Set([...bootstrap, ...this.#contacts.values()])]
      .map((address) => ({ address, order: random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ address }) => address);
    const failures: string[] = [];
    let dialling = 0;
    const dial = async (address: string) => {
      dialling++;
      try {
        await withDeadline(DIAL_TIMEOUT_MS, [signal], (bounded) =>
          host.dial(multiaddr(address), { signal: bounded }),
        );
      } catch (error) {
        failures.push(reason(error));
      } finally {
        dialling--;
      }
    };
    const connected = () => host.getPeers().length;
    while (dhtSize(host) === 0) {
      signal.throwIfAborted();
      while (dialling < PUBLIC_JOIN_CONCURRENCY && connected() < PUBLIC_JOIN_CONCURRENCY) {
        const next = entries.shift();
        if (next === undefined) break;
        void dial(next);
      }
      if (entries.length === 0 && dialling === 0 && connected() === 0)
        throw new PublicDhtUnreachableError(failures.join("; "));
      await pause(JOIN_POLL_MS, signal);
    }
  }

  /**
   * Whoever was asked once is not asked again soon. A connection that stays would also be taken for one to our peer, by
   * nodes that look for a block we announced.
   */
  async #sweep(host: PublicHost): Promise<void> {
    const idle = host.getConnections().filter(({ streams, timeline }) => {
      return streams.length === 0 && Date.now() - timeline.open >= SWEEP_MS;
    });
    for (const { remotePeer, remoteAddr } of idle) {
      const id = remotePeer.toString();
      this.#contacts.delete(id);
      this.#contacts.set(id, withPeerId(remoteAddr.toString(), id).toString());
      const oldest = this.#contacts.keys().next();
      if (this.#contacts.size > MAX_PUBLIC_CONTACTS && !oldest.done) this.#contacts.delete(oldest.value);
    }
    // The last few are the way back in.
    const spare = idle.slice(0, Math.max(0, host.getConnections().length - PUBLIC_JOIN_CONCURRENCY));
    await Promise.all(spare.map((connection) => connection.close()));
  }
}
