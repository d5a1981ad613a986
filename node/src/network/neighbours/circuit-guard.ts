import { KeyedBuckets, type Rate } from "../../token-bucket.ts";

/**
 * As a relay: how often peers of one customer (an IPv4 address, an IPv6 /56) have a circuit made towards one peer. That
 * peer takes few at a time; who could fill them from one place, with as many ids as he likes, would cut it off. No I/O, no
 * clock.
 */
export class CircuitGuard {
  readonly #buckets: KeyedBuckets;

  constructor(rate: Rate, rememberedPairs: number) {
    this.#buckets = new KeyedBuckets(rate, rememberedPairs);
  }

  /** Whether to make one more; undefined is a customer who is not counted. */
  admit(customer: string | undefined, towards: string, now: number): boolean {
    return customer === undefined || this.#buckets.get(`${customer} ${towards}`, now).take(1, now);
  }
}
