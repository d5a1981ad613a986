import type { ActionId, BrowsePage, ParsedBodyOfRoute, PeerId } from "@action-collective/protocol";
import { type ActionOrder, compareIn, type Placed, type WalkOrder } from "../catalogue/action-order.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { cardOfKnown } from "../finding/cards.ts";
import { sieveOf } from "../finding/filters.ts";
import type { Known } from "../finding/known-actions.ts";
import type { Slices } from "../finding/slices.ts";
import { cursorOf, type Place, placeOf } from "./browse-place.ts";
import { UnknownCursorError } from "./errors.ts";

/** Runs that the word of one peer counts for in the order of use: a claim costs nothing. */
const RUNS_OF_ONE = 1_000;
/** Actions that one page looks at: half a second of work, in slices. */
const LOOKED_AT = 20_000;

export type BrowseWish = ParsedBodyOfRoute<"browse">;

export interface BrowseParts {
  readonly self: PeerId;
  readonly catalogue: Pick<Catalogue, "selection" | "actions"> & { readonly order: ActionOrder };
  /** An action as a search sees it. */
  readonly known: (id: ActionId) => Known | undefined;
  readonly slices: Slices;
}

interface Ranked {
  readonly known: Known;
  readonly placed: Placed;
  /** By what it stands where it does; 0 where that is its place alone. */
  readonly value: number;
}

/** What a wish lets through. */
type Passes = (action: Known) => boolean;

/**
 * A page of what is known here. What the user's rules refuse, or failed here, is shown only to whoever asks for one's own
 * (and, of what failed, for just that). A page looks at a bounded number of actions and may hold fewer than asked for, even
 * none: as long as there is a `next`, there may be more. Orders by value look at the newest 20,000 that can pass.
 * @throws {UnknownCursorError} and the signal's reason
 */
export async function browse(wish: BrowseWish, parts: BrowseParts): Promise<BrowsePage> {
  const passes = passesFor(wish, parts);
  const after = wish.after === undefined ? undefined : placeOf(wish.after);
  const few = wish.sort === "newest" || wish.sort === "name" ? narrowed(wish, parts) : undefined;
  if (few === undefined && (wish.sort === "newest" || wish.sort === "name"))
    return await leafed(wish, { ...parts, order: wish.sort, passes, after });
  return await ranked(wish, { ...parts, ids: few ?? narrowed(wish, parts) ?? newest(parts), passes, after });
}

/** In the order of an index, from one place on. */
async function leafed(
  { limit }: BrowseWish,
  parts: BrowseParts & { order: WalkOrder; passes: Passes; after: Place | undefined },
): Promise<BrowsePage> {
  const { catalogue, known, slices, order, passes, after } = parts;
  const start = after === undefined ? undefined : catalogue.order.place(after.id);
  if (after !== undefined && start === undefined) throw new UnknownCursorError();
  const found: Known[] = [];
  let looked = 0;
  for (const page of catalogue.order.from(order, start))
    for (const { id } of page) {
      const action = known(id);
      if (action !== undefined && passes(action)) found.push(action);
      looked += 1;
      if (found.length === limit || looked === LOOKED_AT)
        return { cards: found.map(cardOfKnown), next: cursorOf({ id, value: 0 }) };
      await slices.pause();
    }
  return { cards: found.map(cardOfKnown) };
}

/** In the order of what they are worth, or of few that were picked out by a filter. */
async function ranked(
  { sort, limit }: BrowseWish,
  parts: BrowseParts & { ids: Iterable<readonly ActionId[]>; passes: Passes; after: Place | undefined },
): Promise<BrowsePage> {
  const { catalogue, known, slices, ids, passes, after } = parts;
  const start = after === undefined ? undefined : catalogue.order.place(after.id);
  if (after !== undefined && start === undefined) throw new UnknownCursorError();
  const compare = (a: Pick<Ranked, "placed" | "value">, b: Pick<Ranked, "placed" | "value">) =>
    b.value - a.value || compareIn(sort === "name" ? "name" : "newest", a.placed, b.placed);
  const last = after === undefined || start === undefined ? undefined : { placed: start, value: after.value };
  const all: Ranked[] = [];
  const seen = new Set<ActionId>();
  for (const page of ids)
    for (const id of page) {
      await slices.pause();
      const action = seen.has(id) ? undefined : known(id);
      seen.add(id);
      if (action === undefined || !passes(action)) continue;
      const placed = catalogue.order.place(id);
      const one = placed && { known: action, placed, value: worthOf(sort, action) };
      if (one !== undefined && (last === undefined || compare(last, one) < 0)) all.push(one);
    }
  all.sort(compare);
  const shown = all.slice(0, limit);
  const end = all.length > limit ? shown.at(-1) : undefined;
  return {
    cards: shown.map(({ known }) => cardOfKnown(known)),
    ...(end === undefined ? {} : { next: cursorOf({ id: end.known.id, value: end.value }) }),
  };
}

/** Used most: by runs that peers told of, and of those as often used the better one. */
function worthOf(sort: BrowseWish["sort"], action: Known): number {
  if (sort === "score") return action.score().value;
  if (sort !== "used") return 0;
  const { feedback, value } = action.score();
  return Math.min(feedback.runs, feedback.peers * RUNS_OF_ONE) + value / 2;
}

function passesFor(wish: BrowseWish, { self, catalogue }: BrowseParts): Passes {
  const { standing, mine } = wish;
  const authors = [...(wish.authors ?? []), self];
  const isMine = (action: Known) => action.publishedBy([self]) || catalogue.actions.isLocal(action.id);
  const sieve = sieveOf(mine === true ? { ...wish, authors: undefined } : wish);
  return (action) => {
    if (standing === undefined ? action.standing === "failed" && mine !== true : action.standing !== standing)
      return false;
    if (!sieve.fits(action)) return false;
    if (mine !== true) return action.refusal() === undefined;
    if (isMine(action)) return true;
    return action.publishedBy(authors) && action.refusal() === undefined;
  };
}

/** Those that can pass, where a filter leaves few enough. */
function narrowed(
  wish: BrowseWish,
  { self, catalogue }: BrowseParts,
): Iterable<readonly ActionId[]> | undefined {
  const { selection, order } = catalogue;
  const conditions = wish.mine === true ? { authors: [...(wish.authors ?? []), self] } : wish;
  const pages = selection.narrowest(conditions, LOOKED_AT);
  if (pages === undefined) return undefined;
  const ids = function* () {
    for (const numbers of pages) yield selection.idsOf(numbers);
    if (wish.mine === true) yield order.locals(LOOKED_AT);
  };
  return ids();
}

function* newest({ catalogue: { order } }: BrowseParts): Iterable<readonly ActionId[]> {
  let left = LOOKED_AT;
  for (const page of order.from("newest")) {
    yield page.slice(0, left).map(({ id }) => id);
    left -= page.length;
    if (left <= 0) return;
  }
}
