import type { ActionId, PolicyPreview } from "@action-collective/protocol";
import type { Slices } from "../finding/slices.ts";
import type { Refusal, RefusalCode } from "./acceptable.ts";
import { REASONS } from "./hidden.ts";

/** Actions that are looked at, the newest: a second or two of work, in slices. */
export const PREVIEWED = 20_000;
/** Examples of what would be hidden or shown. */
const EXAMPLES = 20;

/** What a change of the rules would do; the names of the examples are left to whoever shows them. */
export interface Preview extends Omit<PolicyPreview, "hidden" | "shown"> {
  readonly hidden: readonly { readonly id: ActionId; readonly why: string }[];
  readonly shown: readonly ActionId[];
}

export interface PreviewParts {
  /** How many actions are known. */
  readonly total: number;
  /** The newest `PREVIEWED` of them. */
  readonly pages: Iterable<readonly ActionId[]>;
  readonly before: (id: ActionId) => Refusal | undefined;
  readonly after: (id: ActionId) => Refusal | undefined;
  readonly slices: Slices;
}

/** Holds the rules as they are against the rules as they would be. Rejects with the reason of the slices' signal. */
export async function previewOf({ total, pages, before, after, slices }: PreviewParts): Promise<Preview> {
  let [hiddenNow, hiddenThen, shows] = [0, 0, 0];
  const tally = new Map<RefusalCode, number>();
  const hidden: { id: ActionId; why: string }[] = [];
  const shown: ActionId[] = [];
  for (const page of pages) {
    for (const id of page) {
      const [was, is] = [before(id), after(id)];
      if (was !== undefined) hiddenNow += 1;
      if (is !== undefined) hiddenThen += 1;
      if (was === undefined && is !== undefined) {
        tally.set(is.code, (tally.get(is.code) ?? 0) + 1);
        if (hidden.length < EXAMPLES) hidden.push({ id, why: is.why });
      }
      if (was !== undefined && is === undefined) {
        shows += 1;
        if (shown.length < EXAMPLES) shown.push(id);
      }
      await slices.pause();
    }
  }
  const hides = [...tally]
    .map(([code, actions]) => ({ why: REASONS[code], actions }))
    .sort((a, b) => b.actions - a.actions);
  const lookedAt = total > PREVIEWED ? { lookedAt: PREVIEWED } : {};
  return { hiddenNow, hiddenThen, hides, hidden, shows, shown, ...lookedAt };
}
