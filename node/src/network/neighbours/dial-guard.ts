import { KeyedBuckets, type Rate, TokenBucket } from "../../token-bucket.ts";
import { placeOf } from "./address-groups.ts";

export interface DialLimits {
  /** Dials to one IPv4 address or IPv6 /56 that came to nothing, and to one group (IPv4 /16, IPv6 /32). */
  customerRate: Rate;
  groupRate: Rate;
  /** Dials of all kinds. */
  totalRate: Rate;
  rememberedTargets: number;
  /** Whether targets that are not public count like others; where all peers are local, dialling them is free. */
  countLocal: boolean;
  /** Whether they are not dialled at all: on the internet they are an invitation to probe our own network. */
  refuseLocal: boolean;
}

/** Names resolve to whatever their owner likes, so all that strangers told us share one bucket. */
const NAMES = "names";

/**
 * Bounds what a liar can make us dial: addresses are hearsay (from the DHT, from identify, through relays) until somebody
 * answers there with the right key. A thousand invented peers at one victim's address cost the victim a few connections a
 * minute from us. A dial that succeeds gives its tokens back, so that many peers at one honest address are all reached.
 * No I/O, no clock.
 */
export class DialGuard {
  readonly #limits: DialLimits;
  readonly #customers: KeyedBuckets;
  readonly #groups: KeyedBuckets;
  readonly #total: TokenBucket;
  readonly #trusted = new Set<string>();
  #heldBack = 0;

  constructor(limits: DialLimits, now: number) {
    this.#limits = limits;
    this.#customers = new KeyedBuckets(limits.customerRate, limits.rememberedTargets);
    this.#groups = new KeyedBuckets(limits.groupRate, limits.rememberedTargets);
    this.#total = new TokenBucket(limits.totalRate, now);
  }

  /** The user named this address, so it is dialled whenever somebody wants to. Bounded by what the user types. */
  trust(address: string): void {
    this.#trusted.add(endpointOf(address));
  }

  /** Whether this address may be dialled now; if so, the tokens are taken. */
  admit(address: string, now: number): boolean {
    if (this.#trusted.has(endpointOf(address))) return true;
    // A socket of this very machine, which libp2p's TCP would open.
    if (address.startsWith("/unix/")) {
      this.#heldBack++;
      return false;
    }
    const { customer, group, local, free } = this.#targetOf(address);
    if (local && this.#limits.refuseLocal) {
      this.#heldBack++;
      return false;
    }
    if (free) return true;
    const buckets = [
      ...(customer === undefined ? [] : [this.#customers.get(customer, now)]),
      ...(group === undefined ? [] : [this.#groups.get(group, now)]),
      this.#total,
    ];
    if (buckets.some((bucket) => bucket.waitFor(1, now) > 0)) {
      this.#heldBack++;
      return false;
    }
    for (const bucket of buckets) bucket.charge(1, now);
    return true;
  }

  /** Whom we looked for was there. */
  succeeded(address: string, now: number): void {
    const { customer, group } = this.#targetOf(address);
    if (customer !== undefined) this.#customers.get(customer, now).charge(-1, now);
    if (group !== undefined) this.#groups.get(group, now).charge(-1, now);
  }

  get heldBack(): number {
    return this.#heldBack;
  }

  #targetOf(address: string): { customer?: string; group?: string; local: boolean; free: boolean } {
    const place = placeOf(address);
    if (!place) return { customer: NAMES, local: false, free: false };
    const local = place.scope !== "public";
    if (local && !this.#limits.countLocal) return { local, free: true };
    return { customer: place.customer, group: place.group, local, free: false };
  }
}

/** Without the peer's id: the user trusts the place. */
function endpointOf(address: string): string {
  return address.replace(/\/p2p\/[^/]+$/, "");
}
