import type { PeerId } from "@action-collective/protocol";
import type { BenchRow } from "../../helpers/bench-table.ts";
import { copycats, traitors } from "./attacks.ts";
import { mean, observersOf, p95 } from "./measure.ts";
import { Observer } from "./observer.ts";
import { Ours } from "./ours.ts";
import { betray } from "./over-time.ts";
import { atLeast, atMost, type ScenarioResult } from "./results.ts";
import type { World } from "./world.ts";

const OBSERVERS = 10;

/** What only two scenarios together say. Those whose scenarios did not run are left out. */
export function comparisons(results: readonly ScenarioResult[]): BenchRow[] {
  const of = (name: string) => results.find(({ scenario }) => scenario.name === name);
  const rows: BenchRow[] = [];
  for (const kind of ["Sybils", "quiet Sybils"]) {
    const [few, many] = [of(`${kind} 1:1`), of(`${kind} 100:1`)];
    if (few !== undefined && many !== undefined)
      rows.push(
        atMost(points(`${kind}: growth of bad runs from 1:1 to 100:1`, many.ours.bad - few.ours.bad), 0.5),
      );
  }
  const disguised = results.filter(({ scenario }) => scenario.name.startsWith("camouflage"));
  const worst = disguised.toSorted((a, b) => b.ours.bad - a.ours.bad)[0];
  if (worst !== undefined)
    rows.push(
      atMost(
        { metric: `camouflage at its worst (${worst.scenario.name})`, value: worst.ours.bad, unit: "%" },
        8,
      ),
    );
  const [slandered, calm] = [of("slander"), of("no slander")];
  if (slandered !== undefined && calm !== undefined)
    rows.push(
      atLeast(
        {
          metric: "slander: of the good actions accepted without it, still accepted",
          value: (100 * slandered.ours.accepted) / calm.ours.accepted,
          unit: "%",
        },
        90,
      ),
    );
  const pairs = [
    { name: "whitewashing", without: "staying", gained: "gained by new keys" },
    { name: "copycats", without: "silent liars", gained: "gained by repeating" },
  ];
  for (const { name, without, gained } of pairs) {
    const [one, other] = [of(name), of(without)];
    if (one === undefined || other === undefined) continue;
    rows.push(
      atMost(points(`${name}: bad runs ${gained}`, one.ours.bad - other.ours.bad), 0),
      points(`${name}: bad runs ${gained}, where the best is always run`, one.always.bad - other.always.bad),
    );
  }
  return rows;
}

/** After 60 good days: what an observer runs of the traitors. */
export function traitorRows(seeds: readonly number[]): BenchRow[] {
  const all = seeds.flatMap((seed) => {
    const world = traitors(seed);
    return observersOf(world, OBSERVERS).map((peer) => betray(world, peer));
  });
  const after = all.map(({ badAfterReports }) => badAfterReports);
  const [bad, runs] = [mean(all.map((one) => one.bad)), mean(all.map((one) => one.runs))];
  const row = (metric: string, value: number): BenchRow => ({
    metric: `traitors: ${metric}`,
    value,
    unit: "runs per observer",
  });
  return [
    atMost(row("bad after three trusted raters reported the author, mean", mean(after)), 2),
    row("bad after three trusted raters reported the author, 95th percentile", p95(after)),
    row("bad in the 20 days since they turned, all ten of them", bad),
    row("good and bad in those days", runs),
  ];
}

/** A newcomer's word after it repeated everybody's, less its word when it had stayed silent; the friends are the same. */
export function copycatRows(seeds: readonly number[]): BenchRow[] {
  const reliability: number[] = [];
  const share: number[] = [];
  for (const seed of seeds) {
    const loud = copycats({ copy: true, lie: false })(seed);
    const mute = copycats({ copy: false, lie: false })(seed);
    for (const peer of observersOf(loud, OBSERVERS)) {
      const [one, other] = [modelOf(loud, peer), modelOf(mute, peer)];
      const cats = loud.attackers.filter((name) => name.endsWith("copycat"));
      reliability.push(mean(cats.map((cat) => one.rater(cat).value - other.rater(cat).value)));
      share.push(100 * mean(cats.map((cat) => one.trust(cat).share - other.trust(cat).share)));
    }
  }
  return [
    atMost(
      {
        metric: "copycats: reliability gained over silent newcomers",
        value: mean(reliability),
        unit: "of 1",
      },
      0,
    ),
    atMost(points("copycats: share of trust gained over silent newcomers", mean(share)), 0),
  ];
}

function modelOf(world: World, peer: PeerId) {
  const judge = new Ours(peer);
  new Observer(world, peer, judge).listen(world.end);
  return judge.model;
}

function points(metric: string, value: number): BenchRow {
  return { metric, value, unit: "points" };
}
