import { createHash } from "node:crypto";
import type { PeerDiscovery } from "@libp2p/interface";
import { type MulticastDNSComponents, mdns } from "@libp2p/mdns";
import type { Reach } from "../options.ts";

/** Whether peers of the local network are looked for: on a LAN unless it was turned off, elsewhere if it was turned on. */
export function wantsMdns(setting: boolean | undefined, reach: Reach): boolean {
  return setting ?? reach === "lan";
}

/**
 * The DNS-SD service of a network: peers of two networks on one LAN do not answer each other. A hash, because a
 * service's name has at most 15 characters (RFC 6335) and a network's up to 32.
 */
export function mdnsServiceTag(network: string): string {
  const tag = createHash("sha256").update(network).digest("hex").slice(0, 12);
  return `_ac-${tag}._udp.local`;
}

/** Finds peers of this network on the LAN by multicast DNS; libp2p reports them as `peer:discovery`. */
export function mdnsDiscovery(network: string): (components: MulticastDNSComponents) => PeerDiscovery {
  return mdns({ serviceTag: mdnsServiceTag(network) });
}
