/**
 * The share of a page that one author may take while others match about as well. Three of ten: an author who wrote the
 * best answers has them seen, and whoever floods the collective with variants gets three places and not ten.
 */
const AUTHOR_SHARE = 0.3;
/** On the shortest pages too. */
const LEAST_PLACES = 2;
/** What "about as well" means: what an author has beyond the share comes behind others' that score up to 10 % less. */
export const BEYOND_SHARE = 0.9;

export interface Placed<Item> {
  readonly item: Item;
  /** 1, or BEYOND_SHARE. */
  readonly author: number;
  /** What the order goes by: score × author. */
  readonly order: number;
}

/**
 * Orders a page so that it has more than one author, where there is more than one to have. Nothing is hidden, and
 * nobody's score changes. Keys cost nothing, so this is no wall against one person with many of them: reputation is.
 * @param items best first.
 * @param authorOf undefined for what has no author, which takes nobody's share.
 */
export function shareAmongAuthors<Item extends { readonly score: number }>(
  items: readonly Item[],
  page: number,
  authorOf: (item: Item) => string | undefined,
): Placed<Item>[] {
  const places = Math.max(LEAST_PLACES, Math.ceil(page * AUTHOR_SHARE));
  const taken = new Map<string, number>();
  return items
    .map((item): Placed<Item> => {
      const name = authorOf(item);
      const before = name === undefined ? 0 : (taken.get(name) ?? 0);
      if (name !== undefined) taken.set(name, before + 1);
      const author = before < places ? 1 : BEYOND_SHARE;
      return { item, author, order: item.score * author };
    })
    .sort((left, right) => right.order - left.order);
}
