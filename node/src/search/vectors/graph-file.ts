import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { GraphFileError } from "../errors.ts";
import { HnswGraph, type HnswLibrary } from "./hnsw-graph.ts";

/** Raise when the meaning of anything in the two files changes. */
const FORMAT = 2;

/** What a graph must agree with to be of use: the database of its vectors, and how many of their dimensions it has. */
export interface GraphIdentity {
  readonly vectors: string;
  readonly dimensions: number;
}

interface Manifest extends GraphIdentity {
  readonly format: number;
  readonly deleted: readonly number[];
}

/**
 * A graph on disk is two files: what hnswlib writes, and beside it (`.json`) a manifest with a checksum over both.
 * The manifest is replaced last, so whatever a crash leaves behind either matches or is recognised.
 */
export async function saveGraph(graph: HnswGraph, file: string, identity: GraphIdentity): Promise<void> {
  const manifest: Manifest = { format: FORMAT, ...identity, deleted: [...graph.deleted] };
  const temporary = `${file}.tmp`;
  await graph.write(temporary);
  const { size } = await stat(temporary);
  if (size < graph.leastBytes) {
    await rm(temporary, { force: true });
    throw new GraphFileError(file, "could not be written whole (is the disk full?)");
  }
  await flush(temporary);
  const checksum = await checksumOf(temporary, manifest);
  await rename(temporary, file);
  await writeFile(`${file}.json.tmp`, JSON.stringify({ manifest, checksum }));
  await flush(`${file}.json.tmp`);
  await rename(`${file}.json.tmp`, `${file}.json`);
  await flush(dirname(file));
}

/** Removes what was saved. */
export async function deleteGraph(file: string): Promise<void> {
  for (const path of [`${file}.json`, file, `${file}.tmp`, `${file}.json.tmp`])
    await rm(path, { force: true });
}

/**
 * The graph that was saved, or undefined where there is none.
 * @throws GraphFileError if there is one that cannot be used
 */
export async function loadGraph(
  library: HnswLibrary,
  file: string,
  identity: GraphIdentity,
): Promise<HnswGraph | undefined> {
  const text = await readFile(`${file}.json`, "utf8").catch(undefinedIfMissing);
  if (text === undefined) return undefined;
  const { manifest, checksum } = parse(file, text);
  const mismatch = (["vectors", "dimensions"] as const).find((key) => manifest[key] !== identity[key]);
  if (mismatch !== undefined)
    throw new GraphFileError(file, `belongs to other vectors (${mismatch} differs)`);
  const actual = await checksumOf(file, manifest).catch(undefinedIfMissing);
  if (actual === undefined) throw new GraphFileError(file, "is missing");
  if (actual !== checksum) throw new GraphFileError(file, "is damaged (its checksum differs)");
  try {
    return await HnswGraph.read(library, identity.dimensions, file, manifest.deleted);
  } catch (error) {
    throw new GraphFileError(file, `cannot be read (${error instanceof Error ? error.message : error})`);
  }
}

/**
 * Reads a saved graph without taking it in: whether it is what was written.
 * @throws GraphFileError if it is not
 */
export async function checkGraph(file: string): Promise<void> {
  const { manifest, checksum } = parse(file, await readFile(`${file}.json`, "utf8"));
  const actual = await checksumOf(file, manifest).catch(undefinedIfMissing);
  if (actual === undefined) throw new GraphFileError(file, "is missing");
  if (actual !== checksum) throw new GraphFileError(file, "is damaged (its checksum differs)");
}

function parse(file: string, text: string): { manifest: Manifest; checksum: string } {
  try {
    const { manifest, checksum } = JSON.parse(text) as { manifest: Manifest; checksum: string };
    if (manifest.format !== FORMAT) throw new Error(`format ${manifest.format}`);
    if (!Array.isArray(manifest.deleted)) throw new Error("no list of deletions");
    return { manifest, checksum };
  } catch (error) {
    throw new GraphFileError(
      file,
      `has no readable manifest (${error instanceof Error ? error.message : error})`,
    );
  }
}

async function checksumOf(file: string, manifest: Manifest): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(part);
  return hash.update(JSON.stringify(manifest)).digest("hex");
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}
