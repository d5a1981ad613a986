import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { comparisons, copycatRows, traitorRows } from "../sim/reputation/between.ts";
import { rowsOf, runScenario, type ScenarioResult, wideTable } from "../sim/reputation/results.ts";
import { SCENARIOS } from "../sim/reputation/scenarios.ts";

/**
 * `npm run sim:reputation -- [--seeds N] [--scenario TEXT] [--json FILE]`: attacks on reputation, as honest observers meet
 * them. The scores are those of the `ReputationModel` that peers run. Ends with 1 when an aim is missed.
 *
 * **World.** 100 honest peers on a small-world graph, each vouching for five others in public. They publish 100 actions
 * over 60 days, a tenth of them broken by mistake; attackers publish 100, all bad, except where a scenario says otherwise.
 * On average 15 of the honest test an action, 10 days after it appeared, and say what they found; both are exponentially
 * distributed, so many candidates have few raters or none yet. One test in a hundred is wrong. What passed is used, and
 * what a run showed is published as feedback: of bad runs, every second one looks like a success.
 *
 * **Attackers** speak at once, praise what is bad with verdicts and feedback, and vouch for each other. *Attack edges* are
 * statements of the honest that point to attackers: 5 % of all statements of the honest, 10 % for spies, traitors and the
 * collective, 5 to 20 % for camouflage (more, the more good they do). They include the observer's own.
 *
 * **An observer** is one of the honest. It knows what was published, what its own tests answered (and what others had said by
 * then), its own runs, and whom it vouches for. A *query* offers ten actions that it has not tested, by chance: five
 * by honest authors, five by attackers. It takes the one with the best score and runs it if the score reaches `RUN_SCORE`.
 * A *bad run* is a run of a bad action. All figures are computed for each observer first (200 queries each), then averaged
 * over observers, or their 95th percentile taken.
 *
 * | column | meaning |
 * | --- | --- |
 * | bad %, p95 | of its runs, those of a bad action: mean and 95th percentile over observers |
 * | runs % | of its queries, those in which something ran (coverage) |
 * | good % | of the good actions that it has not tested, those whose score reaches `RUN_SCORE` |
 * | always, p95 | bad runs where the best is run whatever its score: the fair comparison with the two on the right, which run nearly always |
 * | tested, runs % | bad runs where the observer first tests all that it is offered, drops what fails, and learns from that; bad actions fool its test as they fool others' |
 * | plain, p95 | bad runs by the mean of all verdicts, run from one half on |
 * | EigenT, p95 | bad runs by personalised EigenTrust (`baselines.ts`), run from one half on |
 *
 * **Readings of the aims.** "≤ 1 % / ≤ 3 %" for Sybils: mean and 95th percentile; Sybils come in two kinds, loud and quiet,
 * and both have to meet them. "Growth" is the difference of the means. "20 % / 50 % of the honest fooled" with "≤ 1 % /
 * ≤ 5 %": two scenarios, each with its mean; which of the honest are fooled is drawn for each action. In further scenarios
 * it is the same ones each time: the others have the same aim; those whose own tests are wrong each time have none, since
 * their tests are what they judge everybody by. "Still accepted" compares with the same attackers when they do not
 * slander. Whitewashing and copycats: the difference to the same attackers without it, in points of bad runs, and what
 * copying adds to a newcomer's voice. Traitors, a tenth of the peers, stay honest for 60 days; then, in 20 days of five
 * queries each, a bad run counts once three raters whose word reaches the observer failed any one of that author's
 * actions: the sum over all ten traitors, mean over observers.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    scenario: { type: "string" },
    json: { type: "string" },
  },
});

const TRAITORS = "traitors";
const COPYCATS = "copycats";
const NAMES = [...SCENARIOS.map(({ name }) => name), TRAITORS];

const count = Number(values.seeds);
if (!Number.isSafeInteger(count) || count < 1) throw new Error(`${values.seeds} is no number of seeds`);
const wanted = (name: string) => values.scenario === undefined || name.includes(values.scenario);
if (!NAMES.some(wanted))
  throw new Error(`There is no scenario like ${values.scenario}; there are ${NAMES.join(", ")}`);

const seeds = Array.from({ length: count }, (_, i) => i + 1);
const startedAt = performance.now();
const results: ScenarioResult[] = [];
for (const scenario of SCENARIOS.filter(({ name }) => wanted(name))) {
  const scenarioStartedAt = performance.now();
  results.push(runScenario(scenario, seeds));
  const seconds = (performance.now() - scenarioStartedAt) / 1000;
  process.stdout.write(`${scenario.name} (${scenario.explains}): ${seconds.toFixed(1)} s\n`);
}
const between: BenchRow[] = [
  ...comparisons(results),
  ...(wanted(TRAITORS) ? traitorRows(seeds) : []),
  ...(wanted(COPYCATS) ? copycatRows(seeds) : []),
];
const name = "reputation under attack";
process.stdout.write(`\n${name}, ${count} seeds\n${wideTable(results)}`);
if (between.length > 0) await reportBench("between scenarios", between, undefined);

const rows = [...results.flatMap(rowsOf), ...between];
const missed = rows.filter(({ met }) => met === false);
const minutes = (performance.now() - startedAt) / 60_000;
process.stdout.write(
  `\n${rows.length - missed.length} of ${rows.length} figures within their aims or without one; `,
);
process.stdout.write(`${minutes.toFixed(1)} minutes\n`);
for (const { metric, value, unit, aim } of missed)
  process.stdout.write(`MISSED ${metric}: ${value.toPrecision(3)} ${unit}, aim ${aim}\n`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ name, rows }, null, 2)}\n`);
if (missed.length > 0) process.exitCode = 1;
