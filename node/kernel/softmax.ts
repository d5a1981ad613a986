import { highestOf, sumOf } from "./rows";

/** Less than any score: what it becomes is too small to change a sum. */
const NOTHING: f32 = -1e30;
/** 2⁻¹⁰⁰ counts for nothing beside 1, and its exponent is far from where floats lose bits. */
const LOWEST: f32 = -100;
const LOG2_E = <f32>Math.LOG2E;

/** Each row becomes eˣ / Σ eˣ over its first `count` floats; up to three floats behind them are overwritten. */
export function softmax(row: usize, stride: usize, rows: usize, count: usize): void {
  for (const last = row + rows * stride; row < last; row += stride) {
    const end = row + count * 4;
    v128.store(end, f32x4.splat(NOTHING));
    let lanes = f32x4.splat(NOTHING);
    for (let at = row; at < end; at += 16) lanes = f32x4.pmax(lanes, v128.load(at));
    const highest = f32x4.splat(highestOf(lanes));
    lanes = f32x4.splat(0);
    for (let at = row; at < end; at += 16) {
      const value = exponential(f32x4.sub(v128.load(at), highest));
      v128.store(at, value);
      lanes = f32x4.add(lanes, value);
    }
    const share = f32x4.splat(1 / sumOf(lanes));
    for (let at = row; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), share));
  }
}

/** eˣ for x ≤ 0: 2 to the nearest whole number, by its bits, times the Taylor polynomial of 2 to the rest (error < 2⁻²²). */
function exponential(x: v128): v128 {
  const power = f32x4.pmax(f32x4.splat(LOWEST), f32x4.mul(x, f32x4.splat(LOG2_E)));
  const whole = f32x4.nearest(power);
  const rest = f32x4.sub(power, whole);
  let value = f32x4.splat(1.540353e-4);
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(1.3333558e-3));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(9.6181291e-3));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(5.5504109e-2));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(2.4022651e-1));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(6.9314718e-1));
  value = f32x4.add(f32x4.mul(value, rest), f32x4.splat(1));
  return i32x4.add(value, i32x4.shl(i32x4.trunc_sat_f32x4_s(whole), 23));
}
