import type { ActionView, ResponseOfRoute } from "@action-collective/protocol";
import { type CasesDifference, compareCases } from "./compare-cases.ts";
import { comparePermissions, type PermissionsDifference } from "./compare-permissions.ts";
import { compareSchemas, type SchemaDifference } from "./compare-schemas.ts";
import { type TextDifference, unifiedDiff } from "./unified-diff.ts";

/** An action with its text, as `client.show` and `client.source` give them. */
export interface WholeAction {
  readonly view: ActionView;
  /** Absent where it could not be had. */
  readonly source?: Pick<ResponseOfRoute<"source">, "code" | "test">;
}

/** What changes for whoever uses the one and would use the other. */
export interface ActionDifference {
  readonly permissions: PermissionsDifference;
  readonly input: SchemaDifference;
  readonly output: SchemaDifference;
  readonly cases: CasesDifference;
  /** Absent where one of the texts could not be had, as is `test`. */
  readonly code?: TextDifference;
  /** Of the test module. */
  readonly test?: TextDifference;
  /** Ids of actions that it calls. */
  readonly uses: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Absent where it is the same. */
  readonly licence?: { readonly from: string; readonly to: string };
}

/** Pure. */
export function compareActions(before: WholeAction, after: WholeAction): ActionDifference {
  const [old, now] = [before.view, after.view];
  return {
    permissions: comparePermissions(old.permissions, now.permissions),
    input: compareSchemas(old.input, now.input, "input"),
    output: compareSchemas(old.output, now.output, "output"),
    cases: compareCases(old.cases, now.cases),
    ...textsOf(before, after),
    uses: {
      added: now.uses.filter((id) => !old.uses.includes(id)),
      removed: old.uses.filter((id) => !now.uses.includes(id)),
    },
    ...(old.licence === now.licence ? {} : { licence: { from: old.licence, to: now.licence } }),
  };
}

function textsOf(
  { source: old }: WholeAction,
  { source: now }: WholeAction,
): Pick<ActionDifference, "code" | "test"> {
  if (old === undefined || now === undefined) return {};
  return { code: unifiedDiff(old.code, now.code), test: unifiedDiff(old.test ?? "", now.test ?? "") };
}
