import { isJsonWithin, type Json } from "./json.ts";
import { limits } from "./limits.ts";
import { textProblem } from "./text.ts";

/** The rules for single fields of a manifest (SPEC §5), as plain functions: quicker than their equivalents in a schema language. */

export const NAME = /^[a-zA-Z][a-zA-Z0-9_-]*$/;
export const TAG = /^[a-z0-9][a-z0-9-]*$/;
export const SECRET = /^[A-Z][A-Z0-9_]{0,63}$/;
export const LANGUAGES = ["typescript", "javascript"] as const;

/** A host name or IPv4 address with an optional port: exactly what the sandbox can be told to allow. */
const NET = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::([1-9][0-9]{0,4}))?$/;

export function isNetPermission(text: string): boolean {
  const match = NET.exec(text);
  return match !== null && Number(match[1] ?? 1) <= 0xffff && !text.includes("..");
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
