import { expect, test } from "vitest";
import { ADD, instantiateKernel, KEEP, SQUARED_RELU } from "../../../../node/src/embedders/neural/kernel.ts";
import { KERNEL_BYTES } from "../../../../node/src/embedders/neural/kernel-bytes.ts";
import { KernelArena } from "../../../../node/src/embedders/neural/kernel-memory.ts";
import { compileKernel, KERNELS } from "../../../../scripts/build-kernel.ts";

const MOST_BYTES = 2048;

function kernelWithMemory() {
  const kernel = instantiateKernel();
  const arena = new KernelArena(kernel);
  const read = (at: number, length: number) => Array.from(new Float32Array(kernel.memory.buffer, at, length));
  return { kernel, arena, read };
}

test("the bytes are what the source compiles to, and few", async () => {
  const binary = await compileKernel(KERNELS.embedder);
  expect(Buffer.from(binary).equals(Buffer.from(KERNEL_BYTES, "base64"))).toBe(true);
  expect(binary.length).toBeLessThan(MOST_BYTES);
});

test("sums of the largest integers are exact", () => {
  const { kernel, arena, read } = kernelWithMemory();
  const inner = 512;
  const a = arena.integers(new Int16Array(2 * inner).fill(32_767, 0, inner).fill(-32_767, inner));
  const b = arena.integers(new Int16Array(8 * inner).fill(-128));
  const ones = arena.floats(new Float32Array(8).fill(1));
  const bias = arena.floats(new Float32Array(8));
  const out = arena.floats(new Float32Array(16));
  kernel.integerProduct(a, ones, b, ones, bias, out, 32, 2, inner, 8, KEEP);
  const sum = Math.fround(32_767 * 128 * inner);
  expect(read(out, 16)).toEqual([...Array(8).fill(-sum), ...Array(8).fill(sum)]);
});

test("a product is kept, added, or made positive and squared", () => {
  const { kernel, arena, read } = kernelWithMemory();
  // Rows (1, 2) and (−3, 4), times columns (c, 1) for c = 0…7; then · 2 · ½ + 1.
  const a = arena.integers(Int16Array.of(1, 2, -3, 4));
  const b = arena.integers(Int16Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? at / 2 : 1)));
  const rowScales = arena.floats(Float32Array.of(2, 2));
  const columnScales = arena.floats(new Float32Array(8).fill(0.5));
  const bias = arena.floats(new Float32Array(8).fill(1));
  const out = arena.floats(new Float32Array(16));
  const expected = [
    ...Array.from({ length: 8 }, (_, c) => c + 2 + 1),
    ...Array.from({ length: 8 }, (_, c) => -3 * c + 4 + 1),
  ];
  const multiply = (then: number) => {
    kernel.integerProduct(a, rowScales, b, columnScales, bias, out, 32, 2, 2, 8, then);
    return read(out, 16);
  };
  expect(multiply(KEEP)).toEqual(expected);
  expect(multiply(ADD)).toEqual(expected.map((value) => 2 * value));
  expect(multiply(SQUARED_RELU)).toEqual(expected.map((value) => Math.max(0, value) ** 2));
});

test("rows are rounded to 16 bits, a row of zeros to zeros", () => {
  const { kernel, arena, read } = kernelWithMemory();
  const values = [-4, 2, 1, 0.5, 0.25, 3, -1, 0, ...Array<number>(8).fill(0)];
  const input = arena.floats(Float32Array.from(values));
  const out = arena.reserve(32);
  const scales = arena.reserve(8);
  kernel.quantise(input, out, scales, 2, 8);
  const [scale = 0, zero] = read(scales, 2);
  const integers = Array.from(new Int16Array(kernel.memory.buffer, out, 16));
  expect(integers[0]).toBe(-32_767);
  expect(integers.slice(8)).toEqual(Array(8).fill(0));
  expect(zero).toBe(0);
  for (const [at, integer] of integers.entries())
    expect(Math.abs(integer * scale - (values[at] ?? Number.NaN))).toBeLessThanOrEqual(scale * 0.501);
});

test.each([1, 2, 3, 4, 5, 61])("a softmax over %i numbers", (count) => {
  const { kernel, arena, read } = kernelWithMemory();
  const values = Array.from({ length: count }, (_, at) => Math.fround(((at * 37) % 61) - 90 * (at % 2)));
  const powers = values.map((value) => Math.exp(value - Math.max(...values)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const row = arena.floats(Float32Array.from([...values, 1e9, 1e9, 1e9]));
  kernel.softmax(row, 1024, 1, count);
  for (const [at, value] of read(row, count).entries())
    expect(Math.abs(value - (powers[at] ?? Number.NaN) / total)).toBeLessThan(3e-7);
});
