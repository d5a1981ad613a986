import { type Rate, TokenBucket } from "../token-bucket.ts";
import { type Division, divide } from "./division.ts";
import { ACTIVE_MS, DIVIDE_EVERY_MS, EARNED_SHARE, IDLE_ABOVE, MAX_DEBT, NEWCOMERS_BURST } from "./limits.ts";

export interface RationLimits {
  /** What a peer with a newcomer's share may use at once while others want something too. */
  readonly burst: number;
  /** What all peers together get. */
  readonly total: Rate;
  /** Peers that are remembered; the one longest unseen is forgotten first. */
  readonly maxPeers: number;
}

/** What one peer may still use; below zero when it took more while there was plenty. */
interface Claim {
  share: number;
  tokens: number;
  /** What its class had been given for each unit of share when the tokens were last counted. */
  countedAt: number;
  seen: number;
}

/**
 * One capacity, given to many peers. While more than half of the total is there, whoever asks is served: idle capacity is not
 * withheld. Below that each peer has a claim of its own, and the total's rate is divided among the claims of those who ask,
 * in proportion to their shares; those without an earned share together get no more of it than those with one, and at once
 * no more than a quarter of the total, so that no number of fresh keys pushes out who gave. Time is passed in, in
 * milliseconds; no I/O.
 */
export class Ration {
  readonly #limits: RationLimits;
  readonly #share: (peer: string) => number;
  readonly #total: TokenBucket;
  readonly #claims = new Map<string, Claim>();
  readonly #newcomersBurst: number;
  #newcomers: number;
  /** What each unit of share was given so far, by class. */
  #given = { earned: 0, newcomer: 0 };
  #division: Division;
  #dividedAt: number;
  #at: number;

  /** @param share of a newcomer's ration that a peer gets, see `shareOf` */
  constructor(limits: RationLimits, share: (peer: string) => number, now: number) {
    this.#limits = limits;
    this.#share = share;
    this.#total = new TokenBucket(limits.total, now);
    this.#newcomersBurst = NEWCOMERS_BURST * limits.total.capacity;
    this.#newcomers = this.#newcomersBurst;
    this.#division = divide([], limits.total.perSecond);
    this.#dividedAt = now;
    this.#at = now;
  }

  /** Milliseconds until this peer may use `amount`; 0: now. To ask is to want: it counts among those who share. */
  waitFor(peer: string, amount: number, now: number): number {
    const claim = this.#claimOf(peer, now);
    const untilIdle = this.#untilIdle(now);
    if (untilIdle === 0) return 0;
    const { newcomersRate, perShare } = this.#division;
    const { share, tokens } = claim;
    const own = millis(Math.min(amount, this.#burst(share)) - tokens, share * perShare[classOf(share)]);
    const newcomers =
      share < EARNED_SHARE
        ? millis(Math.min(amount, this.#newcomersBurst) - this.#newcomers, newcomersRate)
        : 0;
    return Math.min(untilIdle, Math.max(own, newcomers, this.#total.waitFor(amount, now)));
  }

  /** Takes what was used, whether or not it was there. */
  charge(peer: string, amount: number, now: number): void {
    const claim = this.#claimOf(peer, now);
    claim.tokens = Math.max(claim.tokens - amount, -MAX_DEBT * this.#burst(claim.share));
    if (claim.share < EARNED_SHARE && this.#untilIdle(now) > 0) this.#newcomers -= amount;
    this.#total.charge(amount, now);
  }

  #untilIdle(now: number): number {
    return this.#total.waitFor(IDLE_ABOVE * this.#limits.total.capacity, now);
  }

  #burst(share: number): number {
    return this.#limits.burst * share;
  }

  #claimOf(peer: string, now: number): Claim {
    this.#advance(now);
    const share = this.#share(peer);
    const given = this.#given[classOf(share)];
    const known = this.#claims.get(peer);
    const claim = known ?? { share, tokens: this.#burst(share), countedAt: given, seen: now };
    // Re-inserting keeps the map in order of last use.
    if (known) this.#claims.delete(peer);
    this.#claims.set(peer, claim);
    if (this.#claims.size > this.#limits.maxPeers) {
      const oldest = this.#claims.keys().next();
      if (!oldest.done) this.#claims.delete(oldest.value);
    }
    // One that changed its class begins to count in the new one.
    const gained = classOf(claim.share) === classOf(share) ? share * (given - claim.countedAt) : 0;
    claim.share = share;
    claim.tokens = Math.min(this.#burst(share), claim.tokens + gained);
    claim.countedAt = given;
    claim.seen = now;
    return claim;
  }

  #advance(now: number): void {
    const seconds = Math.max(0, now - this.#at) / 1_000;
    this.#at = now;
    const { perShare, newcomersRate } = this.#division;
    this.#given.earned += seconds * perShare.earned;
    this.#given.newcomer += seconds * perShare.newcomer;
    this.#newcomers = Math.min(this.#newcomersBurst, this.#newcomers + seconds * newcomersRate);
    if (Math.abs(now - this.#dividedAt) < DIVIDE_EVERY_MS) return;
    this.#dividedAt = now;
    const active: number[] = [];
    for (const { share, seen } of this.#claims.values())
      if (Math.abs(now - seen) <= ACTIVE_MS) active.push(share);
    this.#division = divide(active, this.#limits.total.perSecond);
  }
}

function classOf(share: number): "earned" | "newcomer" {
  return share < EARNED_SHARE ? "newcomer" : "earned";
}

function millis(missing: number, perSecond: number): number {
  return missing <= 0 ? 0 : Math.ceil((missing / perSecond) * 1_000);
}
