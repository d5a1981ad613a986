import { expect, test } from "vitest";
import { ValidationBudget } from "../../../../node/src/network/gossip/validation-budget.ts";

const LIMITS = { capacityMs: 2_000, msPerSecond: 400 };

interface Sender {
  peer: string;
  perSecond: number;
}

/** Ten seconds of messages that cost 1 ms each; how many of each sender were judged in the second half. */
function run(senders: readonly Sender[]): { judged: Map<string, number>; spentMs: number } {
  const budget = new ValidationBudget(LIMITS, 0);
  const judged = new Map<string, number>();
  let spentMs = 0;
  for (let ms = 0; ms < 10_000; ms++)
    for (const { peer, perSecond } of senders) {
      const due = Math.floor(((ms + 1) * perSecond) / 1_000) - Math.floor((ms * perSecond) / 1_000);
      for (let message = 0; message < due; message++) {
        if (!budget.admits(peer, ms)) continue;
        budget.charge(peer, 1, ms);
        spentMs++;
        if (ms >= 5_000) judged.set(peer, (judged.get(peer) ?? 0) + 1);
      }
    }
  return { judged, spentMs };
}

test("while there is plenty everybody is heard", () => {
  const { judged } = run([
    { peer: "a", perSecond: 200 },
    { peer: "b", perSecond: 100 },
  ]);
  expect([judged.get("a"), judged.get("b")]).toEqual([1_000, 500]);
});

test("a crowd that floods shares what there is; a quiet neighbour loses nothing", () => {
  const crowd = Array.from({ length: 40 }, (_, index) => ({ peer: `sybil ${index}`, perSecond: 200 }));
  const { judged, spentMs } = run([...crowd, { peer: "quiet", perSecond: 5 }]);
  expect(judged.get("quiet")).toBe(25);
  // The burst, ten seconds' worth, and at most a second's worth overdrawn.
  expect(spentMs).toBeLessThanOrEqual(2_000 + 11 * 400);
  const shares = crowd.map(({ peer }) => judged.get(peer) ?? 0);
  expect(Math.max(...shares)).toBeLessThanOrEqual(2 * Math.max(1, Math.min(...shares)) + 5);
});
