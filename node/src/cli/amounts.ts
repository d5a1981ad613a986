const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;
const STEP = 1024;

/** A size in the unit that fits it: `17 B`, `1.5 MB`. */
export function sizeText(bytes: number): string {
  let size = Math.max(0, bytes);
  let unit = 0;
  while (size >= STEP && unit < UNITS.length - 1) {
    size /= STEP;
    unit++;
  }
  return `${unit === 0 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** `1 peer`, `2 peers`. */
export function countText(amount: number, what: string, many = `${what}s`): string {
  return `${amount} ${amount === 1 ? what : many}`;
}
