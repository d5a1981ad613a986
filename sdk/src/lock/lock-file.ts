import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Lock, lockLimits } from "@action-collective/protocol";
import { hasCode, messageOf } from "../discovery.ts";
import { LockFileError, NoLockFileError } from "./errors.ts";
import { checkLock, lockText, parseLock } from "./lock-text.ts";

/** What it is called, and where it is looked for: in the folder that a program is started in. */
export const LOCK_FILE = "collective.lock";

/** A path, a `file:` URL such as `new URL("collective.lock", import.meta.url)`, or what the file holds. */
export type LockSource = string | URL | Lock;

/** @throws {NoLockFileError | LockFileError} */
export async function readLock(source: LockSource = LOCK_FILE): Promise<Lock> {
  if (typeof source !== "string" && !(source instanceof URL)) return checkLock(source);
  const path = pathOf(source);
  return parseLock(await readText(path), path);
}

/** On disk when it resolves; a kill meanwhile leaves the old file or the new one. @throws {LockFileError} */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  const text = lockText(checkLock(lock, path));
  // A link to a file that several projects share stays one.
  const target = await realpath(path).catch(() => path);
  const beside = `${target}.${randomUUID()}.new`;
  try {
    await writeFile(beside, text, { flag: "wx" });
    await rename(beside, target);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new LockFileError(path, [`it cannot be written: ${messageOf(cause)}`], { cause });
  }
}

function pathOf(source: string | URL): string {
  if (typeof source === "string") return source;
  if (source.protocol === "file:") return fileURLToPath(source);
  throw new LockFileError(source.href, ["only a file of this machine is read, by a path or a file: URL"]);
}

async function readText(path: string): Promise<string> {
  try {
    // A pipe that nobody writes into is not waited for.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!(await file.stat()).isFile()) throw new LockFileError(path, ["it is no file"]);
      const bytes = await atMost(file, lockLimits.fileBytes + 1);
      if (bytes.length > lockLimits.fileBytes)
        throw new LockFileError(path, [`it has more than ${lockLimits.fileBytes} bytes`]);
      return bytes.toString("utf8");
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof LockFileError) throw cause;
    if (hasCode(cause, "ENOENT")) throw new NoLockFileError(path, { cause });
    throw new LockFileError(path, [messageOf(cause)], { cause });
  }
}

/** Files that a system makes up say nothing true of their length. */
async function atMost(file: FileHandle, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  let length = 0;
  while (length < bytes) {
    const { bytesRead } = await file.read(buffer, length, bytes - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
