/**
 * Frames: one JSON document a line. From the parent they come as they are; towards the parent each line starts
 * with a token that the parent chose, so that whatever else is written to stdout is told apart as noise.
 */
import {
  Bytes,
  decodeUtf8,
  encodeUtf8,
  indexOfByte,
  lengthOf,
  parseJson,
  readAsync,
  readSync,
  setBytes,
  subarray,
  writeSync,
} from "./primordials.js";

const NEWLINE = 10;
const CHUNK_BYTES = 64 * 1024;

const chunk = new Bytes(CHUNK_BYTES);
let pending = new Bytes(0);

/** @returns {unknown} the next frame already received, or undefined */
function take() {
  const end = indexOfByte(pending, NEWLINE);
  if (end < 0) return undefined;
  const line = decodeUtf8(subarray(pending, 0, end));
  pending = subarray(pending, end + 1);
  return parseJson(line);
}

/** @param {number} count */
function keep(count) {
  const held = lengthOf(pending);
  const joined = new Bytes(held + count);
  setBytes(joined, pending, 0);
  setBytes(joined, subarray(chunk, 0, count), held);
  pending = joined;
}

/** Blocks until a frame is there. @returns {any} null when the parent has closed the pipe */
export function readFrame() {
  for (;;) {
    const frame = take();
    if (frame !== undefined) return frame;
    const count = readSync(chunk);
    if (count === null) return null;
    keep(count);
  }
}

/** Waits for a frame while timers and promises go on. @returns {Promise<any>} null at the end */
export async function readFrameAsync() {
  for (;;) {
    const frame = take();
    if (frame !== undefined) return frame;
    const count = await readAsync(chunk);
    if (count === null) return null;
    keep(count);
  }
}

/** @param {string} token @returns {(json: string) => void} writes one frame, however long the pipe takes */
export function frameWriter(token) {
  return (json) => {
    // The leading newline ends whatever half line a stranger may have left.
    let rest = encodeUtf8(`\n${token}${json}\n`);
    while (lengthOf(rest) > 0) rest = subarray(rest, writeSync(rest));
  };
}
