import type { Card } from "@action-collective/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiFailure, asFailure, call, isAbort } from "../api.ts";
import { browseBody, searchBody, type Wish } from "./query.ts";

/** Long enough that a word is typed, short enough that nobody waits. */
const TYPING_MS = 180;
const FOUND_AT_FIRST = 20;
const FOUND_AT_MOST = 50;

export interface Found {
  readonly cards: readonly Card[];
  /** Where the next page begins; a search has `true` while more may be asked for. */
  readonly next: string | true | undefined;
  readonly weak: boolean;
  readonly asked: { readonly peers: number; readonly new: number } | null;
}

export interface Results {
  readonly found: Found | undefined;
  readonly failure: ApiFailure | undefined;
  readonly loading: boolean;
  readonly more: () => Promise<void>;
  /** Puts the question to neighbours as well. */
  readonly askNeighbours: () => Promise<void>;
}

/** What fits a wish: waits until typing pauses, drops what is not wanted any more, keeps the last results meanwhile. */
export function useResults(wish: Wish): Results {
  const [state, setState] = useState<Pick<Results, "found" | "failure" | "loading">>({
    found: undefined,
    failure: undefined,
    loading: true,
  });
  const key = JSON.stringify(wish);
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    const timer = setTimeout(
      () => void settle(() => load(wish, abort.signal)),
      state.found === undefined ? 0 : TYPING_MS,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);

  // What was asked for another wish comes too late.
  const current = useRef(key);
  current.current = key;
  const settle = async (f: () => Promise<Found>): Promise<void> => {
    const isWanted = () => current.current === key;
    try {
      const found = await f();
      if (isWanted()) setState({ found, failure: undefined, loading: false });
    } catch (error) {
      if (isWanted() && !isAbort(error))
        setState({ found: undefined, failure: asFailure(error), loading: false });
    }
  };
  const { found } = state;
  return {
    ...state,
    more: () => settle(() => loadMore(wish, found)),
    askNeighbours: () => settle(() => find(wish, FOUND_AT_FIRST, true)),
  };
}

const load = (wish: Wish, signal: AbortSignal): Promise<Found> =>
  wish.q.trim() === "" ? browse(wish, undefined, signal) : find(wish, FOUND_AT_FIRST, false, signal);

async function loadMore(wish: Wish, found: Found | undefined): Promise<Found> {
  if (typeof found?.next !== "string") return find(wish, FOUND_AT_MOST, false);
  const page = await browse(wish, found.next);
  return { ...page, cards: [...found.cards, ...page.cards] };
}

async function find(wish: Wish, limit: number, ask: boolean, signal?: AbortSignal): Promise<Found> {
  const body = searchBody(wish, limit, ask);
  const { cards, weak, asked } = await call("search", signal === undefined ? { body } : { body, signal });
  return { cards, weak, asked, next: limit < FOUND_AT_MOST && cards.length === limit ? true : undefined };
}

async function browse(wish: Wish, after: string | undefined, signal?: AbortSignal): Promise<Found> {
  const body = browseBody(wish, after);
  const { cards, next } = await call("browse", signal === undefined ? { body } : { body, signal });
  return { cards, next, weak: false, asked: null };
}
