import { readFileSync } from "node:fs";
import { CollectiveError } from "@action-collective/protocol";

export const VECTORS = new URL("../../../protocol/vectors/", import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: vectors are read as a peer in another language would read them
export const readVectors = (file: string): any => JSON.parse(readFileSync(new URL(file, VECTORS), "utf8"));

/** How something ends: `accepted`, or the code of its error. */
export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CollectiveError) return error.code;
    throw error;
  }
  return "accepted";
}
