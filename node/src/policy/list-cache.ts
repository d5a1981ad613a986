import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../home.ts";

const cachedSchema = z.strictObject({ source: z.string(), readAt: z.number(), text: z.string() });

/** A list's text as it was last read and believed. */
export type CachedList = z.infer<typeof cachedSchema>;

/**
 * The lists that are followed, as they were last read, so that they are in force after a restart without network. A
 * folder in the home; what cannot be read is as good as not there.
 */
export class ListCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(source: string): Promise<CachedList | undefined> {
    const text = await readFile(this.#pathOf(source), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const { data } = cachedSchema.safeParse(JSON.parse(text));
      return data?.source === source ? data : undefined;
    } catch {
      return undefined;
    }
  }

  async write(list: CachedList): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#pathOf(list.source), JSON.stringify(list));
  }

  /** Removes what is not followed any more. */
  async keepOnly(sources: readonly string[]): Promise<void> {
    const kept = new Set(sources.map(nameOf));
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) if (!kept.has(name)) await rm(join(this.#folder, name), { force: true });
  }

  #pathOf(source: string): string {
    return join(this.#folder, nameOf(source));
  }
}

function nameOf(source: string): string {
  return `${createHash("sha256").update(source).digest("hex").slice(0, 32)}.json`;
}
