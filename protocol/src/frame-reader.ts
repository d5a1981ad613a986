import { MalformedError } from "./errors.ts";

/** A byte order mark is a character like any other (SPEC §2.1). */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads one flat frame from its beginning to its end. What does not fit is malformed, or whatever failure the protocol at
 * hand has a name for.
 */
export class FrameReader {
  readonly #bytes: Buffer;
  readonly #failure: (problem: string) => Error;
  #at = 0;

  constructor(
    frame: Uint8Array,
    failure: (problem: string) => Error = (problem) => new MalformedError(`In a frame: ${problem}`),
  ) {
    this.#failure = failure;
    this.#bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  }

  /** A copy: a record that is kept must not keep the whole frame alive. */
  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw this.#failure("it ends too early");
    const taken = new Uint8Array(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return taken;
  }

  text(length: number): string {
    const bytes = this.take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.#failure("text that is not UTF-8");
    }
  }

  uint(bytes: number): number {
    if (this.#at + bytes > this.#bytes.length) throw this.#failure("it ends too early");
    const value = this.#bytes.readUIntBE(this.#at, bytes);
    this.#at += bytes;
    return value;
  }

  version(agreed: number): void {
    const version = this.uint(1);
    if (version !== agreed) throw this.#failure(`version ${version}, where ${agreed} was agreed`);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#failure("bytes after its end");
  }
}
