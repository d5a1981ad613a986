/**
 * Scalar products of one query with many int8 codes, for the flat vector index. A module of its own, which works in a memory
 * that it is given: `node scripts/build-search-kernel.ts` compiles it. Integers only, so sums are exact: |query| ≤
 * 32767 and |code| ≤ 127 · √width bound them below 2³¹ up to a width of 4,096. `width` is a multiple of sixteen.
 */

/** Products with `rows` codes that lie one after the other. */
export function products(query: usize, codes: usize, rows: i32, width: usize, out: usize): void {
  for (const end = out + ((<usize>rows) << 2); out < end; out += 4, codes += width)
    store<i32>(out, product(query, codes, width));
}

/** Products with the codes of the rows that are listed as u32 at `list`. */
export function productsOf(
  query: usize,
  codes: usize,
  list: usize,
  count: i32,
  width: usize,
  out: usize,
): void {
  for (const end = out + ((<usize>count) << 2); out < end; out += 4, list += 4)
    store<i32>(out, product(query, codes + <usize>load<u32>(list) * width, width));
}

// @ts-expect-error: decorator
@inline
function product(query: usize, codes: usize, width: usize): i32 {
  let even = i32x4.splat(0);
  let odd = even;
  for (const end = codes + width; codes < end; codes += 16, query += 32) {
    const sixteen = v128.load(codes);
    even = i32x4.add(even, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(sixteen), v128.load(query)));
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(sixteen), v128.load(query, 16)));
  }
  const sums = i32x4.add(even, odd);
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}
