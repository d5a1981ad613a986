import { createHash, timingSafeEqual } from "node:crypto";
import { HUMAN_PROTOCOL, TOKEN_PROTOCOL } from "./frames.ts";

/** What a client says of itself when it knocks; header names are in lower case. */
export interface Knock {
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface DoorRules {
  readonly token: string;
  /** `host:port` as clients may name this server. */
  readonly hosts: readonly string[];
  /** Of the pages that may connect (`http://localhost:5173`); no other page may. */
  readonly origins: readonly string[];
}

/** `known`: the token was right. `unknown`: the first frame has to bring it. */
export type Verdict = "known" | "unknown" | { readonly status: 401 | 403 | 404; readonly why: string };

/**
 * A page in the person's browser can reach a loopback port, and by DNS rebinding under a name of its own choosing; but it cannot
 * choose the Host and Origin headers. The token never stands in the address, which is logged and remembered in many places.
 */
export function judgeKnock({ url, headers }: Knock, { token, hosts, origins }: DoorRules): Verdict {
  if (url !== "/") return { status: 404, why: "The address is / and nothing else" };
  if (!hosts.includes(one(headers.host)?.toLowerCase() ?? ""))
    return { status: 403, why: "The request's Host is not this server's" };
  const origin = one(headers.origin);
  if (origin !== undefined && !origins.includes(origin.toLowerCase()))
    return { status: 403, why: "Web pages of this origin may not connect" };
  const given = protocolsOf(headers["sec-websocket-protocol"]).find((name) =>
    name.startsWith(TOKEN_PROTOCOL),
  );
  if (given === undefined) return "unknown";
  return isToken(given.slice(TOKEN_PROTOCOL.length), token)
    ? "known"
    : { status: 401, why: "The token is wrong" };
}

/** Compares digests, so that neither the time taken nor the length tells anything about the token. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

/** Of the subprotocols offered, ours; the one that holds the token is never sent back. */
export function chosenProtocol(offered: ReadonlySet<string>): string | false {
  return offered.has(HUMAN_PROTOCOL) ? HUMAN_PROTOCOL : false;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function protocolsOf(header: string | readonly string[] | undefined): readonly string[] {
  return (one(header) ?? "").split(",").map((name) => name.trim());
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.join(",");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
