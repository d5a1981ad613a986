import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ActionId, PeerId } from "@action-collective/protocol";
import type { RecordFact } from "../../node/src/reputation/facts.ts";
import { ReputationModel } from "../../node/src/reputation/model.ts";
import type { BenchRow } from "../helpers/bench-table.ts";
import { median } from "./measure.ts";

const KEYS = 10_000;
const ACTIONS = 10_000;
const RECORDS = 100_000;
/** For the memory of a large network: keys and actions grow with it. */
const MANY_RECORDS = 500_000;
const TESTED_HERE = 500;
/** So many that there are as many branches as there can be. */
const FRIENDS = 40;
const CANDIDATES = 100;
const ROUNDS = 11;
const WARM_UP = 3;
const DAY_MS = 86_400_000;
const NOW = 20_000 * DAY_MS;

/** The model reads neither keys nor CIDs: texts as long as real ones do. */
const peer = (i: number) => `12D3KooW${String(i).padStart(44, "0")}` as PeerId;
const action = (i: number) => `bafyrei${String(i).padStart(52, "0")}` as ActionId;

/** Small, seeded and good enough for a made-up network (Numerical Recipes' constants). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A tenth publications, a third trust, the rest verdicts and feedback; everybody speaks of anything. */
function* madeUp(records: number, scale: number): Generator<RecordFact> {
  const below = randomFrom(1);
  const [keys, actions] = [KEYS * scale, ACTIONS * scale];
  for (let i = 0; i < records; i++) {
    const created = NOW - below(200) * DAY_MS;
    const said = { author: peer(1 + below(keys)), revision: 1, created, received: created };
    const subject = action(below(actions));
    const kind = below(100);
    if (i < actions) yield { kind: "publication", ...said, subject: action(i) };
    else if (kind < 33)
      yield { kind: "trust", ...said, subject: peer(1 + below(keys)), level: kind < 3 ? -1 : 2 };
    else if (kind < 75) yield { kind: "verdict", ...said, subject, outcome: kind < 36 ? "fail" : "pass" };
    else yield { kind: "feedback", ...said, subject, runs: 10, succeeded: 9, useful: 0, useless: 0 };
  }
}

function filled(records: number, scale = 1): ReputationModel {
  const model = new ReputationModel(peer(0));
  for (const fact of madeUp(records, scale)) model.record(fact);
  const below = randomFrom(2);
  for (let i = 0; i < TESTED_HERE; i++) {
    const standing = i % 20 === 0 ? "failed" : "passed";
    for (let repeated = 0; repeated < 5; repeated++)
      model.audit({
        rater: peer(1 + below(KEYS / 10)),
        action: action(i),
        said: standing === "failed" ? "fail" : "pass",
        repeated,
      });
    model.standing({ action: action(i), standing });
  }
  for (let i = 1; i <= FRIENDS; i++) model.statement(peer(i), 2);
  return model;
}

/** Milliseconds, the median of some rounds after some more that compile the code. */
function timed(before: (round: number) => void, work: (round: number) => unknown): number {
  const times = Array.from({ length: WARM_UP + ROUNDS }, (_, round) => {
    before(round);
    const startedAt = performance.now();
    work(round);
    return performance.now() - startedAt;
  });
  return median(times.slice(WARM_UP));
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The pure model: 10,000 keys, 10,000 actions, 100,000 records, 500 own tests, 40 statements of the user. */
export function modelRows(): BenchRow[] {
  const model = filled(RECORDS);
  const row = (metric: string, value: number, most: number): BenchRow => ({
    metric,
    value,
    unit: "ms",
    aim: `≤ ${most}`,
    met: value <= most,
  });
  const candidates = Array.from({ length: CANDIDATES }, (_, i) => action(i * 7));
  const rank = () => candidates.map((id) => model.score(id, NOW).value);
  const said = (author: PeerId, round: number) => ({
    author,
    revision: 2 + round,
    created: NOW,
    received: NOW,
  });
  let vouched = 0;
  // What a friend says of people moves everybody's voice: nothing that was kept can be used. Never the same again.
  const trust = (round: number) => {
    vouched += 1;
    model.record({ kind: "trust", ...said(peer(1), round), subject: peer(5_000 + vouched), level: 2 });
  };
  const verdict = (round: number) =>
    model.record({ kind: "verdict", ...said(peer(2), round), subject: action(0), outcome: "pass" });
  // An answer found here says of everybody who had spoken whether they were right.
  const prove = (round: number) =>
    model.standing({ action: action(1), standing: round % 2 === 0 ? "failed" : "passed" });
  const feedback = (round: number) =>
    model.record({
      kind: "feedback",
      ...said(peer(3), round),
      subject: action(0),
      runs: round,
      succeeded: round,
      useful: 0,
      useless: 0,
    });
  const all = () => {
    for (let i = 0; i < ACTIONS; i++) model.score(action(i), NOW);
  };
  const rows = [
    row("model: everything computed from 100,000 records", timed(trust, all), 1_000),
    row(
      "model: 100,000 records taken in and everything computed",
      timed(
        () => {},
        () => {
          const fresh = filled(RECORDS);
          for (let i = 0; i < ACTIONS; i++) fresh.score(action(i), NOW);
        },
      ),
      2_000,
    ),
    row(
      "model: one trust record, then one score",
      timed(trust, () => model.score(action(0), NOW)),
      20,
    ),
    row("model: one trust record, then 100 scores", timed(trust, rank), 40),
    row(
      "model: one test here, then one score",
      timed(prove, () => model.score(action(0), NOW)),
      20,
    ),
    row(
      "model: one verdict, then 100 scores",
      timed(
        () => void rank(),
        (round) => {
          verdict(round);
          rank();
        },
      ),
      20,
    ),
    row(
      "model: one feedback record, then 100 scores",
      timed(
        () => void rank(),
        (round) => {
          feedback(round);
          rank();
        },
      ),
      20,
    ),
    row(
      "model: one explanation",
      timed(trust, () => model.explain(action(0), NOW)),
      100,
    ),
  ];
  const before = heldBytes();
  const large = filled(MANY_RECORDS, MANY_RECORDS / RECORDS);
  large.score(action(0), NOW);
  const mebibytes = (heldBytes() - before) / 2 ** 20;
  rows.push({
    metric: "model: memory of 500,000 records by 50,000 keys",
    value: mebibytes,
    unit: "MiB",
    aim: "≤ 150",
    met: mebibytes <= 150,
  });
  return rows;
}
