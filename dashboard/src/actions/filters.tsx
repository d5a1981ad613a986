import type { VNode } from "preact";
import { filterCount, LANGUAGES, SORTS, STANDINGS, type Wish } from "./query.ts";

interface Props {
  readonly wish: Wish;
  readonly change: (part: Partial<Wish>) => void;
}

const SORT_NAMES = {
  newest: "Newest first",
  score: "Best score first",
  used: "Most used here",
  name: "By name",
};
const STANDING_NAMES = {
  passed: "Passed here",
  failed: "Failed here",
  pending: "Not tested yet",
  unknown: "Could not be tested",
};

/** What a result must be. */
export function FilterBar({ wish, change }: Props): VNode {
  const flag = (name: "verified" | "mine" | "all") => ({
    checked: wish[name] !== "",
    onChange: (event: { readonly currentTarget: HTMLInputElement }) =>
      change({ [name]: event.currentTarget.checked ? "1" : "" }),
  });
  const text = (name: "tags" | "licence" | "author" | "score") => ({
    value: wish[name],
    onInput: (event: { readonly currentTarget: HTMLInputElement }) =>
      change({ [name]: event.currentTarget.value }),
  });
  const choice = (name: "may" | "language" | "sort" | "standing") => ({
    value: wish[name],
    onChange: (event: { readonly currentTarget: HTMLSelectElement }) =>
      change({ [name]: event.currentTarget.value }),
  });
  const set = filterCount(wish);
  const asked = wish.q.trim() !== "";
  return (
    <div class="filters">
      <div class="row">
        <label class="check">
          <input type="checkbox" {...flag("verified")} /> Verified here
        </label>
        <label class="check">
          <input type="checkbox" {...flag("mine")} /> Mine
        </label>
        <select aria-label="Permissions" {...choice("may")}>
          <option value="">Any permissions</option>
          <option value="pure">Pure: needs nothing</option>
          <option value="net">May use the network</option>
          <option value="secrets">May use secrets</option>
        </select>
        {asked ? (
          <label class="check">
            <input type="checkbox" {...flag("all")} /> Each near-duplicate
          </label>
        ) : (
          <>
            <select aria-label="Standing" {...choice("standing")}>
              <option value="">Any standing</option>
              {STANDINGS.map((name) => (
                <option key={name} value={name}>
                  {STANDING_NAMES[name]}
                </option>
              ))}
            </select>
            <select
              aria-label="Order"
              value={wish.sort === "" ? "newest" : wish.sort}
              onChange={(event) => change({ sort: event.currentTarget.value })}
            >
              {SORTS.map((name) => (
                <option key={name} value={name}>
                  {SORT_NAMES[name]}
                </option>
              ))}
            </select>
          </>
        )}
      </div>
      <details
        open={[wish.tags, wish.licence, wish.author, wish.score, wish.language].some((it) => it !== "")}
      >
        <summary>More filters{set === 0 ? "" : ` (${set} set)`}</summary>
        <div class="filter-fields">
          <label>
            <span>Tags, all of them</span>
            <input type="text" placeholder="csv, text" autocomplete="off" {...text("tags")} />
          </label>
          <label>
            <span>Licence</span>
            <input type="text" placeholder="MIT" autocomplete="off" {...text("licence")} />
          </label>
          <label>
            <span>Language</span>
            <select {...choice("language")}>
              <option value="">Any</option>
              {LANGUAGES.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>Score, at least (%)</span>
            <input type="number" min="0" max="100" step="5" {...text("score")} />
          </label>
          <label>
            <span>Published by</span>
            <input
              type="text"
              placeholder="12D3KooW…"
              autocomplete="off"
              spellcheck={false}
              {...text("author")}
            />
          </label>
          {set > 0 && (
            <button
              type="button"
              onClick={() =>
                change({
                  ...{ verified: "", may: "", tags: "", licence: "", language: "", score: "" },
                  ...{ author: "", mine: "", standing: "", all: "" },
                })
              }
            >
              Clear filters
            </button>
          )}
        </div>
      </details>
    </div>
  );
}
