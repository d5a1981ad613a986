import fc from "fast-check";
import { expect, test } from "vitest";
import { toCodes } from "../../../../node/src/search/codes.ts";
import { BATCH_ROWS, CodeMemory } from "../../../../node/src/search/vectors/code-memory.ts";
import { KERNEL_BYTES } from "../../../../node/src/search/vectors/kernel-bytes.ts";
import { compileKernel, KERNELS } from "../../../../scripts/build-kernel.ts";
import { randomVector, seeded } from "../helpers.ts";

test("the kernel is what its source compiles to", async () => {
  expect(Buffer.from(await compileKernel(KERNELS.search)).toString("base64")).toBe(
    KERNEL_BYTES.replaceAll("\n", ""),
  );
});

function exact(query: Float32Array, codes: Int8Array): number {
  const length = Math.hypot(...codes);
  return length === 0 ? 0 : query.reduce((sum, value, at) => sum + value * (codes[at] ?? 0), 0) / length;
}

test("cosines are those of the codes, at any width, in any order", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer(),
      (dimensions, count, seed) => {
        const random = seeded(seed);
        const memory = new CodeMemory(dimensions);
        const all = Array.from({ length: count }, () => toCodes(randomVector(random, dimensions)));
        for (const [row, codes] of all.entries()) memory.set(row, codes);
        memory.set(0, all[0]?.fill(0) ?? new Int8Array());
        const query = randomVector(random, dimensions);
        const seen: number[] = [];
        const check = (row: number, cosine: number) => {
          seen.push(row);
          expect(cosine).toBeCloseTo(exact(query, all[row] ?? new Int8Array()), 3);
        };
        memory.scan(query, count, () => -2, check);
        const some = Uint32Array.from([count - 1, 0, count >> 1]);
        memory.scanRows(query, some, check);
        expect(seen).toEqual([...all.keys(), ...some]);
      },
    ),
    { numRuns: 40 },
  );
});

test("the widest vectors of the largest values do not overflow", () => {
  const memory = new CodeMemory(4_096);
  memory.set(0, new Int8Array(4_096).fill(127));
  memory.set(1, new Int8Array(4_096).fill(-127));
  const found: number[] = [];
  memory.scan(
    new Float32Array(4_096).fill(1 / 64),
    2,
    () => -2,
    (_, cosine) => found.push(cosine),
  );
  expect(found[0]).toBeCloseTo(1);
  expect(found[1]).toBeCloseTo(-1);
  expect(() => new CodeMemory(4_097)).toThrow(RangeError);
});

test("growing loses nothing, over many batches", () => {
  const random = seeded(2);
  const count = BATCH_ROWS * 5 + 3;
  const memory = new CodeMemory(256);
  const codes = toCodes(randomVector(random, 256));
  for (let row = 0; row < count; row++)
    memory.set(row, row % 1_000 === 7 ? codes : codes.map((code) => -code));
  const query = Float32Array.from(memory.point(7, 256));
  const found: number[] = [];
  memory.scan(
    query,
    count,
    () => 0.99,
    (row) => found.push(row),
  );
  expect(found).toEqual([...Array(count).keys()].filter((row) => row % 1_000 === 7));
});
