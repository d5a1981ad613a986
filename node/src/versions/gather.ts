import { type ActionId, lastSuccessor, type PeerId, type Version } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Testimony } from "../catalogue/testimony.ts";
import type { KnownAction } from "../catalogue/types.ts";
import type { Reputation } from "../reputation/reputation.ts";
import { type Keys, relatedTo, type VersionFacts } from "./versions.ts";

/** Namesakes that are looked through, whoever published them: in a crowd, those of the authors are still found. */
const NAMESAKES = 256;
/** Authors, the earliest first, of whose own actions those of that name are looked through: each may have said much. */
const AUTHORS_FOLLOWED = 8;
/** Of each of them. */
const OF_AUTHOR = 64;
/** Authors of one action that are looked at, the earliest first. */
const AUTHORS = 64;

export interface VersionParts {
  readonly self: PeerId;
  readonly catalogue: Pick<Catalogue, "actions" | "records">;
  readonly testimony: Pick<Testimony, "publishers">;
  readonly reputation: Pick<Reputation, "ofAction" | "withdrawn" | "successor" | "discredited">;
  readonly policy: { refusal(id: ActionId, stage: "offer"): { readonly why: string } | undefined };
}

/** What could stand in an action's place, as this peer knows it; nobody else is asked. */
export function versionsOf(parts: VersionParts, action: KnownAction, near: readonly ActionId[]): Version[] {
  const { actions } = parts.catalogue;
  const { name } = action.manifest;
  const self = factsOf(parts, action);
  const keys = keysOf(parts);
  const authors = self.said.slice(0, AUTHORS_FOLLOWED).map(({ author }) => author);
  const followed = new Set([...authors, ...authors.map((author) => keys.heir(author))]);
  const ids = new Set([
    ...[...followed].flatMap((author) => actions.ofAuthor(author, name, OF_AUTHOR)),
    ...actions.byName(name, NAMESAKES).map(({ id }) => id),
  ]);
  const namesakes = [...ids]
    .filter((id) => id !== action.id)
    .flatMap((id) => actions.get(id) ?? [])
    .map((one) => factsOf(parts, one));
  return relatedTo(self, namesakes, near, keys).flatMap(({ id, relation }) => {
    const known = actions.get(id);
    return known === undefined ? [] : [{ ...viewOf(parts, known), relation }];
  });
}

function viewOf(
  parts: VersionParts,
  { id, manifest, firstSeen, standing }: KnownAction,
): Omit<Version, "relation"> {
  const { testimony, reputation, policy } = parts;
  const refusal = policy.refusal(id, "offer");
  return {
    ...{ id, name: manifest.name, firstSeen, standing },
    publishers: testimony.publishers(id),
    score: reputation.ofAction(id).value,
    withdrawn: reputation.withdrawn(id),
    ...(refusal === undefined ? {} : { refused: refusal.why }),
  };
}

/** Whoever took it back wrote it all the same. What was made here and is published by nobody is this peer's own. */
function factsOf({ catalogue, self }: VersionParts, { id, manifest, firstSeen }: KnownAction): VersionFacts {
  const { records, actions } = catalogue;
  const said = records.authorsAbout(id, "publication", AUTHORS).flatMap((author) => {
    const created = records.holder(author, "publication", id)?.created;
    return created === undefined ? [] : [{ author, created }];
  });
  const own = actions.isLocal(id) ? [{ author: self, created: firstSeen }] : [];
  return { id, name: manifest.name, firstSeen, said: [...said, ...own] };
}

function keysOf({ reputation }: VersionParts): Keys {
  return {
    heir: (author) => lastSuccessor(author, (peer) => reputation.successor(peer)) ?? author,
    discredited: (author) => reputation.discredited(author) !== undefined,
  };
}
