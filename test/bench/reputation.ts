import { parseArgs } from "node:util";
import { type ActionId, encodeManifest, type SignedRecord } from "@action-collective/protocol";
import { Catalogue } from "../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../node/src/catalogue/testimony.ts";
import { Reputation } from "../../node/src/reputation/reputation.ts";
import { type BenchRow, reportBench } from "../helpers/bench-table.ts";
import { bundleOf, NETWORK, peerOf, publicationOf, recordOf, verdictBodyOf } from "../helpers/records.ts";
import { median } from "./measure.ts";
import { modelRows } from "./reputation-model.ts";

/**
 * `npm run bench:reputation -- [--json FILE]`: how long the event loop stands still for scores, with 5,000 actions, 20
 * raters of 500 verdicts each, and one action that 256 keys published. Everything runs on the main thread of a peer.
 */
const { values } = parseArgs({ options: { json: { type: "string" } } });

const ACTIONS = 5_000;
const RATERS = 20;
const VERDICTS = 500;
/** What search ranks for one question. */
const CANDIDATES = 100;
const PUBLISHERS = 256;
const ROUNDS = 21;
const SELF = 9_999;

const catalogue = new Catalogue(":memory:");
const { actions, records } = catalogue;
const testimony = new Testimony(records, NETWORK);

const bundle = bundleOf();
const ids: ActionId[] = [];
const put = (record: SignedRecord) => records.put(record, 1);
let [verified, standings] = [0, 0];
catalogue.transaction(() => {
  for (let i = 0; i < ACTIONS; i++) {
    const action = encodeManifest({ ...bundle.manifest, name: `action-${i}` });
    ids.push(action.id);
    actions.add(action, "network", i);
    standings += 1;
    actions.change(action.id, {
      standing: i % 10 === 0 ? "failed" : "passed",
      reason: "measured",
      runner: "bench",
      attempts: 0,
      due: 0,
    });
    // The first actions are what everybody speaks of: every candidate has all raters.
    if (i >= VERDICTS) continue;
    const subject = { ...bundle, ...action };
    put(publicationOf(subject, SELF - 1));
    for (let rater = 0; rater < RATERS; rater++) {
      put(recordOf("verdict", subject, rater, verdictBodyOf((i + rater) % 7 === 0 ? "fail" : "pass")));
      verified += 1;
    }
  }
  for (let i = 0; i < PUBLISHERS; i++) put(publicationOf(bundle, 10_000 + i));
});
process.stdout.write(`${standings} actions, ${verified} verdicts\n`);

const candidates = ids.slice(0, CANDIDATES);
const [first] = ids;
if (first === undefined) throw new Error("no actions");

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

/** The median of many rounds, each after `before`, which is not measured. */
function measure(before: () => void, work: () => unknown): number {
  return median(
    Array.from({ length: ROUNDS }, () => {
      before();
      return timed(work);
    }),
  );
}

const open = () => new Reputation({ catalogue, self: peerOf(SELF), clock: () => 1_000_000 });
let reputation = open();
/** The catalogue was read, and nothing computed from it. */
const fresh = () => {
  reputation = open();
  reputation.withdrawn(first);
};
let revision = 1;
const rated = () => {
  const subject = { ...bundle, ...encodeManifest({ ...bundle.manifest, name: "action-0" }) };
  const body = verdictBodyOf(revision % 2 === 0 ? "fail" : "pass");
  revision += 1;
  put(recordOf("verdict", subject, 0, body, revision));
};
const proved = (standing: "passed" | "failed") =>
  actions.change(first, { standing, reason: "measured", runner: "bench", attempts: 0, due: 0 });
const rank = () => candidates.map((id) => reputation.ofAction(id).value);
const row = (metric: string, value: number, most: number): BenchRow => ({
  metric,
  value,
  unit: "ms",
  aim: `≤ ${most}`,
  met: value <= most,
});
const after = (change: () => void) => () => {
  rank();
  change();
};
const rows: BenchRow[] = [
  row(
    "the catalogue read at start",
    measure(() => {}, fresh),
    500,
  ),
  row(
    "one action, nothing known",
    measure(fresh, () => reputation.ofAction(first)),
    5,
  ),
  row("100 candidates, nothing known", measure(fresh, rank), 30),
  row(
    "100 candidates, all known",
    measure(() => void rank(), rank),
    1,
  ),
  row("100 candidates after a verdict", measure(after(rated), rank), 20),
  row(
    "100 candidates after a test here",
    measure(
      after(() => proved(actions.standing(first) === "passed" ? "failed" : "passed")),
      rank,
    ),
    20,
  ),
  row(
    "one action after a run",
    measure(
      after(() => catalogue.usage.count(first, { runs: 1, succeeded: 1 })),
      () => reputation.ofAction(first),
    ),
    1,
  ),
  row(
    "publishers of what 256 keys published",
    measure(
      () => {},
      () => testimony.publishers(bundle.id),
    ),
    5,
  ),
  row(
    "standings counted",
    measure(
      () => {},
      () => actions.counts(),
    ),
    1,
  ),
];
catalogue.close();
await reportBench("reputation", [...rows, ...modelRows()], values.json);
