import { randomUUID } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
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
  const beside = `${path}.${randomUUID()}.new`;
  try {
    await writeFile(beside, text, { flag: "wx" });
    await rename(beside, path);
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
    const file = await open(path);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new LockFileError(path, ["it is no file"]);
      if (status.size > lockLimits.fileBytes) throw new LockFileError(path, [`it has ${status.size} bytes`]);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof LockFileError) throw cause;
    if (hasCode(cause, "ENOENT")) throw new NoLockFileError(path, { cause });
    throw new LockFileError(path, [messageOf(cause)], { cause });
  }
}
