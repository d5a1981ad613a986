import { expect, it } from "vitest";
import { runScenario, type ScenarioName, type ScenarioResult } from "./scenarios.ts";

const PEERS = 20;
const RECORDS = 30;

const run = (name: ScenarioName) => runScenario(name, { seed: 1, peers: PEERS, records: RECORDS });

/** A scenario that published nothing or lost nothing would prove nothing. */
function expectHealed(result: ScenarioResult): void {
  expect(result.published).toBeGreaterThan(RECORDS / 2);
  expect(result.of).toBeGreaterThanOrEqual(result.live * PEERS);
  expect(result.missed).toBe(0);
  expect(result.healedMs).toBeDefined();
}

it("gives the same trace for the same seed, another for another", async () => {
  const small = (seed: number) => runScenario("crash", { seed, peers: 12, records: 15 });
  const [one, again, other] = [await small(7), await small(7), await small(8)];
  expect(again.digest).toBe(one.digest);
  expect(again).toEqual(one);
  expect(other.digest).not.toBe(one.digest);
});

it("gossips every record to every peer, with a bounded number of copies", async () => {
  const result = await run("calm");
  expectHealed(result);
  expect(result.missedAtHealing).toBe(0);
  // At least once each; on average a mesh's worth, at most two full meshes' (pushes, and answers to IWANT).
  expect(result.copies.mean).toBeGreaterThan(1);
  expect(result.copies.mean).toBeLessThanOrEqual(12);
  expect(result.copies.most).toBeLessThanOrEqual(24);
});

it("reaches everybody within two sync rounds after a partition heals", async () => {
  const result = await run("partition");
  expect(result.missedAtHealing).toBeGreaterThan(result.of / 10);
  expectHealed(result);
});

it.each(["crash", "loss", "churn"] as const)("misses nothing after %s", async (name) => {
  expectHealed(await run(name));
});

it("carries records between peers that nobody can dial, through a hub that hears no gossip", async () => {
  const result = await run("hub");
  expectHealed(result);
  expect(result.copies.mean).toBe(0);
  expect(result.traffic.sync.bytes).toBeGreaterThan(0);
});

it("gives a late joiner with nothing everything", async () => {
  const result = await run("late");
  expect(result.missedAtHealing).toBe(result.live);
  expectHealed(result);
});
