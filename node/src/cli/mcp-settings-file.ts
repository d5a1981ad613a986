import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { HostFileError } from "./mcp-settings.ts";

/** Hosts keep more than servers in such files, but nothing near this. */
const MAX_BYTES = 32 * 1024 * 1024;
/** A project's file is everybody's; whatever exists keeps its own. */
const NEW_FILE_MODE = 0o644;

/** Undefined where there is no file. @throws {HostFileError} */
export async function readHostFile(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw new HostFileError(file, `it has ${size} bytes`);
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof HostFileError) throw error;
    if (hasCode(error, "ENOENT")) return undefined;
    throw new HostFileError(file, messageOf(error), { cause: error });
  }
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
