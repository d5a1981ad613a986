import type { ActionView, Json } from "@action-collective/protocol";
import { canonical } from "./same-json.ts";

export type Case = ActionView["cases"][number];

export interface CasesDifference {
  /** Cases of the old one that the new one does not have, literally. */
  readonly gone: readonly Case[];
  readonly added: number;
  readonly kept: number;
  /** Those of them that judge the same input and want something else. */
  readonly contradicted: number;
}

/** Pure. */
export function compareCases(before: readonly Case[], after: readonly Case[]): CasesDifference {
  const textOf = (one: Case) => canonical(one as Json);
  const now = new Set(after.map(textOf));
  const then = new Set(before.map(textOf));
  const inputs = new Set(after.map(({ input }) => canonical(input)));
  const gone = before.filter((one) => !now.has(textOf(one)));
  return {
    gone,
    added: after.filter((one) => !then.has(textOf(one))).length,
    kept: before.length - gone.length,
    contradicted: gone.filter(({ input }) => inputs.has(canonical(input))).length,
  };
}
