import fc from "fast-check";

/** Text that CBOR can carry: no halves of surrogate pairs. */
export const text = fc.string({ unit: "grapheme", maxLength: 40 });

/** Numbers that JSON carries; -0 is left out because neither JSON nor dag-cbor tells it from 0. */
const number = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => (value === 0 ? 0 : value));

/** JSON at most `depth` levels deep, with hostile keys. */
export function json(depth: number): fc.Arbitrary<unknown> {
  const key = fc.oneof(text, fc.constantFrom("__proto__", "constructor", "toString", "", "/", "bytes"));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", maxDepth: depth },
      fc.oneof(fc.constant(null), fc.boolean(), number, text),
      fc.array(tie("value"), { maxLength: 5 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map(objectOf),
    ),
  }));
  return value as fc.Arbitrary<unknown>;
}

/** Own properties always, even for `__proto__`; with the prototype that decoders give. */
function objectOf(entries: [string, unknown][]): object {
  return Object.fromEntries(entries);
}

/** Random bytes that look like CBOR often enough to get past the first item. */
export const cborLike = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0x17 }),
        fc.integer({ min: 0x40, max: 0x43 }),
        fc.integer({ min: 0x60, max: 0x63 }),
        fc.integer({ min: 0x80, max: 0x83 }),
        fc.integer({ min: 0xa0, max: 0xa3 }),
        fc.constantFrom(
          0x18,
          0x19,
          0x1a,
          0x1b,
          0x20,
          0x38,
          0x58,
          0x78,
          0xd8,
          0x2a,
          0xf4,
          0xf6,
          0xf7,
          0xf9,
          0xfb,
        ),
        fc.integer({ min: 0, max: 255 }),
      ),
      { maxLength: 24 },
    )
    .map((bytes) => Uint8Array.from(bytes)),
);
