import { appendFileSync, renameSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** In the home; what came before it has `.1` behind its name. */
export const LOG_FILE = "peer.log";
/** Of each of the two files. A peer that is well writes a few lines a day. */
const MOST_BYTES = 1024 * 1024;

/**
 * Keeps the newest lines of the log in the home, at most 2 MB, for its owner's eyes only. A disk that is full ends the
 * keeping, never the peer.
 */
export class LogFile {
  readonly #path: string;
  readonly #most: number;
  #bytes: number | undefined;
  #failed = false;

  constructor(home: string, mostBytes = MOST_BYTES) {
    this.#path = join(home, LOG_FILE);
    this.#most = mostBytes;
  }

  /** One line, its end included. Written at once, so that the last words before a crash are there. */
  write(line: string): void {
    if (this.#failed) return;
    try {
      this.#bytes ??= statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
      if (this.#bytes > 0 && this.#bytes + Buffer.byteLength(line) > this.#most) {
        renameSync(this.#path, `${this.#path}.1`);
        this.#bytes = 0;
      }
      appendFileSync(this.#path, line, { mode: 0o600 });
      this.#bytes += Buffer.byteLength(line);
    } catch {
      this.#failed = true;
    }
  }
}

/** The newest lines that were kept, oldest first; none where nothing was. */
export async function readKeptLog(home: string, mostLines: number): Promise<string[]> {
  const path = join(home, LOG_FILE);
  const texts = await Promise.all([`${path}.1`, path].map((file) => readFile(file, "utf8").catch(() => "")));
  return texts
    .join("")
    .split("\n")
    .filter((line) => line !== "")
    .slice(-mostLines);
}
