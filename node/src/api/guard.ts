import { createHash, timingSafeEqual } from "node:crypto";
import type { Caller } from "../capabilities/caller.ts";
import type { Capabilities } from "../capabilities/capabilities.ts";
import { ForbiddenOriginError, UnauthorisedError } from "./errors.ts";

/** How a request reached the peer. On TCP, `port` is the one the API listens on. */
export type Transport = { readonly kind: "tcp"; readonly port: number } | { readonly kind: "socket" };

/** What the guard looks at: header names are in lower case. */
export type HeaderReader = (name: string) => string | undefined;

/**
 * A page in the user's browser can reach a loopback port, and by DNS rebinding under a name of its own choosing
 * (CVE-2025-49596, CVE-2025-66414). Such a page cannot choose the Host and Origin headers.
 * @throws {ForbiddenOriginError}
 */
export function checkOrigin(transport: Transport, header: HeaderReader): void {
  const hosts = transport.kind === "tcp" ? ourHosts(transport.port) : undefined;
  const host = header("host")?.toLowerCase();
  if (hosts !== undefined && (host === undefined || !hosts.includes(host)))
    throw new ForbiddenOriginError("The request's Host is not an address of this peer's API");
  const origin = header("origin");
  if (origin !== undefined && !(hosts ?? []).some((known) => origin.toLowerCase() === `http://${known}`))
    throw new ForbiddenOriginError("The request comes from a web page of another origin");
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none")
    throw new ForbiddenOriginError("The request was caused by a web page of another site");
}

export interface Keys {
  /** The peer's own: whoever has it is the user. */
  readonly token: string;
  /** Undefined: it takes none. */
  readonly capabilities: Pick<Capabilities, "isMeant" | "open"> | undefined;
}

/**
 * For whom a request is. Compares digests, so that neither the time taken nor the length tells anything about the token.
 * @throws {UnauthorisedError | InvalidCapabilityError | CapabilityEndedError | CapabilityRefusedError}
 */
export function callerOfRequest({ token, capabilities }: Keys, header: HeaderReader): Caller {
  const given = /^Bearer ([^\s]+)$/i.exec(header("authorization") ?? "")?.[1] ?? "";
  if (capabilities?.isMeant(given) === true) return capabilities.open(given);
  if (!timingSafeEqual(digest(given), digest(token))) throw new UnauthorisedError();
  return "user";
}

/** A form or a no-CORS fetch can send text/plain to any address, JSON it cannot. */
export function isJsonContent(header: HeaderReader): boolean {
  return /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(header("content-type") ?? "");
}

function ourHosts(port: number): readonly string[] {
  return ["127.0.0.1", "localhost", "[::1]"].flatMap((name) =>
    // A browser leaves out the port of http itself.
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  );
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
