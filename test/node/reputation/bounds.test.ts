import type { PeerId } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  BRANCH_FLOOR,
  EARNED_MOST,
  FAIL_WEIGHT,
  LOUDNESS,
  RESTART,
  STRANGER_VOICE,
  STRANGERS_MOST,
} from "../../../node/src/reputation/constants.ts";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import { action, NOW, peer, proves, publishes, trusts, verdict } from "./made-up-facts.ts";

const SELF = peer(0);
const TARGET = action(1);
const FRIENDS = [1, 2, 3].map(peer);
const GATEWAY = peer(10);
const sybil = (i: number) => peer(1000 + i);

/** Three friends who know each other and others; one of them was fooled into vouching for the gateway. */
function honest(): ReputationModel {
  const model = new ReputationModel(SELF);
  for (const friend of FRIENDS) {
    model.statement(friend, 2);
    for (const other of [...FRIENDS, peer(4), peer(5)])
      if (other !== friend) model.record(trusts(friend, other, 2));
  }
  model.record(trusts(peer(1), GATEWAY, 2));
  // So many others that one Sybil alone is not at full voice already.
  for (let i = 0; i < LOUDNESS / 4; i++) model.record(trusts(peer(1), peer(20 + i), 2));
  return model;
}

function besieged(count: number, outcome: "pass" | "fail", linked = false): ReputationModel {
  const model = honest();
  for (let i = 0; i < count; i++) {
    model.record(trusts(GATEWAY, sybil(i), 2));
    model.record(verdict(sybil(i), TARGET, outcome));
    if (linked) model.record(trusts(sybil(i), sybil((i + 1) % count), 2));
  }
  return model;
}

test("behind one edge, five thousand Sybils say as much as one", () => {
  const praise = [1, 100, 5_000].map((count) => besieged(count, "pass").explain(TARGET, NOW).passes);
  const slander = [1, 100, 5_000].map((count) => besieged(count, "fail").explain(TARGET, NOW).failures);
  const [one = 0] = praise;
  expect(one).toBeGreaterThan(0.01);
  for (const many of praise) expect(Math.abs(many - one) / one).toBeLessThan(0.01);
  for (const many of slander) expect(many).toBeCloseTo(FAIL_WEIGHT * one, 6);
});

test("Sybils that vouch for one another get no more than the edge lets through", () => {
  const shareOfFooled = honest().trust(GATEWAY).share;
  for (const count of [2, 100, 1_000]) {
    const { passes } = besieged(count, "pass", true).explain(TARGET, NOW);
    expect(passes).toBeLessThanOrEqual(LOUDNESS * shareOfFooled);
    expect(passes).toBeGreaterThan(0);
  }
});

test("strangers without number weigh next to nothing together, and the word of one friend more", () => {
  const model = honest();
  for (let i = 0; i < 5_000; i++) model.record(verdict(sybil(i), TARGET, "fail"));
  const alone = model.explain(TARGET, NOW);
  expect(alone.failures).toBeLessThanOrEqual(FAIL_WEIGHT * STRANGERS_MOST);
  expect(alone.score.verdicts.fail).toBe(5_000);
  model.record(verdict(peer(1), TARGET, "pass"));
  const { raters } = model.explain(TARGET, NOW);
  expect(raters[0]?.peer).toBe(peer(1));
  expect(raters[0]?.weight).toBeGreaterThan(alone.failures / FAIL_WEIGHT);
});

test("a first session is not empty: one stranger's word is heard", () => {
  const model = new ReputationModel(SELF);
  const before = model.score(TARGET, NOW).value;
  model.record(verdict(peer(1), TARGET, "pass"));
  expect(model.score(TARGET, NOW).value).toBeGreaterThan(before);
});

test("whom the network's list names is heard until there is something better", () => {
  const model = new ReputationModel(SELF);
  const named = peer(7);
  model.record(verdict(named, TARGET, "pass"));
  const stranger = model.explain(TARGET, NOW).passes;
  model.suggest([named]);
  const suggested = model.explain(TARGET, NOW).passes;
  expect(suggested).toBeGreaterThan(2 * stranger);
  // One after another: with the first the list still speaks, with enough of them it is as silent as anybody.
  const shares = [1, 2, 3, 4].map((friend) => {
    model.statement(peer(friend), 2);
    return model.trust(named).share;
  });
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  expect(shares[0]).toBeGreaterThan(0);
  expect(shares[3]).toBe(0);
  model.suggest([]);
  expect(model.explain(TARGET, NOW).passes).toBeCloseTo(stranger, 12);
});

/** What a peer found out in 100 tests, one in ten failing, after raters had spoken. */
function audited(words: (i: number, outcome: "pass" | "fail") => [PeerId, "pass" | "fail", number?][]) {
  const model = new ReputationModel(SELF);
  for (let i = 100; i < 200; i++) {
    const outcome = i % 10 === 0 ? "fail" : "pass";
    proves(model, action(i), outcome === "pass" ? "passed" : "failed", words(i, outcome));
  }
  return model;
}

test("to repeat what others said gains next to nothing, beside those who said it first", () => {
  const [first, copycat] = [peer(1), peer(2)];
  const model = audited((_, outcome) => [
    [first, outcome],
    [copycat, outcome, 4],
  ]);
  expect(model.rater(first)).toMatchObject({ agreements: 100, disagreements: 0 });
  expect(model.rater(copycat)).toMatchObject({ agreements: 100, disagreements: 0 });
  expect(model.trust(copycat).share).toBeLessThan(0.05 * model.trust(first).share);
});

test("to call everything good earns little, though it is mostly true", () => {
  const [careful, careless] = [peer(1), peer(2)];
  const model = audited((_, outcome) => [
    [careful, outcome],
    [careless, "pass"],
  ]);
  expect(model.rater(careful).value).toBeGreaterThan(0.9);
  expect(model.rater(careless).value).toBeLessThan(0.5);
  expect(model.trust(careless)).toEqual({ share: 0, paths: [] });
});

test("where nothing ever failed, a hundred passes say little of who reports them", () => {
  const model = new ReputationModel(SELF);
  for (let i = 100; i < 200; i++) proves(model, action(i), "passed", [[peer(1), "pass"]]);
  expect(model.rater(peer(1)).agreements).toBe(100);
  expect(model.rater(peer(1)).value).toBeLessThan(0.8);
});

test("however many earn trust by being right, they share one small part", () => {
  const loud = (count: number) => {
    const raters = Array.from({ length: count }, (_, i) => sybil(i));
    const model = audited((_, outcome) => raters.map((rater) => [rater, outcome]));
    for (const rater of raters) model.record(verdict(rater, TARGET, "pass"));
    return model.explain(TARGET, NOW).passes;
  };
  const [ten, hundreds, thousand] = [loud(10), loud(300), loud(1_000)];
  expect(ten).toBeGreaterThan(0.5);
  expect(thousand).toBeLessThanOrEqual(LOUDNESS * EARNED_MOST * RESTART);
  expect(Math.abs(thousand - hundreds) / hundreds).toBeLessThan(0.05);
});

test("nobody through one introducer counts more than a third, or one voice", () => {
  const model = audited((_, outcome) => [[peer(1), outcome]]);
  model.statement(peer(1), 2);
  model.record(verdict(peer(1), TARGET, "pass"));
  for (let i = 0; i < 20; i++) {
    model.record(trusts(peer(1), sybil(i), 2));
    model.record(verdict(sybil(i), TARGET, "pass"));
  }
  const alone = model.explain(TARGET, NOW);
  expect(alone.branches).toMatchObject([{ via: peer(1) }]);
  expect(alone.branches[0]?.weight).toBeGreaterThan(BRANCH_FLOOR);
  expect(alone.passes).toBeCloseTo(BRANCH_FLOOR, 9);
  expect(alone.raters.filter(({ note }) => note?.includes("one peer"))).toHaveLength(21);
  model.standing({ action: TARGET, standing: "passed", strength: 1 });
  const { passes, own, branches } = model.explain(TARGET, NOW);
  expect(passes - own.passes).toBeCloseTo(branches[0]?.counted ?? 0, 9);
  expect(passes - own.passes).toBeLessThanOrEqual(passes / 3 + 1e-9);
});

test("with more friends than branches are told apart, each is still cut, and their order says nothing", () => {
  const friends = Array.from({ length: 100 }, (_, i) => peer(1 + i));
  const spokenOf = (order: readonly PeerId[]) => {
    const model = new ReputationModel(SELF);
    for (const friend of order) model.statement(friend, 2);
    // All that is said comes through one of them, who is not among the first by id.
    for (let i = 0; i < 100; i++) {
      model.record(trusts(peer(100), sybil(i), 2));
      for (let j = 0; j < 5; j++) model.record(trusts(sybil(i), sybil(100 + 5 * i + j), 2));
    }
    for (let i = 0; i < 600; i++) model.record(verdict(sybil(i), TARGET, "fail"));
    return model.explain(TARGET, NOW);
  };
  const [forth, back] = [spokenOf(friends), spokenOf(friends.toReversed())];
  expect(forth.failures).toBeGreaterThan(0);
  expect(forth.failures).toBeLessThanOrEqual(FAIL_WEIGHT * BRANCH_FLOOR + 1e-9);
  expect(back.failures).toBeCloseTo(forth.failures, 11);
  expect(back.score.value).toBeCloseTo(forth.score.value, 11);
});

test("distrust that trusted peers publish takes weight away; the word of strangers does not", () => {
  const voice = (model: ReputationModel) => {
    model.record(verdict(peer(4), TARGET, "pass"));
    return model.explain(TARGET, NOW).passes;
  };
  const whole = voice(honest());
  const warned = honest();
  for (const friend of FRIENDS.slice(1)) warned.record(trusts(friend, peer(4), -2, { revision: 2 }));
  expect(voice(warned)).toBeLessThan(0.6 * whole);
  const slandered = honest();
  for (let i = 0; i < 1_000; i++) slandered.record(trusts(sybil(i), peer(4), -2));
  expect(voice(slandered)).toBeCloseTo(whole, 12);
});

test("nobody is talked away whom the user trusts by name, however many come in through one wrong edge", () => {
  const passes = [0, 1, 1_000].map((count) => {
    const model = new ReputationModel(SELF);
    for (const friend of FRIENDS) model.statement(friend, 2);
    model.record(trusts(peer(1), GATEWAY, 2));
    for (let i = 0; i < count; i++) {
      model.record(trusts(GATEWAY, sybil(i), 2));
      for (const friend of FRIENDS.slice(1)) model.record(trusts(sybil(i), friend, -2));
    }
    for (const friend of FRIENDS.slice(1)) model.record(verdict(friend, TARGET, "pass"));
    return model.explain(TARGET, NOW).passes;
  });
  expect(passes[0]).toBeGreaterThan(1);
  for (const besiegedBy of passes) expect(besiegedBy).toBeCloseTo(passes[0] ?? 0, 11);
});

test("what the user says cuts: often wrong passes nothing on, bad faith is not heard at all", () => {
  const passesUnder = (level: 0 | -1 | -2) => {
    const model = honest();
    model.record(trusts(peer(4), peer(6), 2));
    model.record(verdict(peer(6), TARGET, "pass"));
    model.record(verdict(peer(4), action(2), "pass"));
    model.statement(peer(4), level);
    return [model.explain(TARGET, NOW).passes, model.explain(action(2), NOW).passes] as const;
  };
  const [through, itself] = passesUnder(0);
  const [throughWrong, wrongItself] = passesUnder(-1);
  const [, badItself] = passesUnder(-2);
  expect(wrongItself).toBeLessThan(itself);
  expect(wrongItself).toBeGreaterThan(0);
  expect(badItself).toBe(0);
  // Peer 6 is a stranger then.
  expect(throughWrong).not.toBeCloseTo(through, 6);
  expect(throughWrong).toBeLessThanOrEqual(STRANGER_VOICE);
});

test("more good evidence of those whom I trust never lowers a score, more bad never raises it", () => {
  const rater = fc.integer({ min: 1, max: 30 });
  const edges = fc.array(fc.tuple(rater, rater), { maxLength: 60 });
  const words = fc.uniqueArray(fc.tuple(rater, fc.boolean()), { maxLength: 25, selector: ([by]) => by });
  fc.assert(
    fc.property(edges, words, rater, fc.boolean(), (vouching, said, next, passed) => {
      const model = new ReputationModel(SELF);
      for (const friend of FRIENDS) model.statement(friend, 2);
      for (const [from, to] of vouching) if (from !== to) model.record(trusts(peer(from), peer(to), 2));
      model.record(publishes(peer(99), TARGET));
      if (passed) model.standing({ action: TARGET, standing: "passed" });
      for (const [by, good] of said)
        if (by !== next) model.record(verdict(peer(by), TARGET, good ? "pass" : "fail"));
      const { value } = model.score(TARGET, NOW);
      model.record(verdict(peer(next), TARGET, "pass"));
      expect(model.score(TARGET, NOW).value).toBeGreaterThanOrEqual(value - 1e-12);
      model.record(verdict(peer(next), TARGET, "fail", { revision: 2 }));
      expect(model.score(TARGET, NOW).value).toBeLessThanOrEqual(value + 1e-12);
    }),
    { numRuns: 300 },
  );
});
