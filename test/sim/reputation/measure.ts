import type { PeerId } from "@action-collective/protocol";
import { type Stream, sample, streamOf } from "../random.ts";
import type { Judge, JudgeMaker } from "./judge.ts";
import { Observer } from "./observer.ts";
import type { SimAction, World } from "./world.ts";

/** What a user is offered for one question, half of it by attackers where there are any. */
export const CANDIDATES = 10;
const QUERIES = 200;

/** What one observer got out of one judge. Shares from 0 to 1. */
export interface Outcome {
  /** Of the runs, those of a bad action; 0 where nothing ran. */
  readonly bad: number;
  /** Of the queries, those in which something ran. */
  readonly coverage: number;
  /** Of the good actions that it has not tested, those whose score reaches the threshold. */
  readonly accepted: number;
}

export interface Observed {
  readonly observer: PeerId;
  readonly judge: Judge;
  readonly unaided: Outcome;
  /** The same, where the best is run whatever its score. */
  readonly always: Outcome;
  /** The same queries, where the observer first tests all that it is offered and drops what fails. */
  readonly tested: Outcome | undefined;
}

/** Honest peers by chance; only those whose tests are fooled, or are not, where that is asked for. */
export function observersOf(world: World, count: number, among?: "fooled" | "not fooled"): PeerId[] {
  const peers =
    among === undefined
      ? world.honest
      : world.honest.filter((peer) => world.fooled.has(peer) === (among === "fooled"));
  return sample(streamOf(world.seed, "observers"), peers, count);
}

/** What one observer meets at the end of the world, through one judge; `alsoTested` costs about as much again. */
export function observe(
  world: World,
  peer: PeerId,
  make: JudgeMaker,
  { alsoTested }: { readonly alsoTested: boolean },
): Observed {
  const judge = make(peer);
  const observer = new Observer(world, peer, judge);
  observer.listen(world.end);
  const strange = world.actions.filter(({ id, author }) => !observer.tested.has(id) && author !== peer);
  const queries = queriesOf(streamOf(world.seed, `queries ${peer}`), strange);
  const scores = scoresOf(judge, strange, world.end);
  const unaided = answer(queries, strange, judge.threshold, scores);
  const always = answer(queries, strange, 0, scores);
  if (!alsoTested) return { observer: peer, judge, unaided, always, tested: undefined };
  const passing = strange.filter((action) => observer.test(action, world.end) === "pass");
  const tested = answer(queries, strange, judge.threshold, scoresOf(judge, passing, world.end));
  return { observer: peer, judge, unaided, always, tested };
}

export function queriesOf(random: Stream, actions: readonly SimAction[], count = QUERIES): SimAction[][] {
  const hostile = actions.filter(({ byAttacker }) => byAttacker);
  const others = actions.filter(({ byAttacker }) => !byAttacker);
  const fromAttackers = hostile.length > 0 ? CANDIDATES / 2 : 0;
  return Array.from({ length: count }, () => {
    const offered = [
      ...sample(random, hostile, fromAttackers),
      ...sample(random, others, CANDIDATES - fromAttackers),
    ];
    // In an order that says nothing: the first of those with the best score is taken.
    return sample(random, offered, offered.length);
  });
}

export function bestOf(query: readonly SimAction[], scores: ReadonlyMap<SimAction, number>, least: number) {
  let best: SimAction | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const action of query) {
    const score = scores.get(action);
    if (score === undefined || score < least || score <= bestScore) continue;
    [best, bestScore] = [action, score];
  }
  return best;
}

function scoresOf(judge: Judge, actions: readonly SimAction[], now: number): Map<SimAction, number> {
  return new Map(actions.map((action) => [action, judge.score(action.id, now)]));
}

function answer(
  queries: readonly (readonly SimAction[])[],
  strange: readonly SimAction[],
  threshold: number,
  scores: ReadonlyMap<SimAction, number>,
): Outcome {
  let [ran, bad] = [0, 0];
  for (const query of queries) {
    const best = bestOf(query, scores, threshold);
    if (best === undefined) continue;
    ran += 1;
    if (!best.good) bad += 1;
  }
  const good = strange.filter((action) => action.good);
  const accepted = good.filter((action) => (scores.get(action) ?? 0) >= threshold).length;
  return {
    bad: ran > 0 ? bad / ran : 0,
    coverage: ran / queries.length,
    accepted: good.length > 0 ? accepted / good.length : 0,
  };
}

export function mean(values: readonly number[]): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : Number.NaN;
}

/** The 95th percentile, nearest rank. */
export function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN;
}
