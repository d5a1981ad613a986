/** Just enough of Protocol Buffers (protobuf.dev/programming-guides/encoding) to write a small ONNX file. */
export type Field = readonly [number: number, value: number | string | Uint8Array | Message];
export type Message = readonly Field[];

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Numbers become varints, so they must be whole and not negative; everything else is a run of bytes. */
export function encode(message: Message): Uint8Array {
  return Buffer.concat(message.map(encodeField));
}

function encodeField([number, value]: Field): Uint8Array {
  if (typeof value === "number") return Buffer.concat([varint((number << 3) | VARINT), varint(value)]);
  const bytes =
    typeof value === "string" ? Buffer.from(value) : value instanceof Uint8Array ? value : encode(value);
  return Buffer.concat([varint((number << 3) | LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Uint8Array.from([...bytes, rest]);
}
