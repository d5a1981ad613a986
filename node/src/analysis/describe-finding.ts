import type { SourceFinding } from "./types.ts";

/** One line for a person, e.g. `danger  eval, line 3: uses eval`. */
export function describeFinding({ code, severity, line, message, in: where }: SourceFinding): string {
  const place = where === undefined ? `line ${line}` : `line ${line} of the test`;
  return `${severity.padEnd("warning".length)}  ${code}, ${place}: ${message}`;
}
