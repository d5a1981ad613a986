import type { MultiaddrResolveOptions, MultiaddrResolver } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { dnsaddrResolver } from "libp2p";
import { withDeadline } from "../deadline.ts";
import { DNS_TIMEOUT_MS, MAX_DNS_ADDRESSES, MAX_DNS_DEPTH } from "../limits.ts";
import type { Log } from "../options.ts";
import { reason } from "../safely.ts";

/**
 * libp2p's resolver of `/dnsaddr`, bounded. A dial resolves all addresses of a peer before it tries any, so a name that
 * is slow, unknown or holds nonsense would take the peer's other addresses with it, and records that point to more
 * records would multiply. Here such a name amounts to no address.
 */
export function boundedDnsaddr(log: Log, resolver: MultiaddrResolver = dnsaddrResolver): MultiaddrResolver {
  return {
    canResolve: (address) => resolver.canResolve(address),
    async resolve(address: Multiaddr, options: MultiaddrResolveOptions): Promise<Multiaddr[]> {
      // libp2p counts the levels and hands the count on, which its types do not say.
      const depth = "depth" in options && typeof options.depth === "number" ? options.depth : 0;
      if (depth >= MAX_DNS_DEPTH) return [];
      try {
        const found = await withDeadline(DNS_TIMEOUT_MS, [options.signal], (signal) =>
          Promise.race([resolver.resolve(address, { ...options, signal }), aborted(signal)]),
        );
        return found.slice(0, MAX_DNS_ADDRESSES);
      } catch (error) {
        if (options.signal?.aborted === true) throw error;
        log("debug", "an address was not found by its name", {
          address: String(address),
          reason: reason(error),
        });
        return [];
      }
    },
  };
}

/** A resolver may be deaf to its signal. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
