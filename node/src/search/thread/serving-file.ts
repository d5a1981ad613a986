import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { generationBase } from "../vectors/generation-files.ts";
import type { EmbedderDescription } from "../vectors/vector-generation.ts";

/** Whose vectors serve, and whose are on their way. */
export interface Serving {
  readonly serving: EmbedderDescription;
  readonly next: EmbedderDescription | null;
}

/** What was noted last, or undefined where that cannot be read: then vectors are what the embedder at hand has. */
export function readServing(base: string): Serving | undefined {
  try {
    const value = JSON.parse(readFileSync(fileOf(base), "utf8")) as Serving;
    const { id, dimensions, graphDimensions } = value.serving;
    const sound = typeof id === "string" && [dimensions, graphDimensions].every(isCount);
    return sound ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Notes it, all or nothing. */
export function writeServing(base: string, value: Serving): void {
  const text = JSON.stringify(value);
  writeFileSync(`${fileOf(base)}.tmp`, text);
  renameSync(`${fileOf(base)}.tmp`, fileOf(base));
}

/** Removes the files of all other embedders, and those that a former version left. */
export function sweepFiles(base: string, { serving, next }: Serving): void {
  const kept = [serving, next].flatMap((one) => (one === null ? [] : [basename(generationBase(base, one))]));
  const own = new RegExp(`^${escaped(basename(base))}(\\.json|\\.[0-9a-f]{12}\\..*)?(\\.tmp)?$`);
  for (const name of readdirSync(dirname(base))) {
    if (!own.test(name) || kept.some((prefix) => name.startsWith(`${prefix}.`))) continue;
    rmSync(join(dirname(base), name), { force: true });
  }
}

/** Removes what can be made anew in minutes, when it may be what a thread stumbled over. */
export function removeCaches(base: string): void {
  for (const name of readdirSync(dirname(base))) {
    if (name.startsWith(`${basename(base)}.`) && /\.(words|graph|graph\.json)$/.test(name))
      rmSync(join(dirname(base), name), { force: true });
  }
}

function fileOf(base: string): string {
  return `${base}.serving`;
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
