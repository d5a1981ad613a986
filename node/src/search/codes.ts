/** Largest magnitude of a code: symmetric, so that −v has the negated codes of v. */
const MAX_CODE = 127;

/**
 * A unit vector as one signed byte per dimension: a quarter of the memory and disk of Float32. The scale is not
 * kept, because a unit vector's codes give it back: v = codes / |codes|. Costs less than 0.001 of a cosine at 256
 * dimensions. These codes are the vector everywhere (database, flat index, graph), so what was indexed live and
 * what was rebuilt are the same.
 */
export function toCodes(vector: Float32Array): Int8Array {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest === 0 ? 0 : MAX_CODE / largest;
  return Int8Array.from(vector, (value) => Math.round(value * scale));
}

/** 1/|codes|, the factor that makes codes a unit vector again; 0 for all zeros. */
export function unitScale(codes: Int8Array): number {
  let squares = 0;
  for (const code of codes) squares += code * code;
  return squares === 0 ? 0 : 1 / Math.sqrt(squares);
}

/** The unit vector in the form that hnswlib takes. */
export function toPoint(codes: Int8Array): number[] {
  const scale = unitScale(codes);
  return Array.from(codes, (code) => code * scale);
}
