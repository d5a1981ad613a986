import type { SourceFinding } from "./types.ts";

/** Longer than what formatters leave, and shorter than any packed program worth packing. */
const LONG_LINE_CHARACTERS = 1_000;

/** What can be said about a text without a parser. Pure. */
export function textFindings(code: string): SourceFinding[] {
  return code.split("\n").flatMap((text, at) =>
    text.length > LONG_LINE_CHARACTERS
      ? [
          {
            code: "long-line" as const,
            severity: "warning" as const,
            line: at + 1,
            message: `a line of ${text.length} characters, which nobody reads`,
          },
        ]
      : [],
  );
}
