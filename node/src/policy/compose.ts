import type { CID } from "multiformats/cid";
import { blockName } from "../block-name.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type FactsParts, policyFactsOf } from "./facts.ts";
import type { PolicyDesk } from "./policy-desk.ts";
import { WithheldRecords } from "./withheld-records.ts";

export interface PolicyComposition extends FactsParts {
  readonly catalogue: Catalogue;
  readonly clock: () => number;
  /** Wakes whoever verifies, and whoever keeps blocks. */
  readonly followed: () => void;
}

/** Actions held here that are looked at for one that lets a block go out. */
const SHARERS_ASKED = 16;

/** Ties the desk to what this peer knows: what it judges, and what follows when the rules change. */
export function composePolicy(desk: PolicyDesk, parts: PolicyComposition): WithheldRecords {
  const { catalogue, clock, followed } = parts;
  const { selection, actions, records } = catalogue;
  desk.attach({
    factsOf: (id) => policyFactsOf(id, parts),
    total: () => selection.total(),
    *pages(newest) {
      for (const numbers of selection.everything(newest)) yield selection.fitting(numbers, {});
    },
  });
  const withheld = new WithheldRecords({ live: records.live, desk, now: () => performance.now() });
  desk.onChange(async () => {
    await withheld.apply();
    // What was refused waits for its next turn; it may be wanted now.
    actions.hurry(clock());
    followed();
  });
  return withheld;
}

/**
 * Whether a block is given to neighbours and announced: where an action that is held here needs it, and the policy does not
 * refuse that one. What is not held, such as what is being looked at before it is tested, is given to nobody; nor is what
 * was made here and not published.
 */
export function mayServeBlock(
  cid: CID,
  {
    holdings,
    actions,
  }: { readonly holdings: Catalogue["holdings"]; readonly actions: Pick<Catalogue["actions"], "isLocal"> },
  desk: Pick<PolicyDesk, "refusal">,
): boolean {
  const held = holdings.actionsWith(blockName(cid), SHARERS_ASKED);
  return held.some((id) => !actions.isLocal(id) && desk.refusal(id, "serve") === undefined);
}
