import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Testimony } from "../catalogue/testimony.ts";
import type { Evidence } from "./reputation.ts";

/** What a peer's own catalogue says; reputation itself reads nothing. */
export function evidenceOf(
  testimony: Testimony,
  { actions, usage }: Pick<Catalogue, "actions" | "usage">,
): Evidence {
  return {
    standing: (action) => actions.standing(action),
    strength: (action) => {
      const measured = actions.strength(action);
      return measured === undefined ? undefined : measured.killed / measured.mutants;
    },
    publishers: (action) => testimony.publishers(action),
    opinions: (action) => testimony.opinions(action),
    experiences: (action) => testimony.experiences(action),
    ownCounters: (action) => usage.counters(action),
    raters: (action) => testimony.raters(action),
    agreement: (rater) => testimony.agreement(rater),
    equivocated: (peer) => testimony.equivocated(peer),
  };
}
