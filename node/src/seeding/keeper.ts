import { type ActionId, CollectiveError, LimitExceededError } from "@action-collective/protocol";
import type { BundleStore } from "../bundles/bundle-store.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { UnknownActionError } from "../catalogue/errors.ts";
import type { Keeping } from "../catalogue/holdings.ts";
import type { KnownAction } from "../catalogue/types.ts";
import { closureOf } from "../uses/closure.ts";

/** A thousand projects of ten actions. */
export const MOST_KEPT = 10_000;

/** So much is kept already that no lock file can want more. */
export class KeptFullError extends CollectiveError {
  constructor() {
    super(
      "limit-exceeded",
      `At most ${MOST_KEPT} actions are kept for lock files`,
      "`collective lock kept` shows for which; `collective lock release FILE` lets go of what one of them wanted.",
    );
  }
}

export interface KeeperParts {
  readonly catalogue: Pick<Catalogue, "actions" | "holdings" | "kept" | "transaction">;
  readonly bundles: Pick<BundleStore, "load" | "keep">;
  /** How long an action is kept, by all that is known now. */
  readonly keeping: (id: ActionId) => Keeping;
  /** Something may go that had to stay. */
  readonly changed: () => void;
}

/** Keeps actions on this disk, whatever the quota, for as long as somebody's lock file wants them. */
export class Keeper {
  readonly #parts: KeeperParts;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /**
   * Fetches an action that passed here, and all that it uses, and keeps them for `holder`. Again changes nothing.
   * @throws {ContentUnavailableError | UnknownActionError | LimitExceededError | KeptFullError}
   */
  async keep(id: ActionId, holder: string, signal: AbortSignal): Promise<void> {
    const { catalogue, bundles } = this.#parts;
    const actions = this.#withUsed(id);
    const fetched = [];
    for (const { id: one, manifest, manifestBytes: bytes } of actions)
      fetched.push(await bundles.load({ id: one, manifest, bytes }, signal));
    catalogue.transaction(() => {
      if (catalogue.kept.isKeptFor(holder, id)) return;
      if (catalogue.kept.count() + actions.length > MOST_KEPT) throw new KeptFullError();
      catalogue.kept.add(
        holder,
        id,
        actions.map((one) => one.id),
      );
    });
    for (const bundle of fetched) await bundles.keep(bundle);
  }

  /** Nobody's lock file wants it any more, as far as `holder` goes: it stays while it is worth it. */
  release(id: ActionId, holder: string): void {
    const { catalogue, keeping, changed } = this.#parts;
    catalogue.transaction(() => {
      for (const one of catalogue.kept.remove(holder, id)) catalogue.holdings.keep(one, keeping(one));
    });
    changed();
  }

  #withUsed(id: ActionId): KnownAction[] {
    const { actions } = this.#parts.catalogue;
    const known = (one: ActionId): KnownAction => {
      const found = actions.get(one);
      if (found === undefined) throw new UnknownActionError(one);
      return found;
    };
    const root = known(id);
    const closure = closureOf(root.manifest, (one) => actions.get(one)?.manifest);
    if (closure.kind === "too-much") throw new LimitExceededError(closure.why);
    if (closure.kind === "incomplete") throw new UnknownActionError(closure.unknown);
    return [root, ...closure.ids.map(known)];
  }
}
