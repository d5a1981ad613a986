/**
 * The same few dozen keys come again and again: "type", "properties", "input". Finding one here costs less than making
 * the string anew, and engines store properties faster under a string they have used as a key before.
 */
const SLOTS = 512;
/** Longer keys are rare. */
const LONGEST = 12;

const keys: (string | undefined)[] = new Array<undefined>(SLOTS).fill(undefined);

/** The ASCII text of these bytes, if it was a key lately. */
export function knownKey(bytes: Uint8Array, start: number, length: number): string | undefined {
  const key = keys[slotOf(bytes, start, length)];
  if (key?.length !== length) return undefined;
  for (let i = 0; i < length; i++) if (key.charCodeAt(i) !== bytes[start + i]) return undefined;
  return key;
}

/** A slot holds whatever came last: forgetting a key costs nothing but time. */
export function rememberKey(key: string, bytes: Uint8Array, start: number, length: number): void {
  // Equal lengths mean that every character is one byte: ASCII.
  if (length <= LONGEST && key.length === length) keys[slotOf(bytes, start, length)] = key;
}

function slotOf(bytes: Uint8Array, start: number, length: number): number {
  const first = bytes[start] ?? 0;
  const middle = bytes[start + (length >> 1)] ?? 0;
  const last = bytes[start + length - 1] ?? 0;
  return (length * 37 + first * 11 + middle + last * 3) % SLOTS;
}
