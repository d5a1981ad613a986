import type { BlockFile } from "../network/blocks/block-files.ts";
import { ORPHAN_AFTER_MS, SPARE_PINNED_MS } from "./limits.ts";
import type { SeedingParts } from "./parts.ts";

/** Removes what lies in the blockstore and belongs to nothing, some folders at a time, all of them in turn. */
export class Sweep {
  readonly #parts: SeedingParts;
  #folders: string[] = [];

  constructor(parts: SeedingParts) {
    this.#parts = parts;
  }

  /** @returns how many blocks were removed. */
  async some(most: number, signal: AbortSignal): Promise<number> {
    if (this.#folders.length === 0) this.#folders = await this.#parts.files.folders();
    let removed = 0;
    for (const folder of this.#folders.splice(0, most)) {
      if (signal.aborted) break;
      removed += await this.#folder(folder);
    }
    return removed;
  }

  async #folder(folder: string): Promise<number> {
    const { files, bundles, clock, catalogue } = this.#parts;
    const before = clock() - ORPHAN_AFTER_MS;
    const old = (await files.files(folder)).filter(({ changedAt }) => changedAt < before);
    const orphans: string[] = [];
    for (const file of old) {
      if (file.block === undefined) await files.removeRest(file);
      else if (!catalogue.holdings.needs(file.block) && !(await this.#spared(file))) orphans.push(file.block);
    }
    return orphans.length === 0 ? 0 : await bundles.removeOrphans(orphans);
  }

  /**
   * Whoever lost the catalogue has blocks still that were pinned once, their own among them. Until the records are back
   * that say so, they stay.
   */
  async #spared({ block }: BlockFile): Promise<boolean> {
    const { catalogue, clock, files } = this.#parts;
    if (block === undefined || clock() - catalogue.holdings.since >= SPARE_PINNED_MS) return false;
    return await files.pinned(block);
  }
}
