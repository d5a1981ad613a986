import { isPrivate, tryGetNetConfig } from "@libp2p/utils";
import type { Multiaddr } from "@multiformats/multiaddr";
import {
  MAX_RENDEZVOUS_ADDRESSES,
  MAX_RENDEZVOUS_PROVIDERS,
  RENDEZVOUS_ADDRESSES_PER_HOUR,
  RENDEZVOUS_PER_HOST_PER_HOUR,
} from "../limits.ts";
import type { Reach } from "../options.ts";

const HOUR_MS = 60 * 60_000;

/** Somebody who is said to belong to our network. */
export interface HeardOf {
  id: string;
  addresses: string[];
}

/**
 * What of a rendezvous is passed on. Anybody can provide its CID and name any address there, so all of it together is
 * bounded per hour, and so is what points at one machine. Names are left out: they lead wherever their owner says by the
 * time of the dial. No I/O.
 */
export class RendezvousHearsay {
  readonly #reach: Reach;
  /** When something was passed on, and where it pointed; the oldest first. */
  readonly #passed: { at: number; id: string; host: string }[] = [];

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** The addresses of one provider that may be dialled now; empty when nothing is to be tried. */
  take({ id, multiaddrs }: { id: string; multiaddrs: readonly Multiaddr[] }, now: number): HeardOf {
    this.#forget(now);
    const addresses: string[] = [];
    const again = this.#passed.some((passed) => passed.id === id);
    if (!again) {
      for (const named of multiaddrs) {
        if (addresses.length >= MAX_RENDEZVOUS_ADDRESSES) break;
        const address = endingIn(id, named);
        const host = this.#hostOf(named);
        if (address === undefined || host === undefined || addresses.includes(address)) continue;
        if (this.#passed.length >= RENDEZVOUS_ADDRESSES_PER_HOUR) break;
        const towards = this.#passed.filter((passed) => passed.host === host).length;
        if (towards >= RENDEZVOUS_PER_HOST_PER_HOUR) continue;
        this.#passed.push({ at: now, id, host });
        addresses.push(address);
      }
    }
    return { id, addresses };
  }

  #forget(now: number): void {
    const kept = this.#passed.findIndex(({ at }) => now - at < HOUR_MS);
    this.#passed.splice(0, kept < 0 ? this.#passed.length : kept);
  }

  /** The machine that a dial of this address would go to; undefined for what is not to be dialled on hearsay. */
  #hostOf(address: Multiaddr): string | undefined {
    const net = tryGetNetConfig(address);
    if (net === null || (net.type !== "ip4" && net.type !== "ip6")) return undefined;
    if (net.protocol !== "tcp" || net.port === undefined || net.port === 0) return undefined;
    // On one machine every peer is another port.
    if (this.#reach === "loopback") return `${net.host}:${net.port}`;
    return isPrivate(address) ? undefined : net.host;
  }
}

/** Whom of those found to look at: drawn by lot, so that who provides a thousand times is not all that is seen. */
export function drawProviders<P>(found: readonly P[], random: () => number): P[] {
  return found
    .map((provider) => ({ provider, lot: random() }))
    .sort((a, b) => a.lot - b.lot)
    .slice(0, MAX_RENDEZVOUS_PROVIDERS)
    .map(({ provider }) => provider);
}

/** The address with the provider's id at its end; undefined when it leads to somebody else. */
function endingIn(id: string, address: Multiaddr): string | undefined {
  const last = address.getComponents().at(-1);
  if (last?.name !== "p2p") return address.encapsulate(`/p2p/${id}`).toString();
  return last.value === id ? address.toString() : undefined;
}
