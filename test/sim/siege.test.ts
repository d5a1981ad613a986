import { expect, it } from "vitest";
import { MAX_SYNC_READERS } from "../../node/src/network/limits.ts";
import { type SessionOutcome, SyncPlan } from "../../node/src/network/sync/sync-plan.ts";
import { runScenario } from "./scenarios.ts";

it("delivers nearly everything to every honest peer among four times as many Sybils", async () => {
  const result = await runScenario("siege", { seed: 1, peers: 20, records: 20 });
  expect(result.live).toBeGreaterThan(10);
  expect(result.missed / result.of).toBeLessThanOrEqual(0.01);
});

it("is not kept from an honest neighbour by silent ones, however many there are", () => {
  const plan = new SyncPlan({ intervalMs: 30_000, random: () => 0.99 }, 0);
  const silent = new Set(Array.from({ length: 40 }, (_, i) => `silent ${i}`));
  const done: SessionOutcome = { kind: "done", learned: 0, declined: 0, lacks: false };
  const heldUntil = new Map<string, number>();
  const sessions: number[] = [];
  plan.met("honest", 0, { chosen: true });
  for (const peer of silent) plan.met(peer, 0);
  for (let now = 0; now < 600_000; now = Math.max(now + 1, nextMoment(plan.wakeAt(now), heldUntil))) {
    for (const [peer, until] of heldUntil) {
      if (until > now) continue;
      heldUntil.delete(peer);
      plan.ended(peer, { ...done, kind: "failed" }, now);
    }
    for (const peer of plan.due(now).pull) {
      plan.began(peer, now);
      if (silent.has(peer)) heldUntil.set(peer, now + 10_000);
      else {
        sessions.push(now);
        plan.ended(peer, done, now);
      }
    }
    expect(heldUntil.size).toBeLessThanOrEqual(MAX_SYNC_READERS);
  }
  const pauses = sessions.slice(1).map((at, i) => at - (sessions[i] ?? 0));
  expect(sessions.length).toBeGreaterThanOrEqual(15);
  // A round, and the time until a silent one's place is free again.
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1.3 * 30_000 + 10_000);
});

function nextMoment(wakeAt: number, heldUntil: ReadonlyMap<string, number>): number {
  return Math.min(wakeAt, ...heldUntil.values());
}
