import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CollectiveError, fileNames } from "@action-collective/protocol";
import type { MadeAction } from "./make-actions.ts";

/** A folder of that action is there already, and none is overwritten. */
export class ActionFolderTakenError extends CollectiveError {
  constructor(folders: readonly string[]) {
    super(
      "folder-taken",
      `${folders.slice(0, 3).join(", ")}${folders.length > 3 ? ` and ${folders.length - 3} more` : ""} exist already; nothing was written`,
      "Name another folder with --out, or move those away.",
    );
  }
}

/** Writes a folder for each action, as `collective publish` takes it. @throws {ActionFolderTakenError} before anything is written */
export async function writeFolders(out: string, actions: readonly MadeAction[]): Promise<string[]> {
  const folders = actions.map(({ definition }) => join(out, definition.name));
  const taken = folders.filter((folder) => existsSync(folder));
  if (taken.length > 0) throw new ActionFolderTakenError(taken);
  for (const [at, { definition }] of actions.entries()) {
    const folder = folders[at] as string;
    const { code, language, test: _test, ...description } = definition;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, fileNames(language).code), code, { flag: "wx" });
    await writeFile(join(folder, "action.json"), `${JSON.stringify(description, null, 2)}\n`, { flag: "wx" });
  }
  return folders;
}
