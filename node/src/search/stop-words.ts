/**
 * Words that say nothing about which action is wanted. Dropped from queries, never from the keyword index,
 * so that a query of nothing else ("get all") can still be answered.
 * "get", "give", "use" and their like are here because requests are full of them ("get me…"):
 * with them in, nDCG@10 of the keyword index on BFCL falls.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a an the of to in on at for and or is are was be been it this that these those with from by as i me my you
  your we our they them he she his her can could would will shall should may might do does did have has had
  please what which who how when where if then than so but not no into about up out there here just any some
  all need want like get give tell know let us am its their also using use`.split(/\s+/),
);
