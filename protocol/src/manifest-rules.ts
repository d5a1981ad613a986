import { isJsonWithin, type Json } from "./json.ts";
import { limits } from "./limits.ts";
import { textProblem } from "./text.ts";

/** The rules for single fields of a manifest (SPEC §5), as plain functions: quicker than their equivalents in a schema language. */

export const NAME = /^[a-zA-Z][a-zA-Z0-9_-]*$/;
export const TAG = /^[a-z0-9][a-z0-9-]*$/;
export const SECRET = /^[A-Z][A-Z0-9_]{0,63}$/;
export const LANGUAGES = ["typescript", "javascript"] as const;

export const FETCH_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] as const;
/** A header's name, RFC 9110 §5.1, in the lower case that programs read it by. */
export const HEADER = /^[a-z0-9][a-z0-9-]*$/;
/** What a URL leaves out. */
const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };
const ACTION_ID = /^bafyrei[a-z2-7]{52}$/;

/** A host name or IPv4 address with an optional port: exactly what the sandbox can be told to allow. */
const NET = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::([1-9][0-9]{0,4}))?$/;

export function isNetPermission(text: string): boolean {
  const match = NET.exec(text);
  return match !== null && Number(match[1] ?? 1) <= 0xffff && !text.includes("..");
}

export function isActionId(text: string): boolean {
  return ACTION_ID.test(text);
}

/** An address as `fetch` itself would write it, so that it can be compared as text. */
export function isFetchUrl(text: string): boolean {
  if (text.length > limits.urlCharacters || !URL.canParse(text)) return false;
  const { protocol, username, password, hash, href } = new URL(text);
  return /^https?:$/.test(protocol) && username === "" && password === "" && hash === "" && href === text;
}

/** Whether an action that asks for these hosts may ask for that address. @param url as `isFetchUrl` has it */
export function reaches(net: readonly string[], url: string): boolean {
  const { protocol, hostname, port } = new URL(url);
  const own = port === "" ? DEFAULT_PORTS[protocol] : port;
  return net.includes(hostname) || net.includes(`${hostname}:${own}`);
}

/** Undefined for one line of text that has something to say, else what is wrong. */
export function lineProblem(text: string, most: number): string | undefined {
  return text.trim() === "" ? "must not be empty" : textProblem(text, { most, lines: "one" });
}

export function proseProblem(text: string, most: number): string | undefined {
  return text.trim() === "" ? "must not be empty" : textProblem(text, { most, lines: "many" });
}

/** What a case may hold: JSON that the program gets as it is, so any well-formed text (SPEC §7.3). */
export function isCaseValue(value: unknown): value is Json {
  return isJsonWithin(value, limits.jsonDepth);
}

export function hasRepeats(items: readonly string[]): boolean {
  return items.length > 1 && new Set(items).size !== items.length;
}
