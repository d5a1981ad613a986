import type { PeerId } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import {
  accuses,
  action,
  compromised,
  DAY,
  feedback,
  NOW,
  peer,
  publishes,
  succeeds,
  trusts,
  verdict,
  withdraws,
} from "./made-up-facts.ts";

const PEERS = 8;
const ACTIONS = 5;
const SELF = peer(0);
type Fact = (model: ReputationModel) => void;

const author = fc.integer({ min: 1, max: PEERS }).map(peer);
const subject = fc.integer({ min: 1, max: ACTIONS }).map(action);
const when = fc.record({
  created: fc.integer({ min: 0, max: 200 }).map((days) => NOW - days * DAY),
  received: fc.integer({ min: 0, max: 50 }).map((days) => NOW - days * DAY),
  revision: fc.integer({ min: 1, max: 3 }),
});
const outcome = fc.constantFrom("pass" as const, "fail" as const);
const level = fc.constantFrom(-2 as const, -1 as const, 0 as const, 1 as const, 2 as const);

const recordFact = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(author, subject, outcome, when).map((parts) => verdict(...parts)) },
  { weight: 6, arbitrary: fc.tuple(author, author, level, when).map((parts) => trusts(...parts)) },
  { weight: 3, arbitrary: fc.tuple(author, subject, when).map((parts) => publishes(...parts)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(author, subject, fc.nat(20), when)
      .map(([by, of, runs, at]) => feedback(by, of, runs, runs >> 1, at)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(author, subject, fc.integer({ min: 1, max: 3 }), when)
      .map((parts) => withdraws(...parts)),
  },
  { weight: 2, arbitrary: fc.tuple(author, author, when).map((parts) => succeeds(...parts)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(author, fc.integer({ min: 0, max: 200 }))
      .map(([by, days]) => compromised(by, NOW - days * DAY)),
  },
  { weight: 2, arbitrary: fc.tuple(author, author).map((parts) => accuses(...parts)) },
);
/** Facts of a peer itself; each is said once, so that no later one replaces it. */
const ownFacts = fc
  .tuple(
    fc.uniqueArray(fc.record({ rater: author, action: subject, said: outcome, repeated: fc.nat(3) }), {
      maxLength: 15,
      selector: ({ rater, action }) => `${rater} ${action}`,
    }),
    fc.uniqueArray(
      fc.record({ action: subject, standing: fc.constantFrom("passed" as const, "failed" as const) }),
      { maxLength: ACTIONS, selector: ({ action }) => action },
    ),
    fc.uniqueArray(fc.tuple(author, level), { maxLength: 4, selector: ([of]) => of }),
  )
  .map(([audits, standings, statements]): Fact[] => [
    ...audits.map(
      (fact): Fact =>
        (model) =>
          model.audit(fact),
    ),
    ...standings.map(
      (fact): Fact =>
        (model) =>
          model.standing(fact),
    ),
    ...statements.map(
      ([of, said]): Fact =>
        (model) =>
          model.statement(of, said),
    ),
  ]);

const registerOf = (fact: { author: string; kind: string; subject: string; revision: number }) =>
  `${fact.author} ${fact.kind} ${fact.subject} ${fact.revision}`;

/** Of one register and revision there is one record. */
const recordFacts = fc.uniqueArray(recordFact, { maxLength: 60, selector: registerOf }).map((records) =>
  records
    .filter((fact) => fact.author !== fact.subject || fact.kind === "succession")
    .map(
      (fact): Fact =>
        (model) =>
          model.record(fact),
    ),
);

/** All facts that a peer may hold, in two orders. */
const twoOrders = fc
  .tuple(recordFacts, ownFacts)
  .map(([records, own]): Fact[] => [...records, ...own])
  .chain((facts) =>
    fc.tuple(
      fc.constant(facts),
      fc.shuffledSubarray(facts, { minLength: facts.length }),
      // After each of these somebody looks, so that what was kept must be forgotten rightly.
      fc.array(fc.nat(100), { maxLength: 10 }),
    ),
  );

const peers: PeerId[] = Array.from({ length: PEERS + 1 }, (_, i) => peer(i));
const actions = Array.from({ length: ACTIONS }, (_, i) => action(i + 1));

/** All that can be asked of a model, as numbers and texts. */
function everything(model: ReputationModel): { numbers: number[]; texts: unknown } {
  const scores = actions.map((id) => model.score(id, NOW));
  const raters = peers.map((id) => model.rater(id));
  const authors = peers.map((id) => model.author(id, NOW));
  return {
    numbers: [
      ...scores.map(({ value }) => value),
      ...raters.map(({ value }) => value),
      ...authors.map(({ score }) => score),
      ...peers.map((id) => model.trust(id).share),
      ...actions.flatMap((id) => {
        const { passes, failures, changes } = model.explain(id, NOW);
        return [passes, failures, ...changes.map(({ value }) => value)];
      }),
    ],
    texts: [
      scores.map(({ verdicts, feedback }) => [verdicts, feedback]),
      raters.map(({ agreements, disagreements }) => [agreements, disagreements]),
      authors.map(({ actions: count, good, bad }) => [count, good, bad]),
      peers.map((id) => [model.discredited(id), model.successor(id)]),
      actions.map((id) => model.withdrawn(id)),
      model.suggestions(5, NOW).map(({ peer: id, why }) => [id, why]),
    ],
  };
}

function expectSame(one: ReputationModel, other: ReputationModel): void {
  const [here, there] = [everything(one), everything(other)];
  expect(there.texts).toEqual(here.texts);
  expect(there.numbers).toHaveLength(here.numbers.length);
  for (const [i, number] of here.numbers.entries()) expect(there.numbers[i]).toBeCloseTo(number, 11);
  for (const number of here.numbers) expect(Number.isFinite(number)).toBe(true);
}

test("the same facts in any order give the same scores, whoever looked in between", () => {
  fc.assert(
    fc.property(twoOrders, ([facts, shuffled, looks]) => {
      const [one, other] = [new ReputationModel(SELF), new ReputationModel(SELF)];
      for (const fact of facts) fact(one);
      for (const [i, fact] of shuffled.entries()) {
        fact(other);
        if (looks.includes(i)) everything(other);
      }
      expectSame(one, other);
    }),
    { numRuns: 300 },
  );
});

test("record by record, what is kept from before is what is computed anew", () => {
  fc.assert(
    fc.property(recordFacts, ownFacts, (records, own) => {
      const kept = new ReputationModel(SELF);
      for (const fact of own) fact(kept);
      for (const [i, record] of records.entries()) {
        // What was computed for another time must be forgotten, too.
        for (const id of actions) kept.score(id, NOW - (i % 3) * DAY);
        record(kept);
        if (i % 4 !== 3 && i !== records.length - 1) continue;
        const anew = new ReputationModel(SELF);
        for (const fact of [...own, ...records.slice(0, i + 1)]) fact(anew);
        expectSame(anew, kept);
      }
    }),
    { numRuns: 100 },
  );
});
