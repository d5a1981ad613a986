/** Everything about the honest; each scenario says where it differs. */
export interface HonestPlan {
  readonly honest: number;
  /** Actions that the honest publish, over `days`; so many of them are broken by mistake. */
  readonly actions: number;
  readonly broken: number;
  readonly days: number;
  /** Whom each of them vouches for: neighbours on a ring, and one more at random. */
  readonly edges: number;
  /** Share of those statements that point to attackers instead. */
  readonly attackEdges: number;
  /**
   * Share of the honest who test an action, and the mean delay of that. Both are exponentially distributed: one action in
   * ten has a tenth of the usual raters, and what is new has few.
   */
  readonly tested: number;
  readonly delayDays: number;
  /** At most so many raters of one action. */
  readonly mostRaters: number;
  /** A test says the wrong thing: a slow machine, a missing file. */
  readonly mistakes: number;
  /** Share of the honest whose test a bad action passes. */
  readonly fooled: number;
  /** The same of them each time, instead of others for each action. */
  readonly alwaysTheSame: boolean;
}

export const USUAL: HonestPlan = {
  honest: 100,
  actions: 100,
  broken: 0.1,
  days: 60,
  edges: 5,
  attackEdges: 0.05,
  tested: 0.15,
  delayDays: 10,
  mostRaters: Number.POSITIVE_INFINITY,
  mistakes: 0.01,
  fooled: 0,
  alwaysTheSame: false,
};
