import type { HeaderReader } from "../api/guard.ts";
import { LOOPBACK } from "../api/http-server.ts";
import { ForeignPageError } from "./errors.ts";

/** What of a request says who caused it. */
export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly header: HeaderReader;
}

/** The one origin of the dashboard. Its other names (`localhost`, `[::1]`) would be other origins with other storage. */
export function originOf(port: number): string {
  // A browser leaves out the port of http itself.
  return port === 80 ? `http://${LOOPBACK}` : `http://${LOOPBACK}:${port}`;
}

/**
 * Pure. Lets pass what the dashboard's own page asks for, and a browser that opens the page itself, from wherever it was sent.
 * Programs that send no `Origin` and no `Sec-Fetch-Site` are stopped by what they do not know: a session's two secrets.
 * @throws {ForeignPageError}
 */
export function checkPageRequest(port: number, { method, path, header }: PageRequest): void {
  const ours = originOf(port);
  if (`http://${header("host")?.toLowerCase()}` !== ours)
    throw new ForeignPageError("The request's Host is not the dashboard's address");
  const reads = method === "GET" || method === "HEAD";
  const origin = header("origin");
  if (origin === undefined ? !reads : origin.toLowerCase() !== ours)
    throw new ForeignPageError("The request comes from a web page of another origin");
  const site = header("sec-fetch-site");
  if (site === undefined || site === "same-origin") return;
  // Typed in by hand, or opened by another program.
  if (site === "none" && reads) return;
  const opensThePage =
    reads &&
    path === "/" &&
    header("sec-fetch-mode") === "navigate" &&
    header("sec-fetch-dest") === "document";
  if (!opensThePage) throw new ForeignPageError("The request was caused by a web page of another site");
}

/** The name has the port in it: cookies are shared by all ports of a host, so two peers would overwrite each other's. */
export function cookieName(port: number): string {
  return `collective-${port}`;
}

/** Pure. The values of every cookie with that name, at most `most`. */
export function cookiesNamed(name: string, header: string | undefined, most: number): string[] {
  return (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .slice(0, most)
    .map((pair) => pair.slice(name.length + 1));
}
