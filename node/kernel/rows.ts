/** PyTorch's default, which the model was trained with. */
const EPSILON: f32 = 1e-5;
/** The widest integer that `integerProduct` can take. */
const WIDEST: f32 = 32767;

/** Layer normalisation of rows of `width` floats, a multiple of eight: (x − mean) / √(variance + ε) · weight + bias. */
export function normalise(
  input: usize,
  weight: usize,
  bias: usize,
  out: usize,
  rows: usize,
  width: usize,
): void {
  const bytes = width * 4;
  const share: f32 = 1 / <f32>width;
  for (const last = input + rows * bytes; input < last; input += bytes, out += bytes) {
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) sums = f32x4.add(sums, v128.load(input + at));
    const mean = f32x4.splat(sumOf(sums) * share);
    sums = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const apart = f32x4.sub(v128.load(input + at), mean);
      sums = f32x4.add(sums, f32x4.mul(apart, apart));
    }
    const scale = f32x4.splat(1 / sqrt<f32>(sumOf(sums) * share + EPSILON));
    for (let at: usize = 0; at < bytes; at += 16) {
      const apart = f32x4.mul(f32x4.sub(v128.load(input + at), mean), scale);
      v128.store(out + at, f32x4.add(f32x4.mul(apart, v128.load(weight + at)), v128.load(bias + at)));
    }
  }
}

/** Rows of floats as 16-bit integers, each row with its own scale: float ≈ integer · scale. `width` is a multiple of eight. */
export function quantise(input: usize, out: usize, scales: usize, rows: usize, width: usize): void {
  const bytes = width * 4;
  for (const last = input + rows * bytes; input < last; scales += 4) {
    let most = f32x4.splat(0);
    const end = input + bytes;
    for (let at = input; at < end; at += 16) most = f32x4.pmax(most, f32x4.abs(v128.load(at)));
    const highest = highestOf(most);
    store<f32>(scales, highest / WIDEST);
    const scale = f32x4.splat(highest > 0 ? WIDEST / highest : 0);
    for (; input < end; input += 16, out += 8) {
      const whole = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(input), scale)));
      v128.store64_lane(out, i16x8.narrow_i32x4_s(whole, whole), 0);
    }
  }
}

export function sumOf(lanes: v128): f32 {
  return (
    f32x4.extract_lane(lanes, 0) +
    f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3))
  );
}

export function highestOf(lanes: v128): f32 {
  return max<f32>(
    max<f32>(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1)),
    max<f32>(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)),
  );
}
