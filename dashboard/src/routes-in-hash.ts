/** The pages. `action`, `peer` and `reputation` are about one thing: `ref` says which; the last without it is about trust. */
export const views = [
  "overview",
  "actions",
  "action",
  "network",
  "peer",
  "reputation",
  "runs",
  "policy",
] as const;
export type ViewName = (typeof views)[number];

export interface Place {
  readonly view: ViewName | "unknown";
  /** Of what the view is about; empty for the others. */
  readonly ref: string;
  readonly query: URLSearchParams;
}

const FOLDERS: Readonly<Record<string, { readonly list?: ViewName; readonly one?: ViewName }>> = {
  actions: { list: "actions", one: "action" },
  network: { list: "network", one: "peer" },
  reputation: { list: "reputation", one: "reputation" },
  runs: { list: "runs" },
  policy: { list: "policy" },
};

/** What `location.hash` stands for. */
export function parseHash(hash: string): Place {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s, 2);
  const query = new URLSearchParams(search);
  if (path === "") return { view: "overview", ref: "", query };
  const [folder = "", encoded, ...more] = path.split("/");
  const known = Object.hasOwn(FOLDERS, folder) ? FOLDERS[folder] : undefined;
  const ref = decoded(encoded ?? "");
  const view = ref === "" ? known?.list : known?.one;
  if (view === undefined || ref === undefined || more.length > 0) return { view: "unknown", ref: "", query };
  return { view, ref, query };
}

/** The hash of a view: `href("action", id)`, `href("actions", "", { q: "csv" })`. Empty values are left out. */
export function href(view: ViewName, ref = "", query: Readonly<Record<string, string>> = {}): string {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
  const search = given.size === 0 ? "" : `?${given}`;
  if (view === "overview") return `#/${search}`;
  const folder =
    Object.entries(FOLDERS).find(([, { list, one }]) => view === list || view === one)?.[0] ?? "";
  return `#/${folder}${ref === "" ? "" : `/${encodeURIComponent(ref)}`}${search}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
