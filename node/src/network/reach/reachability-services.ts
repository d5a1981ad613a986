import type { CircuitRelayService } from "@libp2p/circuit-relay-v2";
import { dcutr } from "@libp2p/dcutr";
import type { Libp2pOptions } from "libp2p";
import type { Reach } from "../options.ts";
import { type OwnAddresses, ownAddresses } from "./reachability-addresses.ts";
import { autoNat } from "./reachability-autonat.ts";
import { relayServer } from "./relay-server.ts";
import { type RelaySlots, relaySlots } from "./relay-slots.ts";

/** What gets a peer behind a NAT reached, as libp2p services. */
export type ReachabilityServices = {
  relays: RelaySlots;
  ownAddresses: OwnAddresses;
  /** Of one that serves others, as a bootstrap node does. */
  relayServer?: CircuitRelayService;
  /** With reach public. */
  autoNAT?: unknown;
  dcutr?: unknown;
};

/**
 * Only on the internet is there a NAT between us and others: AutoNAT dials no private address back, and a direct
 * connection in place of a relayed one (DCUtR) is only tried towards public ones.
 */
export function reachabilityServices(
  servesRelay: boolean,
  reach: Reach,
): NonNullable<Libp2pOptions<ReachabilityServices>["services"]> {
  return {
    relays: relaySlots(),
    ownAddresses: ownAddresses(),
    ...(servesRelay ? { relayServer: relayServer() } : {}),
    ...(reach === "public"
      ? {
          autoNAT: autoNat(),
          dcutr: dcutr(),
        }
      : {}),
  };
}
