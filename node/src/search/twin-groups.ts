/**
 * Documents with identical vectors, as groups with one label. A graph full of identical points links them to each
 * other and to nothing else, and its recall collapses; so the graph holds each vector once, under the number of
 * the first document that had it, and a hit on the label stands for all members.
 */
export class TwinGroups {
  readonly #codesOf: (number: number) => Int8Array | undefined;
  /** Fingerprint → label of the first group with it. Another vector with the same fingerprint just stays apart. */
  readonly #labels = new Map<number, number>();
  readonly #members = new Map<number, { readonly fingerprint: number; readonly numbers: Set<number> }>();
  readonly #labelOf = new Map<number, number>();

  /** `codesOf` finds the codes of a document that is a member. */
  constructor(codesOf: (number: number) => Int8Array | undefined) {
    this.#codesOf = codesOf;
  }

  /** Distinct vectors. */
  get size(): number {
    return this.#members.size;
  }

  labels(): IterableIterator<number> {
    return this.#members.keys();
  }

  members(label: number): Iterable<number> {
    return this.#members.get(label)?.numbers ?? [];
  }

  /** Any member's codes: they are all the same. */
  codesOfLabel(label: number): Int8Array | undefined {
    for (const number of this.members(label)) return this.#codesOf(number);
    return undefined;
  }

  /** Takes a document in; returns its label, which is its own number when it is the first of its kind. */
  add(number: number, codes: Int8Array): number {
    const fingerprint = fingerprintOf(codes);
    const label = this.#labels.get(fingerprint);
    if (label !== undefined && equal(this.codesOfLabel(label), codes)) {
      this.#members.get(label)?.numbers.add(number);
      this.#labelOf.set(number, label);
      return label;
    }
    if (label === undefined) this.#labels.set(fingerprint, number);
    this.#members.set(number, { fingerprint, numbers: new Set([number]) });
    this.#labelOf.set(number, number);
    return number;
  }

  /** Takes a document out; returns the label if that was the last member, so that its point is now nobody's. */
  remove(number: number): number | undefined {
    const label = this.#labelOf.get(number);
    this.#labelOf.delete(number);
    const group = label === undefined ? undefined : this.#members.get(label);
    if (label === undefined || group === undefined) return undefined;
    group.numbers.delete(number);
    if (group.numbers.size > 0) return undefined;
    this.#members.delete(label);
    if (this.#labels.get(group.fingerprint) === label) this.#labels.delete(group.fingerprint);
    return label;
  }
}

/** 52 bits of two FNV-style hashes: collisions are harmless, so this need be no more than quick. */
function fingerprintOf(codes: Int8Array): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (const code of codes) {
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) ^ (low >>> 15);
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0);
}

function equal(left: Int8Array | undefined, right: Int8Array): boolean {
  if (left === undefined) return false;
  return left.every((code, index) => code === right[index]);
}
