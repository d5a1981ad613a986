import table from "virtual:routes";
import type { BodyOfRoute, ErrorBody, ResponseOfRoute, RouteName } from "@action-collective/protocol";
import { csrfToken, endSession } from "./session.ts";

/** What the peer, or the way to it, answered instead of what was asked for. */
export class ApiFailure extends Error {
  readonly code: string;
  /** What the user can do about it. */
  readonly remedy: string;
  readonly details: readonly string[];

  constructor(code: string, message: string, remedy: string, details: readonly string[] = []) {
    super(message);
    this.name = "ApiFailure";
    this.code = code;
    this.remedy = remedy;
    this.details = details;
  }
}

export interface CallOptions<N extends RouteName> {
  /** What stands for `{ref}` in the route's path. */
  readonly ref?: string;
  readonly body?: BodyOfRoute<N>;
  readonly signal?: AbortSignal;
}

/**
 * Calls one route of the contract as the user.
 * @throws {ApiFailure} what the peer answered, `peer-unreachable` when it did not
 * @throws {DOMException} `AbortError`, when `signal` said so
 */
export async function call<N extends RouteName>(
  name: N,
  { ref, body, signal }: CallOptions<N> = {},
): Promise<ResponseOfRoute<N>> {
  const route = table[name];
  if (route === undefined) throw new ApiFailure("internal", `There is no route ${name}`, "Reload the page.");
  const [method, path] = route;
  const response = await ask(`/api${path.replace("{ref}", encodeURIComponent(ref ?? ""))}`, {
    method: method.toUpperCase(),
    ...(method === "post" ? { body: JSON.stringify(body ?? {}) } : {}),
    headers: method === "post" ? { "content-type": "application/json" } : {},
    ...(signal === undefined ? {} : { signal }),
  });
  return (await response.json()) as ResponseOfRoute<N>;
}

/** A request with the session's proof; whoever gets 401 is logged out. */
export async function ask(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = csrfToken();
  headers.set("x-collective-csrf", token ?? "");
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, credentials: "same-origin", cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiFailure(
      "peer-unreachable",
      "The peer does not answer",
      '"collective start" starts it again, and "collective open" then leads back here.',
    );
  }
  if (response.ok) return response;
  if (response.status === 401) endSession(token);
  throw await failureOf(response);
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => undefined)) as Partial<ErrorBody> | undefined;
  const error = body?.error;
  if (error !== undefined) return new ApiFailure(error.code, error.message, error.remedy, error.details);
  return new ApiFailure(
    "internal",
    `The peer answered ${response.status}, and nothing else`,
    "Look into the peer's log.",
  );
}

export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "AbortError";

/** Whatever was thrown, as something that can be shown. */
export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure("internal", message, "Reload the page; if it stays, report it.");
}
