import type { BenchRow } from "../../helpers/bench-table.ts";
import { EigenTrust, PlainAverage } from "./baselines.ts";
import type { JudgeMaker } from "./judge.ts";
import { mean, type Observed, observe, observersOf, p95 } from "./measure.ts";
import { Ours } from "./ours.ts";
import type { Scenario } from "./scenarios.ts";

/** Percent, over all observers of all seeds. */
export interface Summary {
  readonly bad: number;
  readonly badP95: number;
  readonly coverage: number;
  readonly accepted: number;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly ours: Summary;
  /** Whatever the score of the best. */
  readonly always: Summary;
  readonly tested: Summary;
  readonly plain: Summary;
  readonly eigen: Summary;
}

const PLAIN: JudgeMaker = (observer) => new PlainAverage(observer);
const EIGEN: JudgeMaker = (observer) => new EigenTrust(observer);
const OURS: JudgeMaker = (observer) => new Ours(observer);

/** One scenario in worlds of these seeds, through our model and beside it through what it is compared with. */
export function runScenario(scenario: Scenario, seeds: readonly number[]): ScenarioResult {
  const all: Record<"ours" | "plain" | "eigen", Observed[]> = { ours: [], plain: [], eigen: [] };
  for (const seed of seeds) {
    const world = scenario.world(seed);
    for (const peer of observersOf(world, scenario.observers, scenario.among)) {
      all.ours.push(observe(world, peer, OURS, { alsoTested: true }));
      all.plain.push(observe(world, peer, PLAIN, { alsoTested: false }));
      all.eigen.push(observe(world, peer, EIGEN, { alsoTested: false }));
    }
  }
  return {
    scenario,
    ours: summary(all.ours.map(({ unaided }) => unaided)),
    always: summary(all.ours.map(({ always }) => always)),
    tested: summary(all.ours.flatMap(({ tested }) => (tested === undefined ? [] : [tested]))),
    plain: summary(all.plain.map(({ unaided }) => unaided)),
    eigen: summary(all.eigen.map(({ unaided }) => unaided)),
  };
}

function summary(outcomes: readonly Observed["unaided"][]): Summary {
  const bad = outcomes.map((outcome) => 100 * outcome.bad);
  return {
    bad: mean(bad),
    badP95: p95(bad),
    coverage: 100 * mean(outcomes.map(({ coverage }) => coverage)),
    accepted: 100 * mean(outcomes.map(({ accepted }) => accepted)),
  };
}

/** Every figure of a scenario in a row of its own. */
export function rowsOf({ scenario, ours, always, tested, plain, eigen }: ScenarioResult): BenchRow[] {
  const { name, aims } = scenario;
  const row = (what: string, value: number): BenchRow => ({ metric: `${name}: ${what}`, value, unit: "%" });
  return [
    atMost(row("bad runs, mean", ours.bad), aims.bad),
    atMost(row("bad runs, 95th percentile", ours.badP95), aims.badP95),
    atLeast(row("queries with a run", ours.coverage), aims.coverage),
    row("good actions accepted", ours.accepted),
    row("bad runs where the best is always run, mean", always.bad),
    row("bad runs where the best is always run, 95th percentile", always.badP95),
    row("bad runs after own test, mean", tested.bad),
    row("queries with a run after own test", tested.coverage),
    row("good actions accepted after own test", tested.accepted),
    row("plain averaging: bad runs, mean", plain.bad),
    row("plain averaging: bad runs, 95th percentile", plain.badP95),
    row("EigenTrust: bad runs, mean", eigen.bad),
    row("EigenTrust: bad runs, 95th percentile", eigen.badP95),
  ];
}

export function atMost(row: BenchRow, most: number | undefined): BenchRow {
  return most === undefined ? row : { ...row, aim: `≤ ${most}`, met: row.value <= most };
}

export function atLeast(row: BenchRow, least: number | undefined): BenchRow {
  return least === undefined ? row : { ...row, aim: `≥ ${least}`, met: row.value >= least };
}

/** One line for each scenario, for people. */
export function wideTable(results: readonly ScenarioResult[]): string {
  const header = [
    "scenario",
    "bad %",
    "p95",
    "runs %",
    "good %",
    "always",
    "p95",
    "tested",
    "runs %",
    "plain",
    "p95",
    "EigenT",
    "p95",
    "aims",
  ];
  const lines = results.map(({ scenario, ours, always, tested, plain, eigen }) => [
    scenario.name,
    ...[ours.bad, ours.badP95, ours.coverage, ours.accepted, always.bad, always.badP95].map(short),
    ...[tested.bad, tested.coverage].map(short),
    ...[plain.bad, plain.badP95, eigen.bad, eigen.badP95].map(short),
    aimsOf(scenario),
  ]);
  const widths = header.map((title, i) =>
    Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0)),
  );
  const padded = [header, ...lines].map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
  return `${padded.join("\n")}\n`;
}

function aimsOf({ aims }: Scenario): string {
  const { bad, badP95, coverage } = aims;
  return [
    ...(bad === undefined ? [] : [`bad ≤ ${bad}`]),
    ...(badP95 === undefined ? [] : [`p95 ≤ ${badP95}`]),
    ...(coverage === undefined ? [] : [`runs ≥ ${coverage}`]),
  ].join(", ");
}

function short(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}
