import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { FilterBar } from "../actions/filters.tsx";
import { filterCount, type Wish, wishOf } from "../actions/query.ts";
import { Results, toFirstResult } from "../actions/results.tsx";
import { type Found, type Results as ResultsOfWish, useResults } from "../actions/use-results.ts";
import { countText } from "../format.ts";
import { status } from "../live.ts";
import { Button, Empty, Failure, Loading } from "../parts/index.ts";
import { replaceQuery, type ViewProps } from "../router.ts";

/** Search as one types, or everything known in an order of one's choice. */
export function View({ params }: ViewProps): VNode {
  const wish = wishOf(params.query);
  const results = useResults(wish);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const change = (part: Partial<Wish>) => replaceQuery({ ...wish, ...part });
  return (
    <div class="page">
      <h1 class="visually-hidden">Actions</h1>
      <search class="stack">
        <label class="visually-hidden" for="search">
          What is needed, in your own words
        </label>
        <input
          id="search"
          ref={field}
          class="search-field"
          type="search"
          autocomplete="off"
          spellcheck={false}
          maxLength={2_000}
          placeholder="What do you need? Say it in your own words"
          value={wish.q}
          onInput={(event) => change({ q: event.currentTarget.value })}
          onKeyDown={toFirstResult}
        />
        <FilterBar wish={wish} change={change} />
      </search>
      <Answer wish={wish} results={results} />
    </div>
  );
}

function Answer({ wish, results }: { readonly wish: Wish; readonly results: ResultsOfWish }): VNode {
  const { found, failure, loading, more, askNeighbours } = results;
  if (failure !== undefined) return <Failure failure={failure} />;
  if (found === undefined) return <Loading what="Searching" />;
  const asked = wish.q.trim() !== "";
  return (
    <div class="stack" aria-busy={loading}>
      <div class="spread answer-head">
        <p class="small soft" role="status">
          {headline(found, asked)}
          {found.weak && " None of them fits well: this may not be what you look for."}
          {found.asked !== null && ` ${neighboursSaid(found.asked)}`}
        </p>
        {asked && found.asked === null && (status.value?.peers ?? 0) > 0 && (
          <span class="row">
            <Button kind={found.weak ? "main" : ""} busy="Asking" onPress={askNeighbours}>
              Ask neighbours
            </Button>
            <span class="small soft">sends these words to connected peers</span>
          </span>
        )}
      </div>
      {found.cards.length === 0 ? <Nothing wish={wish} /> : <Results cards={found.cards} />}
      {found.next !== undefined && (
        <p>
          <Button busy="Loading" onPress={more}>
            Show more
          </Button>
        </p>
      )}
    </div>
  );
}

function headline({ cards, next }: Found, asked: boolean): string {
  const count = `${countText(cards.length, "action")}${next === undefined ? "" : ", and more"}`;
  if (cards.length === 0) return "";
  return asked ? `${count}, best first.` : `${count}.`;
}

const neighboursSaid = ({ peers, new: fresh }: NonNullable<Found["asked"]>): string =>
  `${countText(peers, "neighbour was", "neighbours were")} asked, and brought ${
    fresh === 0 ? "nothing new" : countText(fresh, "new action")
  }.`;

function Nothing({ wish }: { readonly wish: Wish }): VNode {
  const filtered = filterCount(wish) > 0;
  return (
    <Empty title={wish.q.trim() === "" && !filtered ? "No action is known here yet" : "Nothing fits"}>
      <p>
        {filtered
          ? "Filters are exact: take one away."
          : wish.q.trim() === ""
            ? 'They come from the starter library, from neighbours, and from you: "collective publish".'
            : 'Use other words, or make it yourself: "collective new".'}
      </p>
    </Empty>
  );
}
