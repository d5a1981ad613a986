type Code = "text" | "hex" | "base32" | "base32hex" | "base58";
type EncodeBase32Input = { data: string; from?: Code; to?: Code; padding?: boolean };
type EncodeBase32Output = { result: string; bytes: number };
/** An alphabet whose characters carry so many bits each. */
type Alphabet = { characters: string; bits: number };

const ALPHABETS: Readonly<Record<"hex" | "base32" | "base32hex", Alphabet>> = {
  hex: { characters: "0123456789abcdef", bits: 4 },
  base32: { characters: "abcdefghijklmnopqrstuvwxyz234567", bits: 5 },
  base32hex: { characters: "0123456789abcdefghijklmnopqrstuv", bits: 5 },
};
/** Without 0, O, I and l, which look alike. */
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** Base 58 treats all bytes as one number, so its cost grows with the square of the length. */
const MAX_BASE58 = 4_000;

/** From one spelling of bytes to another: UTF-8 text, hexadecimal, base 32 (RFC 4648) or base 58 (as in Bitcoin). */
export default function encodeBase32(input: EncodeBase32Input): EncodeBase32Output {
  const bytes = decode(input.data, input.from ?? "text");
  return { result: encode(bytes, input.to ?? "base32", input.padding ?? true), bytes: bytes.length };
}

function decode(data: string, code: Code): Uint8Array {
  if (code === "text") {
    if (!data.isWellFormed())
      throw new Error("The text holds half of a character pair, which UTF-8 cannot spell");
    return new TextEncoder().encode(data);
  }
  const plain = data.replace(/[\s-]/g, "");
  if (code === "base58") return decodeBase58(plain);
  const padded = code === "hex" ? plain : plain.replace(/=+$/, "");
  return decodeBits(padded.toLowerCase(), ALPHABETS[code], code);
}

function decodeBits(text: string, { characters, bits }: Alphabet, code: Code): Uint8Array {
  const bytes: number[] = [];
  let [value, held] = [0, 0];
  for (const character of text) {
    value = (value << bits) | indexOf(character, characters, code);
    held += bits;
    if (held < 8) continue;
    held -= 8;
    bytes.push(value >> held);
    value &= (1 << held) - 1;
  }
  if (held >= bits || value !== 0)
    throw new Error(`The ${code} text is cut off or has a wrong last character`);
  return Uint8Array.from(bytes);
}

function decodeBase58(text: string): Uint8Array {
  checkLength(text.length);
  const number = [...text].reduce(
    (sum, character) => sum * 58n + BigInt(indexOf(character, BASE58, "base58")),
    0n,
  );
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  const hex = number === 0n ? "" : number.toString(16);
  const rest = decodeBits(hex.padStart(hex.length + (hex.length % 2), "0"), ALPHABETS.hex, "hex");
  return Uint8Array.from([...new Uint8Array(zeros), ...rest]);
}

function indexOf(character: string, characters: string, code: Code): number {
  const index = characters.indexOf(character);
  if (index < 0) throw new Error(`${JSON.stringify(character)} is no character of ${code}`);
  return index;
}

function encode(bytes: Uint8Array, code: Code, padding: boolean): string {
  switch (code) {
    case "text":
      return readText(bytes);
    case "hex":
      return encodeBits(bytes, ALPHABETS.hex);
    case "base58":
      return encodeBase58(bytes);
    default: {
      const text = encodeBits(bytes, ALPHABETS[code]).toUpperCase();
      return padding ? text.padEnd(Math.ceil(text.length / 8) * 8, "=") : text;
    }
  }
}

function readText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error("The bytes are no UTF-8 text: ask for hex instead");
  }
}

function encodeBits(bytes: Uint8Array, { characters, bits }: Alphabet): string {
  let [text, value, held] = ["", 0, 0];
  for (const byte of bytes) {
    value = (value << 8) | byte;
    held += 8;
    while (held >= bits) {
      held -= bits;
      text += characters.charAt(value >> held);
      value &= (1 << held) - 1;
    }
  }
  return held === 0 ? text : text + characters.charAt(value << (bits - held));
}

function encodeBase58(bytes: Uint8Array): string {
  checkLength(bytes.length);
  let number = BigInt(`0x0${encodeBits(bytes, ALPHABETS.hex)}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = BASE58.charAt(Number(number % 58n)) + text;
  const first = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(first < 0 ? bytes.length : first) + text;
}

function checkLength(length: number): void {
  if (length > MAX_BASE58)
    throw new Error(`Base 58 is for short data: at most ${MAX_BASE58} bytes or characters`);
}
