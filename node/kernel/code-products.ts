/**
 * Scalar products of one query with many int8 codes, for the flat vector index. A module of its own, which works in a memory
 * that it is given: `npm run kernel` compiles it. Integers only, so sums are exact: |query| ≤
 * 32767 and |code| ≤ 127 · √width bound them below 2³¹ up to a width of 4,096. `width` is a multiple of sixteen.
 */

/** Products with `rows` codes that lie one after the other; by twos, which share each load of the query. */
export function products(query: usize, codes: usize, rows: i32, width: usize, out: usize): void {
  const end = out + ((<usize>rows) << 2);
  for (; out + 4 < end; out += 8, codes += width << 1) {
    let one = i32x4.splat(0);
    let other = one;
    let q = query;
    const last = codes + width;
    for (let p = codes; p < last; p += 16, q += 32) {
      const low = v128.load(q);
      const high = v128.load(q, 16);
      let sixteen = v128.load(p);
      one = i32x4.add(one, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(sixteen), low));
      one = i32x4.add(one, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(sixteen), high));
      sixteen = v128.load(p + width);
      other = i32x4.add(other, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(sixteen), low));
      other = i32x4.add(other, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(sixteen), high));
    }
    store<i32>(out, sumOf(one));
    store<i32>(out, sumOf(other), 4);
  }
  if (out < end) store<i32>(out, product(query, codes, width));
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

function product(query: usize, codes: usize, width: usize): i32 {
  let even = i32x4.splat(0);
  let odd = even;
  for (const end = codes + width; codes < end; codes += 16, query += 32) {
    const sixteen = v128.load(codes);
    even = i32x4.add(even, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(sixteen), v128.load(query)));
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(sixteen), v128.load(query, 16)));
  }
  return sumOf(i32x4.add(even, odd));
}

function sumOf(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}
