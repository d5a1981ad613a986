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
  proves,
  publishes,
  succeeds,
  trusts,
  verdict,
  withdraws,
} from "./made-up-facts.ts";

const SELF = peer(0);
const TARGET = action(1);
const [friend, author, heir] = [peer(1), peer(2), peer(3)];

function trusting(...peers: Parameters<ReputationModel["statement"]>[0][]): ReputationModel {
  const model = new ReputationModel(SELF);
  for (const one of peers) model.statement(one, 2);
  return model;
}

test("a word fades by half in 90 days, from when it was heard at the latest", () => {
  const said = (created: number, received?: number) => {
    const model = trusting(friend);
    model.record(
      verdict(friend, TARGET, "pass", { created, ...(received === undefined ? {} : { received }) }),
    );
    return model.explain(TARGET, NOW).passes;
  };
  expect(said(NOW - 90 * DAY)).toBeCloseTo(said(NOW) / 2, 9);
  expect(said(NOW + 90 * DAY, NOW - 90 * DAY)).toBeCloseTo(said(NOW) / 2, 9);
});

test("a later revision replaces what was said, an earlier one changes nothing", () => {
  const model = trusting(friend);
  model.record(verdict(friend, TARGET, "fail", { revision: 2 }));
  const { value } = model.score(TARGET, NOW);
  model.record(verdict(friend, TARGET, "pass", { revision: 1 }));
  expect(model.score(TARGET, NOW)).toMatchObject({ value, verdicts: { pass: 0, fail: 1 } });
  model.record(verdict(friend, TARGET, "pass", { revision: 3 }));
  expect(model.score(TARGET, NOW).verdicts).toEqual({ pass: 1, fail: 0 });
  model.record(verdict(friend, TARGET, "unknown", { revision: 4 }));
  expect(model.score(TARGET, NOW).verdicts).toEqual({ pass: 0, fail: 0 });
});

test("authors are silent on their own action, also after taking it back; my own records are not counted twice", () => {
  const model = trusting(friend, author);
  const before = model.score(TARGET, NOW);
  model.record(publishes(author, TARGET));
  model.record(verdict(author, TARGET, "pass"));
  model.record(feedback(author, TARGET, 10, 10));
  model.record(verdict(SELF, TARGET, "pass"));
  model.record(feedback(SELF, TARGET, 10, 10));
  expect(model.score(TARGET, NOW)).toEqual(before);
  model.record(withdraws(author, TARGET, 1));
  expect(model.score(TARGET, NOW)).toEqual(before);
  model.record(verdict(friend, TARGET, "pass"));
  expect(model.score(TARGET, NOW).value).toBeGreaterThan(before.value);
  expect(model.score(TARGET, NOW).verdicts).toEqual({ pass: 1, fail: 0 });
});

test("my own use counts, and more than somebody else's", () => {
  const [mine, theirs] = [trusting(friend), trusting(friend)];
  const nothing = mine.score(TARGET, NOW).value;
  mine.counters(TARGET, { runs: 5, succeeded: 5, useful: 1, useless: 0 });
  theirs.record(feedback(friend, TARGET, 5, 5));
  expect(theirs.score(TARGET, NOW).value).toBeGreaterThan(nothing);
  expect(mine.score(TARGET, NOW).value).toBeGreaterThan(theirs.score(TARGET, NOW).value);
  expect(mine.score(TARGET, NOW).feedback).toEqual({
    peers: 1,
    runs: 5,
    succeeded: 5,
    useful: 1,
    useless: 0,
  });
});

test("what a compromised key signed from then on is void, whichever comes first", () => {
  for (const order of [0, 1]) {
    const model = trusting(friend);
    const facts = [
      compromised(author, NOW - 10 * DAY),
      publishes(author, TARGET, { created: NOW - 5 * DAY }),
    ];
    for (const fact of order === 0 ? facts : facts.toReversed()) model.record(fact);
    model.record(verdict(author, action(2), "pass", { created: NOW - 5 * DAY }));
    expect(model.explain(TARGET, NOW)).toMatchObject({ authors: [], withdrawn: false });
    expect(model.score(action(2), NOW).verdicts).toEqual({ pass: 0, fail: 0 });
    expect(model.discredited(author)).toContain("compromised since");
    expect(model.rater(author).value).toBe(0);
  }
});

test("a thief cannot take back what the owner published before the compromise", () => {
  const model = new ReputationModel(SELF);
  model.record(publishes(author, TARGET, { created: NOW - 20 * DAY }));
  model.record(withdraws(author, TARGET, 9, { created: NOW - 5 * DAY }));
  expect(model.withdrawn(TARGET)).toBe(true);
  model.record(compromised(author, NOW - 10 * DAY));
  expect(model.withdrawn(TARGET)).toBe(false);
});

test("whoever signed two records where one was possible is not heard, whoever carries the proof", () => {
  const model = trusting(friend);
  model.record(verdict(friend, TARGET, "pass"));
  expect(model.explain(TARGET, NOW).passes).toBeGreaterThan(0);
  model.record(accuses(peer(99), friend));
  expect(model.explain(TARGET, NOW).passes).toBe(0);
  expect(model.rater(friend).value).toBe(0);
  expect(model.trust(friend)).toEqual({ share: 0, paths: [] });
  expect(model.discredited(friend)).toContain("two records");
});

test("a key hands on what is believed of it, and both keys together speak once", () => {
  const model = trusting(friend);
  proves(model, action(5), "failed", [[friend, "fail"]]);
  model.record(verdict(friend, TARGET, "pass"));
  const { passes } = model.explain(TARGET, NOW);
  const { share } = model.trust(friend);
  model.record(succeeds(friend, heir));
  expect(model.successor(friend)).toBe(heir);
  expect(model.rater(heir)).toMatchObject({ agreements: 1, disagreements: 0 });
  expect(model.trust(heir).share).toBeCloseTo(share, 12);
  expect(model.explain(TARGET, NOW).passes).toBeCloseTo(passes, 12);
  model.record(verdict(heir, TARGET, "pass"));
  expect(model.explain(TARGET, NOW).passes).toBeCloseTo(passes, 12);
  expect(model.score(TARGET, NOW).verdicts.pass).toBe(1);
});

test("a thousand keys that name one successor speak with its one voice", () => {
  const model = trusting(heir);
  model.record(verdict(heir, TARGET, "pass"));
  const { passes } = model.explain(TARGET, NOW);
  for (let i = 0; i < 1_000; i++) {
    model.record(succeeds(peer(1000 + i), heir));
    model.record(verdict(peer(1000 + i), TARGET, "pass"));
  }
  expect(model.explain(TARGET, NOW).passes).toBeCloseTo(passes, 12);
});

test("with two successors a key has none, until one of them turns out void", () => {
  const model = trusting(friend);
  model.record(succeeds(friend, heir, { created: NOW - 20 * DAY }));
  model.record(succeeds(friend, peer(66), { created: NOW - 5 * DAY }));
  expect(model.successor(friend)).toBeUndefined();
  model.record(compromised(friend, NOW - 10 * DAY));
  expect(model.successor(friend)).toBe(heir);
  expect(model.trust(heir).share).toBeGreaterThan(0);
  expect(model.trust(peer(66)).share).toBe(0);
});

test("what is said of people by a compromised key counts for nothing", () => {
  const model = trusting(friend);
  model.record(trusts(friend, peer(4), 2, { created: NOW - 20 * DAY }));
  expect(model.trust(peer(4))).toMatchObject({ paths: [[friend, peer(4)]] });
  model.record(compromised(friend, NOW - 10 * DAY));
  expect(model.trust(peer(4))).toEqual({ share: 0, paths: [] });
});

test("the first audit of a rater on an action stays, and tells once a test answered", () => {
  const model = new ReputationModel(SELF);
  model.audit({ rater: friend, action: TARGET, said: "fail", repeated: 0 });
  model.audit({ rater: friend, action: TARGET, said: "pass", repeated: 0 });
  expect(model.rater(friend)).toEqual({ value: 0.5, agreements: 0, disagreements: 0 });
  model.standing({ action: TARGET, standing: "failed" });
  expect(model.rater(friend)).toMatchObject({ agreements: 1, disagreements: 0 });
  model.standing({ action: TARGET, standing: "passed" });
  expect(model.rater(friend)).toMatchObject({ agreements: 0, disagreements: 1 });
  expect(model.rater(friend).value).toBeLessThan(0.5);
});

test("the word of whoever is blocked counts for nothing, nor does that of the key that it names next", () => {
  const model = trusting(friend, heir);
  model.record(verdict(friend, TARGET, "fail"));
  model.record(verdict(heir, TARGET, "pass"));
  const before = model.score(TARGET, NOW).value;
  const blocked = new Set([friend]);
  model.shun((one) => blocked.has(one));
  expect(model.rater(friend).value).toBe(0);
  expect(model.discredited(friend)).toContain("blocked");
  expect(model.trust(friend)).toEqual({ share: 0, paths: [] });
  const without = model.score(TARGET, NOW).value;
  expect(without).toBeGreaterThan(before);
  model.record(succeeds(friend, author));
  model.record(verdict(author, TARGET, "fail"));
  expect(model.rater(author).value).toBe(0);
  expect(model.score(TARGET, NOW).value).toBe(without);
  blocked.clear();
  model.shun((one) => blocked.has(one));
  expect(model.score(TARGET, NOW).value).toBeLessThanOrEqual(before);
});

test("whoever tested an action and was served ill by it speaks against it, though its test passed", () => {
  const friends = [1, 2, 3].map(peer);
  const model = trusting(...friends);
  model.standing({ action: TARGET, standing: "passed" });
  const alone = model.score(TARGET, NOW).value;
  for (const one of friends) model.record(verdict(one, TARGET, "pass"));
  const praised = model.score(TARGET, NOW).value;
  expect(praised).toBeGreaterThan(alone);
  for (const one of friends) model.record(feedback(one, TARGET, 10, 10, {}, 1));
  const doubted = model.score(TARGET, NOW).value;
  for (const one of friends) model.record(feedback(one, TARGET, 10, 10, { revision: 2 }, 10));
  const useless = model.score(TARGET, NOW).value;
  expect(useless).toBeLessThan(alone);
  expect(doubted).toBeGreaterThan(useless);
});

test("whoever is the only one that was right here has all the trust in others, and little of what is believed", () => {
  const model = new ReputationModel(SELF);
  model.standing({ action: TARGET, standing: "failed" });
  model.audit({ rater: author, action: TARGET, said: "fail", repeated: 0 });
  expect(model.trust(author).share).toBe(1);
  const earned = model.vouchedFor(author);
  expect(earned).toBeGreaterThan(0);
  model.statement(friend, 1);
  expect(model.vouchedFor(friend)).toBeGreaterThan(3 * earned);
  expect(model.vouchedFor(heir)).toBe(0);
});
