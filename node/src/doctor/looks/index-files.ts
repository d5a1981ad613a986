import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { GraphFileError, WordFileError } from "../../search/errors.ts";
import { checkGraph } from "../../search/vectors/graph-file.ts";
import { checkWords } from "../../search/words/word-snapshot.ts";
import type { IndexFile } from "../types.ts";
import { openReadOnly, quickCheckProblem } from "./open-read-only.ts";

const INDEX_FILE = /^vectors\.index\.(?:words|[0-9a-f]{12}\.(?:graph|sqlite))$/;
/** Two embedders' files at most are there at once. */
const MOST_FILES = 8;
/** Half a second of reading each. */
const CHECKED_BYTES = 256 * 1024 * 1024;
/** A running peer may be replacing a file; it is whole again a moment later. */
const AGAIN_AFTER_MS = 300;

/** Reads the saved search index as its own loader does, without loading it. */
export async function lookAtIndex(home: string): Promise<IndexFile[]> {
  const names = await readdir(home).catch(() => []);
  const files = names.filter((name) => INDEX_FILE.test(name)).slice(0, MOST_FILES);
  return await Promise.all(files.map((name) => lookAtFile(join(home, name))));
}

async function lookAtFile(path: string): Promise<IndexFile> {
  const bytes = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (bytes > CHECKED_BYTES) return { path, bytes, state: "skipped" };
  if ((await problemOf(path)) === undefined) return { path, bytes, state: "ok" };
  await wait(AGAIN_AFTER_MS);
  const damage = await problemOf(path);
  return { path, bytes, state: damage === undefined ? "ok" : { damage } };
}

async function problemOf(path: string): Promise<string | undefined> {
  try {
    if (path.endsWith(".words")) checkWords(path);
    else if (path.endsWith(".graph")) await checkGraph(path);
    else return vectorsProblem(path);
    return undefined;
  } catch (error) {
    if (error instanceof WordFileError || error instanceof GraphFileError) return error.message;
    // Removed meanwhile, because it was replaced by another.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function vectorsProblem(path: string): string | undefined {
  const database = openReadOnly(path);
  try {
    const problem = quickCheckProblem(database);
    return problem === undefined ? undefined : `The vectors ${path} are damaged: ${problem}`;
  } finally {
    database.close();
  }
}
