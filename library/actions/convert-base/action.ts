type ConvertBaseInput = { value: string; from: number; to: number; minDigits?: number; uppercase?: boolean };
type ConvertBaseOutput = { text: string; digitCount: number };

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
/** None of their letters is a digit of the base. */
const PREFIXES = new Map([
  [2, "0b"],
  [8, "0o"],
  [16, "0x"],
]);

/** Reads a whole number in one base and writes it in another, of any length. */
export default function convertBase({
  value,
  from,
  to,
  minDigits = 1,
  uppercase = false,
}: ConvertBaseInput): ConvertBaseOutput {
  const plain = value.toLowerCase().replace(/[\s_]/g, "");
  const isNegative = plain.startsWith("-");
  const unsigned = plain.replace(/^[+-]/, "");
  const prefix = PREFIXES.get(from) ?? "";
  const digits = unsigned.startsWith(prefix) ? unsigned.slice(prefix.length) : unsigned;
  if (digits === "")
    throw new Error(`There are no digits in "${value}": give a whole number in base ${from}`);
  const size = read(digits, from);
  const found = size.toString(to).padStart(minDigits, "0");
  const sign = isNegative && size > 0n ? "-" : "";
  return { text: sign + (uppercase ? found.toUpperCase() : found), digitCount: found.length };
}

function read(digits: string, base: number): bigint {
  let value = 0n;
  for (const digit of digits) {
    const worth = DIGITS.indexOf(digit);
    if (worth < 0 || worth >= base) {
      throw new Error(
        `"${digit}" is no digit of base ${base}: allowed are ${DIGITS.slice(0, base)}, no point`,
      );
    }
    value = value * BigInt(base) + BigInt(worth);
  }
  return value;
}
