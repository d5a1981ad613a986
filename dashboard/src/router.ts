import { signal } from "@preact/signals";
import { href, type Place, parseHash, type ViewName } from "./routes-in-hash.ts";

export { href, type Place, type ViewName } from "./routes-in-hash.ts";

/** What every view is given. */
export interface ViewProps {
  readonly params: { readonly ref: string; readonly query: URLSearchParams };
}

/** Where the user is. */
export const route = signal<Place>(parseHash(location.hash));

addEventListener("hashchange", () => {
  route.value = parseHash(location.hash);
});

/** Goes to a view, as a link would. */
export function go(view: ViewName, ref = "", query: Readonly<Record<string, string>> = {}): void {
  location.hash = href(view, ref, query);
}

/** Changes what stands in the address without a step in the history: for what is being typed. */
export function replaceQuery(query: Readonly<Record<string, string>>): void {
  const { view, ref } = route.peek();
  if (view === "unknown") return;
  history.replaceState(null, "", href(view, ref, query));
  route.value = parseHash(location.hash);
}
