import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ActionId, type Bundle, buildBundle } from "@action-collective/protocol";
import { readActionFolder } from "action-collective";
import type { BundleStore } from "../bundles/bundle-store.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";

export interface StarterLibraryParts {
  readonly catalogue: Catalogue;
  readonly bundles: BundleStore;
  readonly clock: () => number;
  /** Called inside the transaction that adds an action. */
  readonly added: (bundle: Bundle) => void;
  readonly log: (message: string) => void;
}

/** More folders than any starter library should have: bounds a wrong path. */
const FOLDERS = 1000;

/** Where the package `@action-collective/library` keeps its actions: those that need nothing, or those that ask for the network. */
export function libraryFolder(kind: "actions" | "net-actions" = "actions"): string {
  return join(dirname(fileURLToPath(import.meta.resolve("@action-collective/library/package.json"))), kind);
}

/**
 * Brings the starter library into the catalogue, unpublished: every peer ships the same, so nobody needs to hear of it.
 * Its actions are verified here like any stranger's. A folder that does not read is logged and left out.
 * One whose blocks were lost gets them back. @returns the actions that were new
 */
export async function bringInLibrary(folder: string, parts: StarterLibraryParts): Promise<ActionId[]> {
  const { catalogue, bundles, clock, added, log } = parts;
  const fresh: ActionId[] = [];
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .slice(0, FOLDERS);
  for (const { name } of names) {
    try {
      const bundle = buildBundle(await readActionFolder(join(folder, name)));
      const known = catalogue.actions.isStarter(bundle.id);
      if (known && (await bundles.has(bundle))) continue;
      await bundles.put(bundle);
      if (known) continue;
      const isNew = catalogue.transaction(() => {
        // A stranger may have published it here before; it is the library's all the same.
        const wasAdded = catalogue.actions.add(bundle, "library", clock());
        if (wasAdded) added(bundle);
        return wasAdded;
      });
      if (isNew) fresh.push(bundle.id);
    } catch (error) {
      log(
        `the starter library's ${name} was left out: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return fresh;
}
