import { HOPS } from "./constants.ts";
import type { TrustGraph } from "./trust-graph.ts";

/** Ways that are shown of those that lead to a person. */
const SHOWN = 3;

/** By person: how much comes by the best way of so many hops, and from whom it comes. */
interface Hop {
  readonly shares: Float64Array;
  readonly from: Int32Array;
}

/** The ways by which trust comes to a person. All are found at once, so that to explain fifty raters is as cheap as one. */
export class Ways {
  readonly #hops: readonly Hop[];
  /** Who vouches for each person: where they begin, who, and which part of what arrives there is handed on. */
  readonly #begins: Int32Array;
  readonly #sources: Int32Array;
  readonly #parts: Float64Array;

  /** @param handsOn how much of what arrives at a person goes on from there, 0 to 1 */
  constructor(graph: TrustGraph, handsOn: (person: number) => number) {
    const { size, offsets, targets, parts, firstHops } = graph;
    this.#begins = new Int32Array(size + 1);
    for (const to of targets) this.#begins[to + 1] = (this.#begins[to + 1] ?? 0) + 1;
    for (let person = 0; person < size; person++)
      this.#begins[person + 1] = (this.#begins[person + 1] ?? 0) + (this.#begins[person] ?? 0);
    this.#sources = new Int32Array(targets.length);
    this.#parts = new Float64Array(targets.length);
    const filled = this.#begins.slice(0, size);
    const first: Hop = { shares: new Float64Array(size), from: new Int32Array(size).fill(-1) };
    for (const [person, share] of firstHops) first.shares[person] = share;
    for (let from = 0; from < size; from++) {
      const [begin, end] = [offsets[from] ?? 0, offsets[from + 1] ?? 0];
      const passed = handsOn(from);
      for (let edge = begin; edge < end; edge++) {
        const to = targets[edge] ?? 0;
        const place = filled[to] ?? 0;
        filled[to] = place + 1;
        this.#sources[place] = from;
        this.#parts[place] = passed * (parts[edge] ?? 0);
      }
    }
    const hops = [first];
    for (let last = first; hops.length < HOPS; hops.push(last)) last = this.#next(last, size);
    this.#hops = hops;
  }

  /** Those through which most comes, the best first; each from its first hop to the person. */
  to(person: number): number[][] {
    const found: { share: number; persons: number[] }[] = [];
    const direct = this.#hops[0]?.shares[person] ?? 0;
    if (direct > 0) found.push({ share: direct, persons: [person] });
    for (const [hop, { shares }] of this.#hops.slice(0, HOPS - 1).entries())
      for (let edge = this.#begins[person] ?? 0; edge < (this.#begins[person + 1] ?? 0); edge++) {
        const from = this.#sources[edge] ?? 0;
        const share = (this.#parts[edge] ?? 0) * (shares[from] ?? 0);
        if (share > 0) found.push({ share, persons: [...this.#back(hop, from), person] });
      }
    // Whoever was passed before is no way but a round.
    const straight = found.filter(({ persons }) => new Set(persons).size === persons.length);
    straight.sort((a, b) => b.share - a.share || a.persons.length - b.persons.length);
    return straight.slice(0, SHOWN).map(({ persons }) => persons);
  }

  #next({ shares }: Hop, size: number): Hop {
    const next: Hop = { shares: new Float64Array(size), from: new Int32Array(size).fill(-1) };
    for (let to = 0; to < size; to++)
      for (let edge = this.#begins[to] ?? 0; edge < (this.#begins[to + 1] ?? 0); edge++) {
        const from = this.#sources[edge] ?? 0;
        const share = (this.#parts[edge] ?? 0) * (shares[from] ?? 0);
        if (share <= (next.shares[to] ?? 0)) continue;
        next.shares[to] = share;
        next.from[to] = from;
      }
    return next;
  }

  #back(hop: number, person: number): number[] {
    const persons = [person];
    for (let at = hop; at > 0; at--) {
      const before = this.#hops[at]?.from[persons[0] ?? 0] ?? -1;
      persons.unshift(before);
    }
    return persons;
  }
}
