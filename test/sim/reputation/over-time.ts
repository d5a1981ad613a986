import type { PeerId } from "@action-collective/protocol";
import { streamOf } from "../random.ts";
import { TURN } from "./attacks.ts";
import { bestOf, queriesOf } from "./measure.ts";
import { Observer } from "./observer.ts";
import { Ours } from "./ours.ts";
import { DAY, type OwnUse, type SimAction, type World } from "./world.ts";

/** What a user asks in a day. */
const QUERIES_A_DAY = 5;
/** Reports of so many raters whose word reaches the observer. */
const REPORTS = 3;

/** Bad runs of one observer between the day on which the traitors turn and the end. */
export interface Betrayed {
  /** All of them, and of how many runs. */
  readonly bad: number;
  readonly runs: number;
  /** Those of an author's actions after three trusted raters had reported any one of them. */
  readonly badAfterReports: number;
}

/** Day after day: what was heard and tested until then, then the queries of the day; a bad run is noticed as often as not. */
export function betray(world: World, peer: PeerId): Betrayed {
  const judge = new Ours(peer);
  const observer = new Observer(world, peer, judge);
  const random = streamOf(world.seed, `days ${peer}`);
  const used = new Map<string, OwnUse>();
  let [bad, runs, badAfterReports] = [0, 0, 0];
  for (let now = TURN + DAY; now <= world.end; now += DAY) {
    observer.listen(now);
    // Of the traitors only what they publish since: what they did before was good.
    const offered = world.actions.filter(
      ({ id, at, good, byAttacker }) => at < now && !observer.tested.has(id) && !(byAttacker && good),
    );
    for (const query of queriesOf(random, offered, QUERIES_A_DAY)) {
      const scores = new Map(query.map((action) => [action, judge.score(action.id, now)]));
      const best = bestOf(query, scores, judge.threshold);
      if (best === undefined) continue;
      runs += 1;
      if (!best.good) bad += 1;
      if (!best.good && reports(world, judge, best, now) >= REPORTS) badAfterReports += 1;
      const before = used.get(best.id) ?? { runs: 0, succeeded: 0 };
      const succeeded = best.good || random() < 0.5 ? 1 : 0;
      const use = {
        action: best.id,
        at: now,
        runs: before.runs + 1,
        succeeded: before.succeeded + succeeded,
        useful: 0,
        useless: 0,
      };
      used.set(best.id, use);
      judge.used(use);
    }
  }
  return { bad, runs, badAfterReports };
}

/** Those whose word reaches the observer and who had failed anything of this author by then. */
function reports(world: World, { model }: Ours, { author }: SimAction, now: number): number {
  const reporters = new Set<PeerId>();
  for (const action of world.actions)
    if (action.author === author)
      for (const { author: rater, outcome, received } of world.verdicts.get(action.id) ?? [])
        if (outcome === "fail" && received <= now && model.trust(rater).share > 0) reporters.add(rater);
  return reporters.size;
}
