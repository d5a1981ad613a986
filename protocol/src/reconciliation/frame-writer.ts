import type { Summary } from "./digest-sum.ts";
import type { Bound, ShortItem } from "./item.ts";

/** What a frame grows by at least, so that it is copied only a few times. */
const GROWTH_BYTES = 1_024;

/** Writes one flat frame, big-endian. */
export class FrameWriter {
  #buffer = Buffer.allocUnsafe(GROWTH_BYTES);
  #at = 0;

  /** @throws {RangeError} the value does not fit. */
  uint(value: number, bytes: number): void {
    this.#reserve(bytes);
    this.#at = this.#buffer.writeUIntBE(value, this.#at, bytes);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  summary({ count, fingerprint }: Summary): void {
    this.uint(count, 4);
    this.append(fingerprint);
  }

  bound({ created, prefix }: Bound): void {
    this.uint(created, 6);
    this.uint(prefix.length, 1);
    this.append(prefix);
  }

  short({ created, prefix }: ShortItem): void {
    this.uint(created, 6);
    this.append(prefix);
  }

  records(records: readonly Uint8Array[]): void {
    this.uint(records.length, 2);
    for (const record of records) {
      this.uint(record.length, 2);
      this.append(record);
    }
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#buffer.length + bytes);
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
