export interface Rate {
  /** Tokens at rest: the largest burst. */
  capacity: number;
  perSecond: number;
}

/** A token bucket. Time is passed in, in milliseconds; a clock that is set back gains nothing and loses nothing. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.capacity;
    this.#at = now;
  }

  /** Takes `amount` tokens if they are there. */
  take(amount: number, now: number): boolean {
    this.#refill(now);
    if (this.#tokens < amount) return false;
    this.#tokens -= amount;
    return true;
  }

  /** Takes tokens that were spent already; the bucket may go below zero and must recover first. */
  charge(amount: number, now: number): void {
    this.#refill(now);
    this.#tokens -= amount;
  }

  /** Milliseconds until `amount` tokens are there. */
  waitFor(amount: number, now: number): number {
    this.#refill(now);
    const missing = Math.min(amount, this.#rate.capacity) - this.#tokens;
    return missing <= 0 ? 0 : Math.ceil((missing / this.#rate.perSecond) * 1_000);
  }

  #refill(now: number): void {
    const gained = (Math.max(0, now - this.#at) / 1_000) * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.capacity, this.#tokens + gained);
    this.#at = now;
  }
}

/** One bucket per key, for at most `maxKeys` keys; the one longest unused is forgotten (and so is full again). */
export class KeyedBuckets {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #rate: Rate;
  readonly #maxKeys: number;

  constructor(rate: Rate, maxKeys: number) {
    this.#rate = rate;
    this.#maxKeys = maxKeys;
  }

  get(key: string, now: number): TokenBucket {
    const known = this.#buckets.get(key);
    const bucket = known ?? new TokenBucket(this.#rate, now);
    // Re-inserting keeps the map in order of last use.
    if (known) this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#maxKeys) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    return bucket;
  }
}
