/**
 * out = a · b in single precision; row i of `b` begins at `b + i · bStride`. `columns` is rounded up to eight, `rows` to two.
 * Each sum runs over `inner` in order.
 */
export function floatProduct(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  out: usize,
  outStride: usize,
  rows: usize,
  inner: usize,
  columns: usize,
): void {
  for (const last = b + columns * 4; b < last; b += 32, out += 32) {
    let row = a;
    let to = out;
    for (const lastRow = a + rows * aStride; row < lastRow; row += aStride * 2) {
      let a0 = row;
      let a1 = row + aStride;
      let c00 = f32x4.splat(0);
      let c01 = c00;
      let c10 = c00;
      let c11 = c00;
      let at = b;
      for (const end = a0 + inner * 4; a0 < end; a0 += 4, a1 += 4, at += bStride) {
        const left = v128.load(at);
        const right = v128.load(at, 16);
        let one = v128.load32_splat(a0);
        c00 = f32x4.add(c00, f32x4.mul(one, left));
        c01 = f32x4.add(c01, f32x4.mul(one, right));
        one = v128.load32_splat(a1);
        c10 = f32x4.add(c10, f32x4.mul(one, left));
        c11 = f32x4.add(c11, f32x4.mul(one, right));
      }
      v128.store(to, c00);
      v128.store(to, c01, 16);
      to += outStride;
      v128.store(to, c10);
      v128.store(to, c11, 16);
      to += outStride;
    }
  }
}
