import type { Random } from "./random.ts";

/** What decoders trip over: heads of every kind, lengths at the edges, unfinished texts, tags, floats. */
const TOKENS: readonly [string, ...string[]] = [
  "00",
  "1817",
  "1bffffffffffffffff",
  "1b0020000000000000",
  "3bffffffffffffffff",
  "40",
  "5f",
  "5bffffffffffffffff",
  "60",
  "62c328",
  "63efbbbf",
  "7f",
  "80",
  "9f",
  "9affffffff",
  "a0",
  "bf",
  "bb7fffffffffffffff",
  "a1695f5f70726f746f5f5f00",
  // Data that duck typing takes for a CID: { "/": "x", "bytes": "x" }.
  "a2612f61786562797465736178",
  "c1",
  "d82a",
  "d82a58250001711220",
  "f4",
  "f6",
  "f7",
  "f90000",
  "fa00000000",
  "fb7ff8000000000000",
  "fb8000000000000000",
  "fb3ff8000000000000",
  "ff",
  "81818181818181818181818181818181818181818181818181818181818181818181",
  "2f",
  "e2808b",
  "f3a08181",
];

/** The largest input: a little more than the largest message that decoders accept. */
const MOST_BYTES = 20 * 1024;

/** A few random changes of `input`; `other` is another input to take pieces from. */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes: number[] = [...input];
  for (let changes = 1 + random.below(4); changes > 0; changes--) bytes = change(bytes, other, random);
  return Uint8Array.from(bytes.slice(0, MOST_BYTES));
}

function change(bytes: number[], other: Uint8Array, random: Random): number[] {
  const at = random.below(bytes.length + 1);
  const length = 1 + random.below(8);
  switch (random.below(8)) {
    case 0:
      return bytes.map((byte, i) => (i === at ? byte ^ (1 << random.below(8)) : byte));
    case 1:
      return bytes.map((byte, i) => (i === at ? random.below(256) : byte));
    case 2:
      return bytes.toSpliced(at, length);
    case 3:
      return bytes.toSpliced(at, 0, ...Buffer.from(random.pick(TOKENS), "hex"));
    case 4:
      return bytes.toSpliced(at, length, ...Buffer.from(random.pick(TOKENS), "hex"));
    case 5: {
      const from = random.below(other.length + 1);
      return bytes.toSpliced(at, length, ...other.subarray(from, from + 1 + random.below(64)));
    }
    case 6:
      return bytes.toSpliced(at, 0, ...bytes.slice(at, at + length * 4));
    default:
      return bytes.slice(0, at);
  }
}
