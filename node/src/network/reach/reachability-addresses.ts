import { isPrivate } from "@libp2p/utils";
import type { Multiaddr } from "@multiformats/multiaddr";
import { isRelayed } from "../addresses.ts";
import { VOUCHED_ADDRESS_MS } from "../limits.ts";

/** The parts of libp2p that are needed; only a service gets at them. */
export interface OwnAddressesComponents {
  transportManager: { getAddrs(): Multiaddr[] };
  addressManager: {
    getAddressesWithMetadata(): { multiaddr: Multiaddr; verified: boolean }[];
    confirmObservedAddr(address: Multiaddr, options: { type: "transport"; ttl: number }): void;
  };
}

/**
 * Our own public addresses. libp2p tells nobody of one before others have dialled it (AutoNAT); private ones need no
 * confirmation.
 */
export class OwnAddresses {
  readonly #components: OwnAddressesComponents;

  constructor(components: OwnAddressesComponents) {
    this.#components = components;
  }

  /** Where this machine accepts connections: no relay's addresses. */
  listening(): Multiaddr[] {
    return this.#components.transportManager.getAddrs().filter((address) => !isRelayed(address));
  }

  /** Whether a public address of ours is known to be dialled by others. */
  confirmed(): boolean {
    return this.#components.addressManager
      .getAddressesWithMetadata()
      .some(({ multiaddr, verified }) => verified && isOurs(multiaddr));
  }

  /**
   * Takes the public addresses that this machine itself listens on as confirmed. For the entry points of a network:
   * when the first of them starts, there is nobody yet who could confirm anything.
   */
  vouch(): void {
    const { transportManager, addressManager } = this.#components;
    for (const address of transportManager.getAddrs().filter(isOurs))
      addressManager.confirmObservedAddr(address, { type: "transport", ttl: VOUCHED_ADDRESS_MS });
  }
}

/** A libp2p service. */
export function ownAddresses(): (components: OwnAddressesComponents) => OwnAddresses {
  return (components) => new OwnAddresses(components);
}

/** Public, and not a relay's. */
function isOurs(address: Multiaddr): boolean {
  return !isRelayed(address) && !isPrivate(address);
}
