import type { ActionId } from "@action-collective/protocol";
import type { BundleStore } from "../bundles/bundle-store.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Keeping } from "../catalogue/holdings.ts";
import type { BlockFiles } from "../network/blocks/block-files.ts";
import type { Log } from "../network/options.ts";
import type { LostAction, SeedRules } from "./plan.ts";

/** What the seeding station needs of the others. */
export interface SeedingParts {
  readonly catalogue: Catalogue;
  readonly bundles: Pick<BundleStore, "drop" | "keep" | "load" | "reconcile" | "removeOrphans">;
  readonly files: Pick<BlockFiles, "files" | "folders" | "pinned" | "removeRest" | "size">;
  readonly keeping: (id: ActionId) => Keeping;
  /** The user's policy does not want it kept for others. One's own stays all the same, and is not announced. */
  readonly refused: (id: ActionId) => boolean;
  readonly facts: (id: ActionId) => Omit<LostAction, "bytes">;
  /** Tells the DHT in the background that this block is here. */
  readonly provide: (block: string) => void;
  /** How many more announcements may wait. */
  readonly provideRoom: () => number;
  /** Whether there is anybody to fetch from. */
  readonly connected: () => boolean;
  readonly rules: SeedRules;
  readonly clock: () => number;
  readonly log: Log;
}
