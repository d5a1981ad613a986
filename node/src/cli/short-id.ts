/** All action ids begin with the same seven characters (`bafyrei`); eight more tell a million actions apart. Peers': 8, 7. */
const LEAST_CHARACTERS = 15;

/**
 * Shortens ids so that each stays the beginning of only one of those shown together. A peer accepts such a beginning
 * in place of the id; if it knows of two actions that begin so, it says so.
 */
export function shortIds(ids: readonly string[]): (id: string) => string {
  const sorted = [...new Set(ids)].sort();
  let length = LEAST_CHARACTERS;
  sorted.forEach((id, i) => {
    const next = sorted[i + 1];
    if (next !== undefined) length = Math.max(length, commonLength(id, next) + 1);
  });
  return (id) => id.slice(0, length);
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
