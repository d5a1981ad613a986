import { expect, test } from "vitest";
import { chaos } from "../chaos/chaos.ts";

test("kill −9 of random peers and the bootstrap node while all publish: what was acknowledged is with everybody in the end", {
  timeout: 240_000,
}, async () => {
  // This seed's three kills hit two peers and the bootstrap node. `npm run chaos -- --kills 50` is the long version.
  const report = await chaos({ kills: 3, peers: 3, seed: 1, say: () => undefined });
  expect(report.acknowledged).toBeGreaterThanOrEqual(3);
  expect(report.bootstrapKills).toBe(1);
  expect(report.lostByPublisher).toEqual([]);
  expect(report.lostByOthers).toEqual([]);
  expect(report.integrity).toEqual(["ok", "ok", "ok", "ok"]);
  expect(report.stopMs).toBeLessThan(10_000);
});
