import type { SourceFindingView } from "@action-collective/protocol";

/** One line for a person, e.g. `danger  eval, line 3: uses eval`. */
export function describeFinding({ code, severity, line, message, in: where }: SourceFindingView): string {
  const place = where === undefined ? `line ${line}` : `line ${line} of the test`;
  return `${severity.padEnd("warning".length)}  ${code}, ${place}: ${message}`;
}
