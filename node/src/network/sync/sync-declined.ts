import {
  type DigestSum,
  type Item,
  type ItemRange,
  LiveSet,
  type LiveSetView,
  latin1Of,
  limits,
} from "@action-collective/protocol";
import {
  MAX_SYNC_DECLINED,
  SYNC_DECLINED_MS,
  SYNC_EARLY_RETRY_AT_MOST_MS,
  SYNC_EARLY_RETRY_MS,
} from "../limits.ts";

interface Declined {
  readonly item: Item;
  readonly until: number;
}

/**
 * Items that this peer was given and did not take: older than what it holds, early, over a quota. They are a set of
 * their own, so that a neighbour who holds them is told apart from one who has something for us. Only what was read in
 * full and rightly signed gets here: what a neighbour merely says cannot keep anything from us. Bounded: the oldest is
 * forgotten.
 */
export class DeclinedItems {
  readonly #set = new LiveSet();
  readonly #known = new Map<string, Declined>();
  #swept = 0;

  get size(): number {
    return this.#known.size;
  }

  /** @param early the record is dated ahead of our clock. */
  add(item: Item, { early, now }: { readonly early: boolean; readonly now: number }): void {
    const due = item.created - limits.clockSkewMs - now;
    const wait = Math.min(Math.max(due, SYNC_EARLY_RETRY_MS), SYNC_EARLY_RETRY_AT_MOST_MS);
    const key = latin1Of(item.digest);
    this.#forget(key);
    this.#known.set(key, { item, until: now + (early ? wait : SYNC_DECLINED_MS) });
    this.#set.add(item);
    if (this.#known.size <= MAX_SYNC_DECLINED) return;
    const oldest = this.#known.keys().next();
    if (!oldest.done) this.#forget(oldest.value);
  }

  has(item: Item): boolean {
    return this.#set.has(item);
  }

  get set(): LiveSetView {
    return this.#set;
  }

  sum(range: ItemRange): DigestSum {
    return this.#set.sum(range);
  }

  /** Before a session: forgets what may be tried again, and what has been taken since. */
  sweep(live: LiveSetView, now: number): void {
    if (this.#known.size === 0 || now < this.#swept + SYNC_EARLY_RETRY_MS / 2) return;
    this.#swept = now;
    for (const [key, { item, until }] of this.#known) if (until <= now || live.has(item)) this.#forget(key);
  }

  #forget(key: string): void {
    const known = this.#known.get(key);
    if (known === undefined) return;
    this.#known.delete(key);
    this.#set.delete(known.item);
  }
}
