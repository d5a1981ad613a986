const DAY_MS = 24 * 60 * 60 * 1000;

// What evidence on an action is worth, in units of one pass reported by a fully trusted rater.

/** A test that ran here outweighs a few others who say the same… */
export const OWN_PASS = 3;
/** …but a pass of a test that notices nothing is worth half of one that notices everything. */
export const WEAKEST_PASS = 0.5;
/** Until it was measured: the middle, so that measuring can speak for an action or against it. */
export const UNMEASURED = 0.5;
/**
 * A failure costs more than a pass earns: a bad action does more harm than a good one helps. Where what is bad passes at half
 * of its testers, 8.0, 6.2 or 5.2 % of what is best in a search is bad with 2, 3 or 4; slander of half of the good actions
 * leaves 97, 95 or 93 % of them acceptable (`npm run sim:reputation`).
 */
export const FAIL_WEIGHT = 3;
/** Feedback is an opinion about usefulness, not a reproducible run. */
export const FEEDBACK_WEIGHT = 0.3;
/** However many runs one peer reports, it is one peer. */
export const FEEDBACK_RUNS_COUNTED = 10;
/** Code does not age, but what it talks to does: after so long a word counts half. */
export const HALF_LIFE_MS = 90 * DAY_MS;
/** A known good author is worth about one pass: it never makes an action trusted that nobody ran. */
export const AUTHOR_PASS = 1;
/** A bad action of an author costs as much as three good ones earn. */
export const AUTHOR_BAD = 3;
/** One-sided 90 % bound of the normal approximation. */
export const Z = 1.2816;
/** Scores move with time in steps of this length, so that what was computed can be kept meanwhile. */
export const STEP_MS = 60 * 60 * 1000;

// Whose word counts.

/** A disagreement with what was computed here costs as much as three agreements earn. */
export const DISAGREEMENT = 3;
/** What the user's own word for a rater is worth, in agreements, by level. */
export const VOUCHED = { 1: 1, 2: 4 } as const;
/** What is left of the word of somebody whom the user calls often wrong. */
export const OFTEN_WRONG = 0.5;

// The walk.

/** Chance to stop at each peer: far friends of friends count little. */
export const RESTART = 0.35;
/** Peers on the longest way. */
export const HOPS = 4;
/** Weight of an edge by level of the statement behind it. */
export const EDGE = { 1: 0.5, 2: 1 } as const;
/** With statements worth less than this in all, the rest stays here: one friend alone does not decide everything. */
export const STATEMENTS_ENOUGH = 3;
/**
 * The most that raters get for agreeing with what was computed here, all together: whoever says what is true until the
 * day it pays to lie shares this with all others who do. With 0.3 a user runs 1.5 actions of traitors after warnings, with
 * this 1.1; but 96, 94 and 92 of 100 honest questions have an action to run at 0.3, 0.15 and 0.1.
 */
export const EARNED_MOST = 0.15;
/** Informative agreements of all raters at which half of `EARNED_MOST` is handed out. */
export const EARNED_HALF = 5;
/** The most that all suggested by the network's list get, while nothing else is known: together about one voice. */
export const SUGGESTED_MOST = 0.015;
/**
 * A share of 1/200 that stops at a peer makes a full voice; smaller ones are that much weaker, however many they are. So
 * friends of friends are heard, too: among 100 honest peers of whom about 15 test an action, 94 of 100 questions have an
 * action that reaches `RUN_SCORE`; with 1/100 it is 82, with 1/15 it is 22. Sybils and slanderers gain nothing by it, the
 * few whom many trusted wrongly do (`npm run sim:reputation`: traitors, patient spies).
 */
export const LOUDNESS = 200;
/** Whoever nobody vouches for counts this much at most, so that the first session is not empty… */
export const STRANGER_VOICE = 0.1;
/** …and all of them together, on one action, this much. */
export const STRANGERS_MOST = 0.25;
/** How much published distrust weighs against published trust. */
export const DISTRUST = 2;

/** No single introducer's branch counts more than this part of all that speaks for an action, or against it… */
export const BRANCH_PART = 1 / 3;
/**
 * …but this much always, in passes, so that one or two friends are not mute. All that one of them brings makes 0.36, with
 * every stranger on its side 0.41: below `RUN_SCORE`, so nobody whom I trusted wrongly makes me run something alone.
 */
export const BRANCH_FLOOR = 1;
/** First hops whose branch is capped by itself: the largest, so that a walk costs a few milliseconds however many I trust… */
export const BRANCHES = 24;
/** …and the others that could be too loud are dealt out to this many groups, each capped like a branch. */
export const BRANCH_GROUPS = 8;
