import { expect, test } from "vitest";
import { copycatRows } from "./between.ts";
import { observe, observersOf } from "./measure.ts";
import { Ours } from "./ours.ts";
import { rowsOf, runScenario } from "./results.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { auditsOf } from "./world.ts";

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return { ...found, observers: 3 };
}

test("the same seed gives the same table, another seed another", () => {
  const table = (seed: number) => rowsOf(runScenario(scenario("Sybils 1:1"), [seed]));
  expect(table(1)).toEqual(table(1));
  expect(table(1)).not.toEqual(table(2));
});

test("without attackers a user finds something to run, and nothing bad", () => {
  const { ours } = runScenario(scenario("no attack"), [1, 2, 3]);
  expect(ours.bad).toBe(0);
  expect(ours.coverage).toBeGreaterThan(75);
});

test("ten Sybils for each honest peer get less than averages and EigenTrust give them", () => {
  const { ours, always, plain, eigen } = runScenario(scenario("Sybils 10:1"), [1, 2]);
  expect(ours.bad).toBeLessThanOrEqual(1);
  expect(ours.badP95).toBeLessThanOrEqual(3);
  expect(ours.coverage).toBeGreaterThan(50);
  // The attack works, or nothing was shown: averages fall for it.
  expect(plain.bad).toBeGreaterThan(3);
  expect(always.bad).toBeLessThan(plain.bad / 4);
  expect(always.bad).toBeLessThan(eigen.bad);
});

test("slander of half of the good actions takes few of them away", () => {
  const slandered = runScenario(scenario("slander"), [1, 2]);
  const calm = runScenario(scenario("no slander"), [1, 2]);
  expect(slandered.ours.bad).toBeLessThanOrEqual(5);
  expect(slandered.ours.accepted / calm.ours.accepted).toBeGreaterThan(0.9);
  expect(slandered.plain.accepted / calm.plain.accepted).toBeLessThan(0.7);
});

test("half of the honest are fooled: few bad runs, where plain averages have many", () => {
  const { ours, plain } = runScenario(scenario("50 % fooled"), [1, 2]);
  expect(ours.bad).toBeLessThanOrEqual(5);
  expect(ours.coverage).toBeGreaterThan(15);
  expect(plain.bad).toBeGreaterThan(8);
});

test("who copies the first word on everything is believed no more than who is silent", () => {
  const rows = copycatRows([1]);
  expect(rows.map(({ met }) => met)).toEqual([true, true]);
});

test("an audit holds what was said before the answer, and how often it had been said", () => {
  const world = scenario("Sybils 1:1").world(1);
  const [peer] = observersOf(world, 1);
  if (peer === undefined) throw new Error("somebody honest");
  const action = world.actions.find(({ byAttacker }) => byAttacker);
  if (action === undefined) throw new Error("something bad");
  const audits = auditsOf(world, peer, action, world.end);
  const passes = audits.filter(({ said }) => said === "pass");
  expect(passes.length).toBeGreaterThan(5);
  expect(passes.map(({ repeated }) => repeated)).toEqual(passes.map((_, i) => i));
  expect(audits.map(({ rater }) => rater)).not.toContain(action.author);
  expect(auditsOf(world, peer, action, action.at)).toEqual([]);
});

test("own tests keep out what is bad, and teach whom to believe", () => {
  const world = scenario("Sybils 1:1").world(2);
  const [peer] = observersOf(world, 1);
  if (peer === undefined) throw new Error("somebody honest");
  const { tested, unaided } = observe(world, peer, (self) => new Ours(self), { alsoTested: true });
  expect(tested?.bad).toBe(0);
  expect(tested?.coverage).toBeGreaterThanOrEqual(unaided.coverage);
  expect(tested?.coverage).toBe(1);
});
