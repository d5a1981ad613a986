import { type Card, CollectiveError } from "@action-collective/protocol";
import { oneLine } from "./output.ts";

/** More of them would hide the question that follows. */
const SHOWN = 5;

/** What the collective has already, one line each. */
export function similarLines(similar: readonly Pick<Card, "id" | "name" | "summary">[]): string[] {
  const rest = similar.length - SHOWN;
  return [
    ...similar
      .slice(0, SHOWN)
      .map(({ id, name, summary }) => `${oneLine(id)}  ${oneLine(name)}: ${oneLine(summary)}`),
    ...(rest > 0 ? [`… and ${rest} more`] : []),
  ];
}

export function similarHeading(count: number): string {
  return `The collective has ${count === 1 ? "an action" : `${count} actions`} much like it already; a search shows one for all:`;
}

/** Nothing was published: the collective has much the same, and nobody said to publish all the same. */
export class NearDuplicateError extends CollectiveError {
  readonly details: readonly string[];

  constructor(name: string, similar: readonly Card[]) {
    super(
      "near-duplicate",
      `${oneLine(name)} was not published: the collective has ${similar.length === 1 ? "an action" : `${similar.length} actions`} much like it already`,
      "Use that one; or, if yours does more or replaces it, publish with --yes.",
    );
    this.details = similarLines(similar);
  }
}
