import type { People } from "./people.ts";
import { loudness, type Walk } from "./walk.ts";

/** How loud everybody speaks, by the branch through which their voice came. */
export class Voices {
  readonly columns: number;
  readonly #people: People;
  readonly #walk: Walk;
  /** By row, and by row · columns + column. */
  readonly #whole: Float64Array;
  readonly #parts: Float64Array;

  constructor(people: People, walk: Walk) {
    this.columns = walk.columns;
    this.#people = people;
    this.#walk = walk;
    this.#whole = new Float64Array(walk.reached.length);
    this.#parts = new Float64Array(walk.mass.length);
    for (const [row, person] of walk.reached.entries()) {
      const total = walk.total[row] ?? 0;
      if (total === 0) continue;
      // Who is heard in full could lose most of its share to distrust and be as loud as before: so it takes voice, too.
      const kept = walk.kept[row] ?? 1;
      const voice = people.reliability(person) * kept * loudness(total / kept);
      this.#whole[row] = voice;
      for (let at = row * walk.columns; at < (row + 1) * walk.columns; at++)
        this.#parts[at] = (voice * (walk.mass[at] ?? 0)) / total;
    }
  }

  /** Where a peer's voice is kept; -1 where no walk leads to it. */
  row(peer: number): number {
    return this.#walk.rows[this.#people.person(peer)] ?? -1;
  }

  /** 0 to 1; 0 for those to whom no walk leads, and for the discredited. */
  of(peer: number): number {
    if (this.#people.discredited(peer)) return 0;
    return this.#whole[this.row(peer)] ?? 0;
  }

  /** Adds what a peer says to each branch. */
  add(peer: number, pass: number, passes: Float64Array, failure: number, failures: Float64Array): void {
    const row = this.row(peer);
    if (row < 0 || this.of(peer) === 0) return;
    for (let column = 0; column < this.columns; column++) {
      const loud = this.#parts[row * this.columns + column] ?? 0;
      if (loud === 0) continue;
      passes[column] = (passes[column] ?? 0) + loud * pass;
      failures[column] = (failures[column] ?? 0) + loud * failure;
    }
  }

  /** How loud a peer is after its branches were cut down. */
  left(peer: number, { said, counted }: Readonly<Record<"said" | "counted", Float64Array>>): number {
    const row = this.row(peer);
    if (row < 0 || this.of(peer) === 0) return 0;
    let sum = 0;
    for (let column = 0; column < this.columns; column++) {
      const whole = said[column] ?? 0;
      if (whole > 0)
        sum += ((this.#parts[row * this.columns + column] ?? 0) * (counted[column] ?? 0)) / whole;
    }
    return sum;
  }
}
