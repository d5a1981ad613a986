import { type Route, type RouteName, routes } from "@action-collective/protocol";

/** What a request was for: one of the contract's routes, one of the two pages beside it, or nothing there is. */
export type RequestedRoute = RouteName | "mcp" | "openapi" | "none";

/** Every value that the label `route` can have. */
export const REQUESTED_ROUTES: readonly RequestedRoute[] = [
  ...(Object.keys(routes) as RouteName[]),
  "mcp",
  "openapi",
  "none",
];

const EXACT = new Map<string, RequestedRoute>();
const WITH_REFERENCE: {
  readonly method: string;
  readonly before: string;
  readonly after: string;
  readonly name: RouteName;
}[] = [];
for (const name of Object.keys(routes) as RouteName[]) {
  const { method, path }: Route = routes[name];
  const [before = "", after] = path.split("{ref}");
  if (after === undefined) EXACT.set(`${method} ${path}`, name);
  else WITH_REFERENCE.push({ method, before, after, name });
}

/** Pure. @param url path and query, as a stranger's program wrote it */
export function requestedRoute(method: string | undefined, url: string | undefined): RequestedRoute {
  const [path = ""] = (url ?? "").split("?", 1);
  const verb = (method ?? "").toLowerCase();
  if (path === "/mcp") return "mcp";
  if (path === "/v1/openapi.json" && verb === "get") return "openapi";
  const exact = EXACT.get(`${verb} ${path}`);
  if (exact !== undefined) return exact;
  const found = WITH_REFERENCE.find(({ method, before, after }) => {
    if (method !== verb || !path.startsWith(before) || !path.endsWith(after)) return false;
    const reference = path.slice(before.length, path.length - after.length);
    return reference !== "" && path.length > before.length + after.length && !reference.includes("/");
  });
  return found?.name ?? "none";
}

/** Its path as the contract writes it, with `{ref}` where a reference stands; undefined where there is no such page. */
export function routePath(route: RequestedRoute): string | undefined {
  if (route === "none") return undefined;
  if (route === "mcp") return "/mcp";
  return route === "openapi" ? "/v1/openapi.json" : routes[route].path;
}

/** Every value that the label `status` can have; `gone`: the client went away before the answer. */
export const STATUS_CLASSES = ["2xx", "3xx", "4xx", "5xx", "gone"] as const;

/** Pure. */
export function statusClass(status: number, wasAnswered: boolean): (typeof STATUS_CLASSES)[number] {
  if (!wasAnswered) return "gone";
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}
