/** Slots have 24 bits and scores at most 28 (see word-index.ts): both fit a double, and comparing it compares both. */
const SLOT_RANGE = 2 ** 24;

export interface Scored {
  readonly slot: number;
  readonly score: number;
}

/** The best `count` of `scores` by slot that `lives`, best first; of equals the lower slot, who was here first. */
export function topScores(
  scores: Uint32Array,
  slots: number,
  count: number,
  lives: (slot: number) => boolean,
): Scored[] {
  const top = new TopScores(count);
  for (let slot = 0; slot < slots; slot++) {
    const score = scores[slot] as number;
    if (score > top.floor && lives(slot)) top.offer(slot, score);
  }
  return top.list();
}

/** Keeps the best of what is offered, in growing order of slot: gathers twice as many as wanted, then sorts and cuts. */
export class TopScores {
  readonly #count: number;
  readonly #keys: Float64Array;
  #filled = 0;
  /** A score that is not above this comes too late: as good a one with a lower slot has its place. */
  floor = 0;

  constructor(count: number) {
    this.#count = count;
    this.#keys = new Float64Array(Math.max(2, count * 2));
  }

  offer(slot: number, score: number): void {
    this.#keys[this.#filled++] = score * SLOT_RANGE + (SLOT_RANGE - 1 - slot);
    if (this.#filled === this.#keys.length) this.#cut();
  }

  list(): Scored[] {
    this.#cut();
    return Array.from(this.#keys.subarray(0, this.#filled), (key) => ({
      slot: SLOT_RANGE - 1 - (key % SLOT_RANGE),
      score: Math.floor(key / SLOT_RANGE),
    }));
  }

  #cut(): void {
    const keys = this.#keys.subarray(0, this.#filled).sort().reverse();
    this.#filled = Math.min(keys.length, this.#count);
    if (this.#filled === this.#count) this.floor = Math.floor((keys[this.#count - 1] as number) / SLOT_RANGE);
  }
}

/** Bins of the histogram: a bound within a thousandth of the best score is as good as exact. */
const BINS = 1_024;

/** A score that at least `count` living slots reach; 0 where fewer have any. `most` is no less than any score. */
export function lowerBoundOfTop(
  scores: Uint32Array,
  slots: number,
  count: number,
  most: number,
  lives: (slot: number) => boolean,
): number {
  const bins = new Uint32Array(BINS + 1);
  const perBin = most / BINS;
  for (let slot = 0; slot < slots; slot++) {
    const score = scores[slot] as number;
    if (score === 0 || !lives(slot)) continue;
    const bin = Math.floor(score / perBin);
    bins[bin] = (bins[bin] as number) + 1;
  }
  let above = 0;
  for (let bin = BINS; bin >= 0; bin--) {
    above += bins[bin] as number;
    if (above >= count) return Math.ceil(bin * perBin);
  }
  return 0;
}
