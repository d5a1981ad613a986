import type { ActionId, PeerId, Score } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { UnknownActionError } from "../catalogue/errors.ts";
import type { Testimony } from "../catalogue/testimony.ts";
import type { PolicyFacts } from "./acceptable.ts";

export interface FactsParts {
  readonly catalogue: Pick<Catalogue, "actions" | "selection">;
  readonly testimony: Pick<Testimony, "publishers">;
  readonly reputation: { ofAction(id: ActionId): Score; withdrawn(id: ActionId): boolean };
  /** What this peer publishes itself; undefined for everything else. */
  readonly own: { get(id: ActionId): unknown };
}

/** What the catalogue and reputation know of an action; undefined for one that is not known. Each part is read once. */
export function policyFactsOf(id: ActionId, parts: FactsParts): PolicyFacts | undefined {
  const { catalogue, testimony, reputation, own } = parts;
  const { actions, selection } = catalogue;
  if (actions.standing(id) === undefined) return undefined;
  const manifest = once(() => {
    const known = actions.get(id);
    if (known === undefined) throw new UnknownActionError(id);
    return known.manifest;
  });
  return {
    id,
    get manifest() {
      return manifest();
    },
    own: once(() => own.get(id) !== undefined),
    starter: once(() => actions.isStarter(id)),
    publishers: once(() => testimony.publishers(id)),
    publishedBy: (peers) => peers.some((peer) => selection.publishes(peer as PeerId, id)),
    withdrawn: once(() => reputation.withdrawn(id)),
    score: once(() => reputation.ofAction(id)),
    strength: once(() => {
      const measured = actions.strength(id);
      return measured === undefined ? undefined : measured.killed / measured.mutants;
    }),
  };
}

function once<Value>(read: () => Value): () => Value {
  let kept: { readonly value: Value } | undefined;
  return () => {
    kept ??= { value: read() };
    return kept.value;
  };
}
