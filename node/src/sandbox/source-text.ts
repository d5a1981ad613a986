import { limits } from "@action-collective/protocol";
import { ScanRefusedError } from "./errors.ts";

/** Deeper nesting breaks parsers, not programs. */
const MOST_BRACKETS = 200;

/** Control characters but tab and line ends, direction overrides and isolates: what an editor would not show. */
const HIDDEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Comments that make a loader open or fetch something. */
const LOADER_COMMENT =
  /[#@]\s*sourceMappingURL\s*=|@(?:deno|ts)-types\s*=|@jsxImportSource|\/\/\/\s*<reference/;

/**
 * Linear checks on a stranger's text, before any parser sees it.
 * @throws {ScanRefusedError}
 */
export function assertReadable(code: string, what: string): void {
  if (Buffer.byteLength(code) > limits.codeBytes)
    throw new ScanRefusedError(`${what} has more than ${limits.codeBytes} bytes`);
  if (HIDDEN.test(code.replace(/[\t\n\r]/g, "")))
    throw new ScanRefusedError(`${what} holds control or direction-changing characters`);
  if (LOADER_COMMENT.test(code))
    throw new ScanRefusedError(`${what} holds a comment that makes loaders open other files`);
  if (deepestBracket(code) > MOST_BRACKETS)
    throw new ScanRefusedError(`${what} nests brackets deeper than ${MOST_BRACKETS}`);
}

/** Counts brackets wherever they stand, also in strings: too strict by a little, and never fooled. */
function deepestBracket(code: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of code) {
    if (character === "(" || character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if ((character === ")" || character === "]" || character === "}") && depth > 0) depth--;
  }
  return deepest;
}
