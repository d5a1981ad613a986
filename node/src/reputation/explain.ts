import type { ActionId, Outcome, ScoreExplanation } from "@action-collective/protocol";
import { changesTo } from "./changes.ts";
import { countersIn, type Heard, type Hearing } from "./hearing.ts";
import { OUTCOME } from "./held-facts.ts";
import type { View } from "./view.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Raters and users that are listed; who counts less is only counted. */
const SHOWN = 50;

/** Less than this is no rounding. */
const WHOLE = 1 - 1e-9;

type Explanation = Omit<ScoreExplanation, "name" | "gate">;

/**
 * Why an action has its score here. What its parts add is what the score was computed from: own, authors, raters and
 * feedback sum to passes and failures, as far as all are shown.
 *
 * @param now milliseconds since the epoch, for ages
 * @param step the same, as far as scores tell times apart
 */
export function explain(view: View, id: ActionId, now: number, step: number): Explanation {
  const { facts, self } = view.standpoint;
  const action = facts.actions.find(id) ?? -1;
  const hearing = view.hearing(action, step);
  const { standing, strength, own, used } = hearing;
  const authors = view.authors.of(action, step);
  const loudestFirst = hearing.heard.toSorted(
    (a, b) => weightOf(b) - weightOf(a) || (facts.peers.id(a.peer) < facts.peers.id(b.peer) ? -1 : 1),
  );
  const verdicts = loudestFirst.filter(({ kind }) => kind === "verdict");
  const others = loudestFirst.filter(({ kind }) => kind === "feedback");
  const feedback = others.slice(0, SHOWN).map(({ peer, row, passes, failures }) => ({
    peer: facts.peers.id(peer) as string,
    own: false,
    ...countersIn(facts, row),
    passes,
    failures,
  }));
  const { counters, passes, failures } = used;
  if (counters.runs + counters.useful + counters.useless > 0)
    feedback.unshift({ peer: facts.peers.id(self), own: true, ...counters, passes, failures });
  return {
    id,
    score: { value: view.value(action, hearing, step), ...hearing.counts },
    standing,
    withdrawn: facts.withdrawn(action),
    passes: hearing.passes + authors.reduce((sum, author) => sum + author.passes, 0),
    failures: hearing.failures,
    own: { passes: own, failures: 0, strength: strength ?? null },
    authors: authors.map(({ person, score, passes, actions }) => ({
      peer: facts.peers.id(person),
      score,
      passes,
      actions,
    })),
    raters: verdicts.slice(0, SHOWN).map((heard) => raterOf(view, heard, hearing, now)),
    feedback,
    unshown: {
      raters: Math.max(0, verdicts.length - SHOWN),
      feedback: Math.max(0, others.length - SHOWN),
    },
    branches: branchesOf(view, hearing),
    changes: changesTo(view, action, hearing, step),
  };
}

function weightOf({ passes, failures }: Heard): number {
  return passes + failures;
}

function raterOf(view: View, heard: Heard, hearing: Hearing, now: number): Explanation["raters"][number] {
  const { people, standpoint, voices } = view;
  const { facts } = standpoint;
  const { peer, row, said } = heard;
  const { agreements, disagreements } = people.tally(people.person(peer));
  const outcome: Outcome = facts.verdicts.columns.outcome[row] === OUTCOME.pass ? "pass" : "fail";
  const [path = []] = view.pathsTo(peer);
  const side = said.failures > 0 ? hearing.branches.failures : hearing.branches.passes;
  const note =
    people.discredit(peer) ??
    (heard.stranger
      ? "Nobody whom you trust vouches for it: all such raters together count little."
      : voices.left(peer, side) < voices.of(peer) * WHOLE
        ? "Cut down: too much of what is said here came through one peer."
        : undefined);
  return {
    peer: facts.peers.id(peer),
    outcome,
    weight: weightOf(heard),
    reliability: people.reliability(peer),
    trust: view.shareOf(peer),
    agreements,
    disagreements,
    path: path.map((person) => facts.peers.id(person)),
    ageDays: Math.max(0, now - (facts.verdicts.columns.date[row] ?? 0)) / DAY_MS,
    ...(note === undefined ? {} : { note }),
  };
}

/** First hops with a branch of their own; smaller ones are never cut. */
function branchesOf(
  { walk, standpoint }: View,
  { branches: { passes, failures } }: Hearing,
): Explanation["branches"] {
  return walk.branches
    .map((person, column) => ({
      person,
      weight: (passes.said[column] ?? 0) + (failures.said[column] ?? 0),
      counted: (passes.counted[column] ?? 0) + (failures.counted[column] ?? 0),
    }))
    .filter(({ person, weight }) => person >= 0 && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ person, weight, counted }) => ({ via: standpoint.facts.peers.id(person), weight, counted }));
}
