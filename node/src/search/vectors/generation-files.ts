import { createHash } from "node:crypto";

/** How the names of an embedder's files begin. */
export function generationBase(base: string, { id, dimensions }: { id: string; dimensions: number }): string {
  return `${base}.${createHash("sha256").update(`${id} ${dimensions}`).digest("hex").slice(0, 12)}`;
}
