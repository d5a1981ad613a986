import type { Listener, PeerId, Transport } from "@libp2p/interface";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { isRelayed, relayOf } from "../addresses.ts";
import { reservationStoreOf } from "./relay-transport.ts";

/** The parts of libp2p that are needed; only a service gets at them. */
export interface RelaySlotsComponents {
  transportManager: {
    listen(addresses: Multiaddr[]): Promise<void>;
    getListeners(): Listener[];
    getTransports(): Transport[];
  };
}

/**
 * Our places at relays. We choose the relays ourselves: the library's own search (`/p2p-circuit` without a relay) dials
 * the whole DHT at random for as long as it finds too few.
 */
export class RelaySlots {
  readonly #components: RelaySlotsComponents;
  /** Relays whose listener exists: it outlives the reservation and takes up the next one. */
  readonly #listening = new Set<string>();

  constructor(components: RelaySlotsComponents) {
    this.#components = components;
  }

  /** Asks a connected relay for a place; it is renewed until it is dropped or the connection ends. */
  async reserve(relay: PeerId): Promise<void> {
    const id = relay.toString();
    if (this.#listening.has(id)) {
      await this.#store().addRelay(relay, "configured");
      return;
    }
    await this.#components.transportManager.listen([multiaddr(`/p2p/${id}/p2p-circuit`)]);
    this.#listening.add(id);
  }

  /** Closing any of these listeners ends every reservation, so all are closed. */
  async drop(): Promise<void> {
    this.#listening.clear();
    const listeners = this.#components.transportManager.getListeners().filter(isCircuitListener);
    await Promise.all(listeners.map((listener) => listener.close()));
  }

  /** Where we are reached through relays, each ending in `/p2p-circuit`. */
  addresses(): Multiaddr[] {
    return this.#components.transportManager
      .getListeners()
      .flatMap((listener) => listener.getAddrs())
      .filter(isRelayed);
  }

  /** Relays that hold a place for us. */
  relays(): Set<string> {
    return new Set(this.addresses().flatMap((address) => relayOf(address) ?? []));
  }

  #store() {
    for (const transport of this.#components.transportManager.getTransports()) {
      const store = reservationStoreOf(transport);
      if (store) return store;
    }
    throw new TypeError("the circuit transport is missing");
  }
}

/** A libp2p service. */
export function relaySlots(): (components: RelaySlotsComponents) => RelaySlots {
  return (components) => new RelaySlots(components);
}

function isCircuitListener(listener: Listener): boolean {
  return "reservationStore" in listener;
}
