import { expect, test } from "vitest";
import { slopeOf } from "./slope.ts";

/** Two minutes of samples, one every ten seconds. */
const samples = (value: (at: number) => number) =>
  Array.from({ length: 12 }, (_, at) => ({ hours: (at * 10) / 3_600, value: value(at) }));
/** No trend and no likeness of neighbours: +, −, −, + over and over. */
const noise = (at: number) => ([1, -1, -1, 1][at % 4] ?? 0) * 0.5;

test("a straight line is found exactly", () => {
  const slope = slopeOf(samples((at) => 5 + (at * 10) / 3_600));
  expect(slope?.perHour).toBeCloseTo(1, 9);
  expect(slope?.distinguishable).toBe(true);
});

test("growth stands out from noise, noise alone does not", () => {
  const growing = slopeOf(samples((at) => at + noise(at)));
  expect(growing?.perHour).toBeGreaterThan(300);
  expect(growing?.distinguishable).toBe(true);
  const level = slopeOf(samples((at) => 100 + noise(at)));
  expect(Math.abs(level?.perHour ?? Number.NaN)).toBeLessThan(level?.uncertainty ?? 0);
  expect(level?.distinguishable).toBe(false);
});

test("a slow wave is no trend, though neighbouring samples resemble each other", () => {
  const wave = Array.from({ length: 60 }, (_, at) => ({
    hours: (at * 10) / 3_600,
    value: Math.cos((2 * Math.PI * at) / 30),
  }));
  expect(slopeOf(wave)?.distinguishable).toBe(false);
});

test("too little to go by is no slope", () => {
  expect(slopeOf(samples(() => 1).slice(0, 2))).toBeUndefined();
  expect(slopeOf([0, 0, 0].map((hours) => ({ hours, value: 1 })))).toBeUndefined();
});
