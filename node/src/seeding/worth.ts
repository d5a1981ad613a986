import type { ActionId } from "@action-collective/protocol";

/** What deciding about one action's blocks rests on. Times in milliseconds since the epoch. */
export interface SeedFacts {
  readonly id: ActionId;
  /** Its blocks together. */
  readonly bytes: number;
  /** Runs of this peer's own, and when the last one was; undefined when there was none. */
  readonly runs: number;
  readonly lastUsed: number | undefined;
  /** Other peers that gave feedback or a verdict on it. */
  readonly voices: number;
  /**
   * Other peers that most likely hold it: its publishers and those whose test of it passed, each counted as far as this
   * peer believes it (0 to 1), so that keys made up for the purpose do not talk a rare action into being common.
   */
  readonly holders: number;
  /** 0 to 1, fixed for one peer and one action and different on every peer (`affinityOf`). */
  readonly affinity: number;
}

/** Any run of one's own outweighs all that others can say of an action of that size (at most 6 times the lot, below). */
const USE_WEIGHT = 16;
/** Half of the value of use is gone after a month of not using it. */
const USE_HALF_LIFE_MS = 30 * 24 * 60 * 60_000;
/** Beyond this, more runs say no more: a loop is not a thousand users. */
const RUNS_COUNTED = 1_000;

/** Voices cost a key each: they count by their logarithm, and from fifteen on no more. */
const VOICE_WEIGHT = 0.5;
const VOICES_COUNTED = 15;

/** What nobody else holds is worth twice what the most voices are; each holder takes its share. */
const SCARCITY_WEIGHT = 4;

/**
 * Peers that know the same would drop the same and lose it for all. So what others say is multiplied by a lot that each peer
 * draws once for each action, exponentially distributed as for a weighted sample (Efraimidis and Spirakis, 2006), cut off
 * where it would outweigh a run of one's own. With room for a quarter of thirty actions on each of twenty peers, 25 outlived
 * their publishers; with a quarter more or less instead, 21 did (`npm run sim:network -- --scenario replication`).
 */
const LARGEST_LOT = 2.6;

/** A file takes a disk block of this size however short it is. */
const SMALLEST_BYTES = 4_096;

/**
 * What keeping an action is worth, for each 4 KiB it takes: own use, how many speak of it, how few hold it. Never
 * negative; more or later use never lowers it. Pure.
 */
export function worthOf(facts: SeedFacts, now: number): number {
  const { runs, lastUsed, voices, holders, affinity, bytes } = facts;
  const age = lastUsed === undefined ? 0 : Math.max(0, now - lastUsed);
  const counted = lastUsed === undefined ? 0 : Math.min(Math.max(runs, 1), RUNS_COUNTED);
  const use = USE_WEIGHT * Math.log2(1 + counted) * 2 ** (-age / USE_HALF_LIFE_MS);
  const popularity = VOICE_WEIGHT * Math.log2(1 + Math.min(voices, VOICES_COUNTED));
  const scarcity = SCARCITY_WEIGHT / (1 + Math.max(holders, 0));
  const lot = affinity >= 1 ? LARGEST_LOT : Math.min(-1 / Math.log(affinity), LARGEST_LOT);
  return (use + (popularity + scarcity) * lot) / (Math.max(bytes, SMALLEST_BYTES) / SMALLEST_BYTES);
}
