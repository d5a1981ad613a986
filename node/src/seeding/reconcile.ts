import { dropMeta, readMeta, writeMeta } from "../catalogue/database.ts";
import type { Holding } from "../catalogue/holdings.ts";
import { CLAIMED } from "../catalogue/migrations.ts";
import { RECONCILED_AT_ONCE } from "./limits.ts";
import type { SeedingParts } from "./parts.ts";

/**
 * After a start: what is written down as held is looked for on disk, and what an older catalogue held without writing
 * it down is written down. File sizes only, a few actions at a time; a block that is damaged is noticed when it is read.
 */
export async function reconcile(parts: SeedingParts, signal: AbortSignal): Promise<void> {
  const { catalogue, clock } = parts;
  const began = clock();
  let after = "";
  while (!signal.aborted) {
    const page = catalogue.holdings.page(after, RECONCILED_AT_ONCE);
    for (const holding of page) {
      after = holding.id;
      // What is being published right now is not written down yet.
      if (holding.since < began) await mend(holding, parts);
    }
    if (page.length < RECONCILED_AT_ONCE) break;
  }
  await claim(parts, signal);
}

async function mend(holding: Holding, parts: SeedingParts): Promise<void> {
  const { catalogue, bundles, keeping } = parts;
  const { id } = holding;
  const known = catalogue.actions.get(id);
  const wanted = keeping(id);
  if (known === undefined || (known.standing === "failed" && wanted !== "always")) {
    // Its publication was never written down, or it failed and a kill came before it was discarded.
    catalogue.transaction(() => catalogue.holdings.keep(id, wanted));
    await bundles.drop(id);
  } else if (holding.keeping !== wanted || !(await isThere(holding, parts))) await bundles.reconcile(known);
}

async function isThere({ blocks }: Holding, { files }: SeedingParts): Promise<boolean> {
  for (const { block, bytes } of blocks)
    if ((await files.size(block)) !== bytes || !(await files.pinned(block))) return false;
  return true;
}

/** Goes on where it was interrupted. */
async function claim(parts: SeedingParts, signal: AbortSignal): Promise<void> {
  const { catalogue, bundles } = parts;
  const { database, holdings } = catalogue;
  let from = readMeta(database, CLAIMED);
  while (from !== undefined && !signal.aborted) {
    const page = holdings.unclaimed(Number(from), RECONCILED_AT_ONCE);
    for (const { id } of page) {
      const known = catalogue.actions.get(id);
      if (known !== undefined) await bundles.reconcile(known);
    }
    const last = page.at(-1)?.number;
    if (last === undefined) dropMeta(database, CLAIMED);
    else writeMeta(database, CLAIMED, String(last));
    from = last === undefined ? undefined : String(last);
  }
}
