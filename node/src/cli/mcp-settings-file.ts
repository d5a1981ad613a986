import { lstat, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { HostFileError } from "./mcp-settings.ts";

/** Hosts keep more than servers in such files, but nothing near this. */
const MAX_BYTES = 32 * 1024 * 1024;
/** A project's file is everybody's; whatever exists keeps its own. */
const NEW_FILE_MODE = 0o644;
const ANY_WRITER = 0o222;

/** Undefined where there is no file. @throws {HostFileError} also for a file that nobody may write */
export async function readHostFile(file: string): Promise<string | undefined> {
  try {
    const status = await stat(file);
    if (!status.isFile()) throw new HostFileError(file, "it is no file");
    if (status.size > MAX_BYTES) throw new HostFileError(file, `it has ${status.size} bytes`);
    // Replacing asks only for rights on the folder, but somebody meant something by it.
    if ((status.mode & ANY_WRITER) === 0) throw new HostFileError(file, "it is read-only");
    return textOf(file, await readFile(file));
  } catch (error) {
    if (error instanceof HostFileError) throw error;
    if (!hasCode(error, "ENOENT")) throw new HostFileError(file, messageOf(error), { cause: error });
    if (await isLink(file)) throw new HostFileError(file, "it is a link to what is not there");
    return undefined;
  }
}

function textOf(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new HostFileError(file, "it is not UTF-8", { cause: error });
  }
}

async function isLink(file: string): Promise<boolean> {
  return await lstat(file).then(
    (status) => status.isSymbolicLink(),
    () => false,
  );
}

/** A host that reads meanwhile sees the old file or the new one. What a link points to is replaced, not the link. */
export async function replaceHostFile(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const target = await realpath(file).catch(() => file);
    const mode = await stat(target).then(
      (status) => status.mode & 0o777,
      () => NEW_FILE_MODE,
    );
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, text, { mode, flag: "wx", flush: true });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new HostFileError(file, messageOf(error), { cause: error });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
