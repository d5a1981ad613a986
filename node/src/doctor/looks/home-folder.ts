import { access, constants, readdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { foreignIn } from "../../home.ts";

const { R_OK, W_OK, X_OK } = constants;

/** Why no peer could work in a folder, nor make it; undefined where one could. Writes nothing to find out. */
export async function lookAtHomeFolder(home: string): Promise<string | undefined> {
  try {
    const found = await stat(home).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (found === undefined) return await whyNotMade(home);
    if (!found.isDirectory()) return "it is no folder";
    await access(home, R_OK | W_OK | X_OK);
    return foreignIn(await readdir(home));
  } catch (error) {
    return messageOf(error);
  }
}

/** It would be made in the nearest folder above it that is there. */
async function whyNotMade(home: string): Promise<string | undefined> {
  for (let at = dirname(home); ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found === undefined && dirname(at) !== at) continue;
    if (found?.isDirectory() !== true) return `${at} is no folder`;
    await access(at, W_OK | X_OK);
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
