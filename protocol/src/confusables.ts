/**
 * Names are ASCII letters, digits, "-" and "_" (SPEC §7.2), so look-alikes of other scripts cannot occur, and this small
 * table after Unicode TS 39 is enough: what people take for one another at a glance, in common fonts.
 */
const MULTIPLE: readonly (readonly [pattern: RegExp, like: string])[] = [
  [/rn/g, "m"],
  [/vv/g, "w"],
  [/cl/g, "d"],
];

const SINGLE: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  i: "l",
  j: "l",
  "2": "z",
  "5": "s",
  "8": "b",
  "9": "g",
  q: "g",
};

/** Two names with one skeleton look alike. The skeleton itself is not a name and is not for show. */
export function skeleton(name: string): string {
  let text = name.replace(/[-_]/g, "").replace(/[I1]/g, "l").toLowerCase();
  for (const [pattern, like] of MULTIPLE) text = text.replace(pattern, like);
  return text.replace(/[01ij2589q]/g, (character) => SINGLE[character] ?? character);
}

/** True for two different names that a reader could take for one another. */
export function areConfusable(a: string, b: string): boolean {
  return a !== b && skeleton(a) === skeleton(b);
}
