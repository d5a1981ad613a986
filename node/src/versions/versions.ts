import type { ActionId, PeerId, Version } from "@action-collective/protocol";

/** What of an action decides whether another could stand in its place. */
export interface VersionFacts {
  readonly id: ActionId;
  readonly name: string;
  /** Everybody who ever published it, also those who took it back, and when each said so last (milliseconds since 1970). */
  readonly said: readonly { readonly author: PeerId; readonly created: number }[];
  /** When this peer first heard of it. */
  readonly firstSeen: number;
}

/** Keys as this peer sees them. */
export interface Keys {
  /** The last key that succeeds this one; itself where none does. */
  heir(author: PeerId): PeerId;
  /** Its word counts for nothing here: what it publishes succeeds nothing. */
  discredited(author: PeerId): boolean;
}

/** One answer is a page. */
export const MOST_VERSIONS = 50;

export interface Related {
  readonly id: ActionId;
  readonly relation: Version["relation"];
}

/**
 * How other actions stand to this one. Pure. Of the same author and name, the author's own words decide which is newer; a
 * stranger of the same name is no successor, whatever the name. What is much like it comes after, each action once.
 */
export function relatedTo(
  self: VersionFacts,
  namesakes: readonly VersionFacts[],
  duplicates: readonly ActionId[],
  keys: Keys,
): Related[] {
  const mine = latestByAuthor(self, keys);
  const kin = namesakes
    .filter(({ id, name }) => id !== self.id && name === self.name)
    .flatMap((one): (Related & { readonly at: number })[] => {
      const said = [...latestByAuthor(one, keys)].flatMap(([author, created]) => {
        const own = mine.get(author);
        return own === undefined ? [] : [{ created, own }];
      });
      const [latest] = said.sort((a, b) => b.created - a.created);
      if (latest === undefined) return [];
      const isNewer =
        latest.created === latest.own ? one.firstSeen > self.firstSeen : latest.created > latest.own;
      return [{ id: one.id, relation: isNewer ? "successor" : "predecessor", at: latest.created }];
    })
    .sort((a, b) => b.at - a.at);
  const taken = new Set<ActionId>([self.id, ...kin.map(({ id }) => id)]);
  const of = (relation: Version["relation"]) => kin.filter((one) => one.relation === relation);
  const alike = duplicates
    .filter((id) => !taken.has(id))
    .map((id) => ({ id, relation: "duplicate" as const }));
  return [...of("successor"), ...of("predecessor"), ...alike]
    .slice(0, MOST_VERSIONS)
    .map(({ id, relation }) => ({ id, relation }));
}

/** By the key that answers for it today. */
function latestByAuthor({ said }: VersionFacts, keys: Keys): Map<PeerId, number> {
  const latest = new Map<PeerId, number>();
  for (const { author, created } of said) {
    if (keys.discredited(author)) continue;
    const heir = keys.heir(author);
    latest.set(heir, Math.max(created, latest.get(heir) ?? Number.NEGATIVE_INFINITY));
  }
  return latest;
}
