import { KeyedBuckets, type Rate, TokenBucket } from "../../token-bucket.ts";
import { placeOf } from "./address-groups.ts";

export interface ConnectionLimits {
  /** Inbound connections in all; what remains up to the total is for those we open ourselves. */
  inbound: number;
  /** Inbound connections that have not yet said who they are. */
  pending: number;
  pendingPerCustomer: number;
  /** Connections of one peer id. */
  perPeer: number;
  /** Inbound connections of one IPv4 address or IPv6 /56, and of one group (IPv4 /16, IPv6 /32). */
  perCustomer: number;
  perGroup: number;
  /** Inbound connections that come through one relay: whoever is behind it has no address that could be counted. */
  perRelay: number;
  /** New inbound connections of one customer, and of all. */
  customerRate: Rate;
  totalRate: Rate;
  /** Customers whose rate is remembered. */
  rememberedCustomers: number;
  /**
   * Whether addresses that are not public count by customer and group as well. Off: behind a container's proxy or a home
   * router everybody seems to come from one of these. Loopback then has no rates either.
   */
  countLocal: boolean;
}

/** Why a connection is refused, for the statistics. */
export type Refusal = "full" | "pending" | "rate" | "customer" | "group" | "relay" | "peer";

const CIRCUIT = "/p2p-circuit";

interface Held {
  customer: string | undefined;
  group: string | undefined;
  relay: string | undefined;
  peer: string | undefined;
  pending: boolean;
}

/**
 * Decides which inbound connections are taken. Keys are the caller's connection objects; each admitted one is released
 * when it closes, at whatever stage. No I/O, no clock.
 */
export class ConnectionGuard {
  readonly #limits: ConnectionLimits;
  readonly #held = new Map<object, Held>();
  readonly #customers: KeyedBuckets;
  readonly #total: TokenBucket;
  readonly #refused: Record<Refusal, number> = {
    full: 0,
    pending: 0,
    rate: 0,
    customer: 0,
    group: 0,
    relay: 0,
    peer: 0,
  };

  constructor(limits: ConnectionLimits, now: number) {
    this.#limits = limits;
    this.#customers = new KeyedBuckets(limits.customerRate, limits.rememberedCustomers);
    this.#total = new TokenBucket(limits.totalRate, now);
  }

  /** Whether to take a connection that just arrived, before anything is spent on it. */
  admit(connection: object, address: string, now: number): Refusal | undefined {
    const place = placeOf(address);
    // A relayed connection comes from a relay, whose address says nothing about who is behind it.
    const [relay] = address.includes(CIRCUIT) ? address.split(CIRCUIT, 1) : [];
    const counted = place && (place.scope === "public" || this.#limits.countLocal) ? place : undefined;
    const held = {
      customer: relay === undefined ? counted?.customer : undefined,
      group: relay === undefined ? counted?.group : undefined,
      relay,
      peer: undefined,
      pending: true,
    };
    const free = relay === undefined && place?.scope === "loopback" && !this.#limits.countLocal;
    const refusal =
      this.#held.size >= this.#limits.inbound ? "full" : free ? undefined : this.#judge(held, now);
    if (refusal === undefined) this.#held.set(connection, held);
    else this.#refused[refusal]++;
    return refusal;
  }

  /** Whether to keep a connection now that it said who it is. */
  identify(connection: object, peer: string): Refusal | undefined {
    const held = this.#held.get(connection);
    if (!held) return undefined;
    if (this.#count((other) => other.peer === peer) >= this.#limits.perPeer) {
      this.#refused.peer++;
      return "peer";
    }
    held.peer = peer;
    return undefined;
  }

  /** From where a connected peer dialled us, as it is counted; undefined when it is not. */
  customerOf(peer: string): string | undefined {
    for (const held of this.#held.values())
      if (held.peer === peer && held.customer !== undefined) return held.customer;
    return undefined;
  }

  /** The connection can be used; its handshake is over. */
  upgraded(connection: object): void {
    const held = this.#held.get(connection);
    if (held) held.pending = false;
  }

  release(connection: object): void {
    this.#held.delete(connection);
  }

  stats(): { held: number; pending: number; refused: number } {
    const refused = Object.values(this.#refused).reduce((sum, count) => sum + count, 0);
    return { held: this.#held.size, pending: this.#count(({ pending }) => pending), refused };
  }

  /** The cheapest questions first; a token is taken only when nothing else speaks against it. */
  #judge({ customer, group, relay }: Held, now: number): Refusal | undefined {
    const { pending, pendingPerCustomer, perCustomer, perGroup, perRelay } = this.#limits;
    if (this.#count((held) => held.pending) >= pending) return "pending";
    if (relay !== undefined && this.#count((held) => held.relay === relay) >= perRelay) return "relay";
    if (customer !== undefined) {
      const same = this.#count((held) => held.customer === customer);
      if (same >= perCustomer) return "customer";
      if (this.#count((held) => held.pending && held.customer === customer) >= pendingPerCustomer)
        return "pending";
      if (this.#count((held) => held.group === group) >= perGroup) return "group";
      if (!this.#customers.get(customer, now).take(1, now)) return "rate";
    }
    return this.#total.take(1, now) ? undefined : "rate";
  }

  /** A few hundred at most, and only when somebody connects. */
  #count(holds: (held: Held) => boolean): number {
    let count = 0;
    for (const held of this.#held.values()) if (holds(held)) count++;
    return count;
  }
}
