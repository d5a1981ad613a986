import { expect, it } from "vitest";
import { runReplication } from "./replication.ts";

const PEERS = 10;
const ACTIONS = 8;

it("keeps every action available when all publishers leave, where there is room", async () => {
  const result = await runReplication({ seed: 1, peers: PEERS, actions: ACTIONS, quotaShare: 4 });
  expect(result.actions).toBe(ACTIONS);
  expect(result.verified).toBe(ACTIONS);
  expect(result.copiesBefore).toBe(PEERS - 1);
  expect(result.copiesAfter).toBe(Math.ceil((PEERS - 1) / 2));
  expect(result.availableAfter).toBe(ACTIONS);
  // Everybody fetched everything but its own, once.
  expect(result.bundleTraffic.bytes).toBeGreaterThan(result.bytes * (PEERS - 2));
  expect(result.bundleTraffic.bytes).toBeLessThan(result.bytes * (PEERS - 1));
});

it("stays within the quota", async () => {
  const result = await runReplication({ seed: 2, peers: PEERS, actions: ACTIONS, quotaShare: 0.5 });
  expect(result.verified).toBe(ACTIONS);
  expect(result.mostHeldBytes).toBeGreaterThan(0);
  expect(result.mostHeldBytes).toBeLessThanOrEqual(result.quotaBytes);
  expect(result.copiesBefore).toBeLessThan(PEERS - 1);
});
