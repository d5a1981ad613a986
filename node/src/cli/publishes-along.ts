import { CollectiveError } from "@action-collective/protocol";
import { oneLine } from "./output.ts";

type Named = readonly { readonly id: string; readonly name: string }[];

/** An action that uses unpublished ones is of no use to others without them. */
export function alongLine(along: Named): string {
  const names = along.map(({ name }) => oneLine(name)).join(", ");
  return `It uses ${names}, which nobody has published: published with it, for good.`;
}

/** A program, which cannot be asked, would publish more than it named. */
export class PublishesAlongError extends CollectiveError {
  readonly details: readonly string[];

  constructor(name: string, along: Named) {
    super(
      "approval-needed",
      `${oneLine(name)} was not published. ${alongLine(along)}`,
      "Look at them with `collective show`, then add --yes.",
    );
    this.details = along.map(({ id }) => id);
  }
}
