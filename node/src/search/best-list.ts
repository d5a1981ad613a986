/** What a vector search answers: document numbers and their cosines, side by side. */
export interface Neighbour {
  readonly number: number;
  readonly cosine: number;
}

/** Better first; equal cosines in order of number, so that every engine gives the same answer. */
export function compareNeighbours(left: Neighbour, right: Neighbour): number {
  return right.cosine - left.cosine || left.number - right.number;
}

/**
 * Keeps the best `limit` of any number of neighbours: gathers up to twice as many, then sorts and cuts, so that
 * an offer costs O(log limit) on average and a poor one a single comparison.
 */
export class BestList {
  readonly #limit: number;
  #kept: Neighbour[] = [];
  /** Nothing below this can still be among the best. */
  #floor = Number.NEGATIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Nothing below this is taken. */
  get floor(): number {
    return this.#floor;
  }

  offer(number: number, cosine: number): void {
    if (cosine < this.#floor) return;
    this.#kept.push({ number, cosine });
    if (this.#kept.length >= this.#limit * 2) this.#cut();
  }

  /** The best, best first. */
  list(): readonly Neighbour[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept = this.#kept.sort(compareNeighbours).slice(0, this.#limit);
    if (this.#kept.length === this.#limit) {
      this.#floor = this.#kept.at(-1)?.cosine ?? Number.NEGATIVE_INFINITY;
    }
  }
}
