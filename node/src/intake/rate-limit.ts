/** A bucket that refills with time: `burst` at once, `perSecond` for ever (RFC 2697's single rate, without colours). */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Pure. @returns the bucket after taking one token, or undefined when it is empty. */
export function take(bucket: Bucket | undefined, rate: Rate, now: number): Bucket | undefined {
  const before = bucket ?? { tokens: rate.burst, at: now };
  const refilled = Math.min(rate.burst, before.tokens + (Math.max(0, now - before.at) / 1000) * rate.perSecond);
  return refilled < 1 ? undefined : { tokens: refilled - 1, at: now };
}

/** One bucket per key, for a bounded number of keys; the longest unused is forgotten first, which only refills it. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #rate: Rate;
  readonly #keys: number;

  constructor(rate: Rate, keys: number) {
    this.#rate = rate;
    this.#keys = keys;
  }

  allow(key: string, now: number): boolean {
    const bucket = take(this.#buckets.get(key), this.#rate, now);
    if (bucket === undefined) return false;
    this.#buckets.delete(key);
    if (this.#buckets.size >= this.#keys) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    this.#buckets.set(key, bucket);
    return true;
  }
}
