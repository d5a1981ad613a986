import { expect, test } from "vitest";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import { action, DAY, NOW, peer, proves, publishes, succeeds, verdict, withdraws } from "./made-up-facts.ts";

const SELF = peer(0);
const [good, bad, newcomer, copier] = [peer(1), peer(2), peer(3), peer(4)];
const [ofGood, ofBad, ofNewcomer] = [action(901), action(902), action(903)];

/** One whose ten actions passed here, one whose ten failed, and one of whom nothing is known. */
function settled(): ReputationModel {
  const model = new ReputationModel(SELF);
  for (let i = 0; i < 10; i++) {
    model.record(publishes(good, action(i), { received: NOW - DAY }));
    proves(model, action(i), "passed");
    model.record(publishes(bad, action(100 + i)));
    proves(model, action(100 + i), "failed");
  }
  model.record(publishes(good, ofGood));
  model.record(publishes(bad, ofBad));
  model.record(publishes(newcomer, ofNewcomer));
  return model;
}

test("a newcomer starts where the worst author ends, so a new key gains nothing", () => {
  const model = settled();
  expect(model.author(newcomer, NOW)).toEqual({ score: 0, actions: 1, good: 0, bad: 0 });
  expect(model.author(bad, NOW)).toEqual({ score: 0, actions: 11, good: 0, bad: 10 });
  expect(model.score(ofNewcomer, NOW).value).toBe(model.score(ofBad, NOW).value);
  expect(model.author(peer(77), NOW).score).toBe(0);
});

test("a good author lends a new action about one pass, and no more", () => {
  const model = settled();
  expect(model.author(good, NOW)).toMatchObject({ actions: 11, good: 10, bad: 0 });
  expect(model.author(good, NOW).score).toBeGreaterThan(0.5);
  const { passes, authors } = model.explain(ofGood, NOW);
  expect(model.score(ofGood, NOW).value).toBeGreaterThan(model.score(ofNewcomer, NOW).value);
  expect(passes).toBeLessThanOrEqual(1);
  expect(authors).toMatchObject([{ peer: good, passes }]);
});

test("a new version inherits its author's score, and nothing that was said of the old one", () => {
  const model = settled();
  const before = model.score(ofGood, NOW).value;
  for (let i = 10; i < 20; i++) model.record(verdict(peer(i), action(0), "pass"));
  const [old, next] = [model.score(action(0), NOW), model.score(ofGood, NOW)];
  expect(old.verdicts.pass).toBe(10);
  expect(next.verdicts.pass).toBe(0);
  expect(next.value).toBeLessThan(old.value);
  expect(Math.abs(next.value - before)).toBeLessThan(0.02);
});

test("to publish others' good actions again makes nobody a good author", () => {
  const model = settled();
  for (let i = 0; i < 10; i++) model.record(publishes(copier, action(i), { created: 0, received: NOW }));
  expect(model.author(copier, NOW).score).toBe(0);
  expect(model.author(good, NOW).score).toBeGreaterThan(0.5);
});

test("many good authors of one action add no more than the best of them", () => {
  const model = settled();
  const one = model.explain(ofGood, NOW).passes;
  for (let i = 0; i < 10; i++) {
    model.record(publishes(copier, action(200 + i)));
    proves(model, action(200 + i), "passed");
  }
  model.record(publishes(copier, ofGood));
  const { passes, authors } = model.explain(ofGood, NOW);
  expect(authors).toHaveLength(2);
  expect(passes).toBeCloseTo(Math.max(one, ...authors.map(({ score }) => score)), 9);
  expect(authors.filter((author) => author.passes > 0)).toHaveLength(1);
});

test("what its author took back adds nothing to the author, and nothing to the action", () => {
  const model = settled();
  const before = model.author(good, NOW);
  model.record(withdraws(good, action(0), 1));
  expect(model.author(good, NOW).actions).toBe(before.actions - 1);
  expect(model.author(good, NOW).score).toBeLessThan(before.score);
  model.record(withdraws(good, ofGood, 1));
  expect(model.explain(ofGood, NOW)).toMatchObject({ authors: [], withdrawn: true });
  model.record(publishes(good, ofGood, { revision: 2 }));
  expect(model.explain(ofGood, NOW)).toMatchObject({ authors: [{ peer: good }], withdrawn: false });
});

test("a key that hands on takes its actions along, good and bad", () => {
  const model = settled();
  const [heir, other] = [peer(11), peer(12)];
  const before = model.author(good, NOW);
  model.record(succeeds(good, heir));
  expect(model.author(heir, NOW)).toEqual(before);
  for (let i = 0; i < 10; i++) {
    model.record(publishes(other, action(300 + i)));
    proves(model, action(300 + i), "passed");
  }
  const alone = model.author(other, NOW).score;
  model.record(succeeds(bad, other));
  expect(model.author(other, NOW).score).toBeLessThan(alone);
});

test("what failed here scores nothing, whoever praises it", () => {
  const model = settled();
  for (let i = 20; i < 40; i++) {
    model.statement(peer(i), 2);
    model.record(verdict(peer(i), ofGood, "pass"));
  }
  expect(model.score(ofGood, NOW).value).toBeGreaterThan(0.6);
  model.standing({ action: ofGood, standing: "failed" });
  expect(model.score(ofGood, NOW).value).toBe(0);
});
