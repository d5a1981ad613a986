/** Share of the places that may be taken: fuller tables are slow to search, emptier ones waste memory. */
const MAX_LOAD = 0.6;
const FIRST_PLACES = 1_024;
/** Where an entry was removed: a search goes on behind it. */
const REMOVED = 0xffff_ffff;

/**
 * From hashes to entries (small whole numbers whose keys lie elsewhere), by open addressing over two typed arrays: 13
 * bytes an entry, where a Map of strings takes a hundred.
 */
export class HashSlots {
  #hashes = new Uint32Array(FIRST_PLACES);
  /** Entry + 1; 0 is a place that was never taken. */
  #entries = new Uint32Array(FIRST_PLACES);
  /** Places that are not 0, removed ones included. */
  #taken = 0;
  #living = 0;

  /** The entry with this hash for which `same` holds, or −1. */
  find(hash: number, same: (entry: number) => boolean): number {
    const mask = this.#entries.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const entry = this.#entries[place] as number;
      if (entry === 0) return -1;
      if (this.#hashes[place] === hash && entry !== REMOVED && same(entry - 1)) return entry - 1;
    }
  }

  /** Adds an entry without looking whether there is an equal one. */
  insert(hash: number, entry: number): void {
    if (this.#taken >= this.#entries.length * MAX_LOAD) this.#grow();
    this.#put(hash >>> 0, entry + 1);
    this.#taken += 1;
    this.#living += 1;
  }

  remove(hash: number, entry: number): void {
    const mask = this.#entries.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const there = this.#entries[place] as number;
      if (there === 0) return;
      if (there !== entry + 1) continue;
      this.#entries[place] = REMOVED;
      this.#living -= 1;
      return;
    }
  }

  #put(hash: number, stored: number): void {
    const mask = this.#entries.length - 1;
    let place = hash & mask;
    while (this.#entries[place] !== 0) place = (place + 1) & mask;
    this.#entries[place] = stored;
    this.#hashes[place] = hash;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const entries = this.#entries;
    // Where most of what was taken has been removed, sweeping is enough.
    const places = this.#living * 2 < this.#taken ? entries.length : entries.length * 2;
    this.#hashes = new Uint32Array(places);
    this.#entries = new Uint32Array(places);
    this.#taken = 0;
    entries.forEach((entry, place) => {
      if (entry === 0 || entry === REMOVED) return;
      this.#put(hashes[place] as number, entry);
      this.#taken += 1;
    });
  }
}
