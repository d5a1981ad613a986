/** A seeded stream of numbers in [0, 1): xoshiro128** (Blackman, Vigna 2018), seeded by splitmix32 over seed and name. */
export type Stream = () => number;

/** One stream for each purpose, so that one more draw for one purpose changes nothing for the others. */
export function streamOf(seed: number, name: string): Stream {
  let mixed = seed >>> 0;
  for (const character of name) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const next32 = () => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [next32(), next32(), next32(), next32()];
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return result / 2 ** 32;
  };
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

export function below(random: Stream, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(random: Stream, items: readonly T[]): T | undefined {
  return items[below(random, items.length)];
}

/** `count` different items in random order; all of them when there are fewer. */
export function sample<T>(random: Stream, items: Iterable<T>, count: number): T[] {
  const pool = [...items];
  const chosen: T[] = [];
  while (chosen.length < count && pool.length > 0) {
    const at = below(random, pool.length);
    const last = pool.pop();
    const item = pool[at] ?? last;
    if (item === undefined || last === undefined) break;
    if (at < pool.length) pool[at] = last;
    chosen.push(item);
  }
  return chosen;
}

/** Normally distributed around 0 with deviation 1 (Box, Muller 1958). */
export function normal(random: Stream): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
