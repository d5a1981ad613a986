import { parseArgs } from "node:util";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { MESH } from "../sim/gossip-router.ts";
import { runReplication } from "../sim/replication.ts";
import {
  runScenario,
  SCENARIOS,
  type ScenarioName,
  type ScenarioOptions,
  type ScenarioResult,
} from "../sim/scenarios.ts";

/**
 * `npm run sim:network -- [--peers N] [--seed N] [--scenario NAME] [--records N] [--trace] [--json FILE]`: hundreds of peers
 * in one process, under a virtual clock and with faults from a seed. Without options: 20, 100 and 500 peers, and 200
 * honest ones among 800 Sybils. `--scenario replication` looks at bundles instead. Ends with 1 when an aim is missed.
 */
const { values } = parseArgs({
  options: {
    peers: { type: "string" },
    seed: { type: "string", default: "1" },
    scenario: { type: "string" },
    records: { type: "string" },
    trace: { type: "boolean", default: false },
    json: { type: "string" },
  },
});

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];
const WITH_SYBILS: readonly ScenarioName[] = ["sybils", "siege"];
const HONEST = NAMES.filter((name) => !WITH_SYBILS.includes(name));
/** Is not like the others: bundles instead of records. */
const REPLICATION = "replication";
const HEALED_WITHIN_S = 60;
const DELIVERED_SHARE = 99;

interface Plan {
  readonly peers: number;
  readonly names: readonly ScenarioName[];
  readonly records: number;
}

const DEFAULT_PLAN: readonly Plan[] = [
  { peers: 20, names: HONEST, records: 100 },
  { peers: 100, names: HONEST, records: 100 },
  { peers: 500, names: ["partition", "crash", "loss", "churn"], records: 60 },
  { peers: 200, names: WITH_SYBILS, records: 60 },
];

function planned(): readonly Plan[] {
  const { peers, scenario, records } = values;
  if (scenario === REPLICATION) return [];
  if (peers === undefined && scenario === undefined && records === undefined) return DEFAULT_PLAN;
  const name = NAMES.find((known) => known === scenario);
  if (scenario !== undefined && name === undefined)
    throw new Error(`There is no scenario ${scenario}; there are ${[...NAMES, REPLICATION].join(", ")}`);
  const names = name === undefined ? HONEST : [name];
  return [{ peers: numberOf(peers, 100), names, records: numberOf(records, 100) }];
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${text} is no number of them`);
  return number;
}

function rowsOf(result: ScenarioResult, wallSeconds: number): BenchRow[] {
  const { scenario, peers, traffic, copies, live, missed, of, healedMs, virtualMs } = result;
  const name = `${scenario}, ${peers} peers:`;
  const perPeer = (bytes: number) => bytes / peers / 1024;
  const hostile = WITH_SYBILS.some((other) => other === scenario);
  const share = 100 * (1 - missed / of);
  const heard = copies.mean > 0;
  return [
    hostile
      ? {
          metric: `${name} delivered`,
          value: share,
          unit: "%",
          aim: `≥ ${DELIVERED_SHARE}`,
          met: share >= DELIVERED_SHARE,
        }
      : { metric: `${name} missed`, value: missed, unit: `of ${of}`, aim: "0", met: missed === 0 },
    ...(hostile
      ? [
          {
            metric: `${name} held by the worst peer`,
            value: 100 * result.worstShare,
            unit: "%",
            aim: `≥ ${DELIVERED_SHARE}`,
            met: 100 * result.worstShare >= DELIVERED_SHARE,
          },
        ]
      : []),
    {
      metric: `${name} everything everywhere ${healedMs === undefined ? "not even" : ""} after`.replace(
        "  ",
        " ",
      ),
      value: healedMs === undefined ? HEALED_WITHIN_S : healedMs / 1000,
      unit: "virtual s",
      ...(hostile
        ? {}
        : {
            aim: `≤ ${HEALED_WITHIN_S}`,
            met: healedMs !== undefined && healedMs <= HEALED_WITHIN_S * 1000,
          }),
    },
    ...(heard
      ? [
          {
            metric: `${name} copies of a message, mean`,
            value: copies.mean,
            unit: "per peer",
            aim: `≤ ${MESH.most}`,
            met: copies.mean <= MESH.most,
          },
          {
            metric: `${name} copies of a message, most`,
            value: copies.most,
            unit: "per peer",
            aim: `≤ ${2 * MESH.most}`,
            met: copies.most <= 2 * MESH.most,
          },
        ]
      : []),
    {
      metric: `${name} gossip, ${live} live records`,
      value: perPeer(traffic.gossip.bytes + traffic.control.bytes),
      unit: "KiB/peer",
    },
    { metric: `${name} catching up`, value: perPeer(traffic.sync.bytes), unit: "KiB/peer" },
    { metric: `${name} frames of all kinds`, value: framesOf(result), unit: "" },
    { metric: `${name} wall time for ${virtualMs / 1000} virtual s`, value: wallSeconds, unit: "s" },
  ];
}

function framesOf({ traffic }: ScenarioResult): number {
  return Object.values(traffic).reduce((sum, { frames }) => sum + frames, 0);
}

async function timed(name: ScenarioName, options: ScenarioOptions) {
  const startedAt = performance.now();
  const result = await runScenario(name, options);
  const seconds = (performance.now() - startedAt) / 1000;
  const { scenario, peers, missed, of, events, digest } = result;
  if (!values.trace)
    process.stdout.write(
      `${scenario} (${SCENARIOS[name].explains}), ${peers} peers: missed ${missed} of ${of}, ${events} events in ${seconds.toFixed(1)} s, trace ${digest.slice(0, 16)}\n`,
    );
  return { result, rows: rowsOf(result, seconds) };
}

/** Half of the peers publish, all of them leave, and the others hold what they verified, within a quota. */
async function replicationRows(seed: number, quotaShare: number): Promise<BenchRow[]> {
  const result = await runReplication({ seed, peers: 20, actions: 30, quotaShare });
  const { actions, availableAfter, copiesAfter, mostHeldBytes, quotaBytes } = result;
  const name = `replication, 20 peers, room for ${quotaShare} of all bundles:`;
  process.stdout.write(`${name} ${availableAfter} of ${actions} actions outlive their publishers\n`);
  const roomy = quotaShare > 1;
  return [
    {
      metric: `${name} available after all publishers left`,
      value: availableAfter,
      unit: `of ${actions}`,
      ...(roomy ? { aim: "all", met: availableAfter === actions } : {}),
    },
    { metric: `${name} copies of an action after that`, value: copiesAfter, unit: "peers" },
    {
      metric: `${name} most that a peer held, of its quota`,
      value: (100 * mostHeldBytes) / quotaBytes,
      unit: "%",
      aim: "≤ 100",
      met: mostHeldBytes <= quotaBytes,
    },
  ];
}

const seed = numberOf(values.seed, 1);
const sink = values.trace ? { sink: (line: string) => process.stdout.write(`${line}\n`) } : {};
const rows: BenchRow[] = [];
let first: { name: ScenarioName; options: ScenarioOptions; digest: string } | undefined;
for (const { peers, names, records } of planned())
  for (const name of names) {
    const options = { seed, peers, records, ...sink };
    const { result, rows: more } = await timed(name, options);
    first ??= { name, options, digest: result.digest };
    rows.push(...more);
  }
const isDefault = planned() === DEFAULT_PLAN;
if (isDefault || values.scenario === REPLICATION)
  for (const quotaShare of [4, 0.5]) rows.push(...(await replicationRows(seed, quotaShare)));
if (first !== undefined && !values.trace) {
  const [again, other] = [
    await runScenario(first.name, first.options),
    await runScenario(first.name, { ...first.options, seed: seed + 1 }),
  ];
  const same = again.digest === first.digest && other.digest !== first.digest;
  rows.push({
    metric: "same seed, same trace; other seed, another",
    value: Number(same),
    unit: "",
    aim: "1",
    met: same,
  });
}
await reportBench("simulated network", rows, values.json);
if (rows.some(({ met }) => met === false)) process.exitCode = 1;
