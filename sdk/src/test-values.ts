/** Longest value shown in a failure: a screen, not a scroll. */
const SHOWN_CHARACTERS = 2_000;

/** As in the sandbox: what nests deeper is not compared. */
const MAX_DEPTH = 200;

/** Structural equality of JSON values, as the sandbox of a peer decides it. -0 equals 0, NaN equals NaN. */
export function deepEqual(left: unknown, right: unknown, depth = 0): boolean {
  if (left === right || Object.is(left, right)) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, i) => deepEqual(item, right[i], depth + 1));
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && deepEqual(left[key], right[key], depth + 1))
  );
}

export function describeValue(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = String(value);
  }
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
