import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { VerificationQueue } from "../../../node/src/verification/queue.ts";
import { retryAfter } from "../../../node/src/verification/retry.ts";
import { bundleOf } from "../../helpers/records.ts";
import { until } from "../../helpers/until.ts";

function setUp(actionsOf: Record<string, number>, workers: number) {
  const catalogue = new Catalogue(":memory:");
  const publishers = new Map<ActionId, string>();
  for (const [publisher, count] of Object.entries(actionsOf))
    for (let i = 0; i < count; i++) {
      const bundle = bundleOf({ name: `${publisher}${i}` });
      catalogue.actions.add(bundle, "network", 1);
      publishers.set(bundle.id, publisher);
    }
  const order: string[] = [];
  const state = { running: 0, most: 0 };
  const verify = async (id: ActionId) => {
    state.most = Math.max(state.most, ++state.running);
    order.push(publishers.get(id) ?? "?");
    await new Promise((resolve) => setImmediate(resolve));
    catalogue.actions.change(id, { standing: "passed", reason: "passed", attempts: 0, due: 0 });
    state.running -= 1;
  };
  const publisher = (id: ActionId) => publishers.get(id) ?? "?";
  const parts = { actions: catalogue.actions, verify, publisher, clock: Date.now, log: () => undefined };
  return { catalogue, queue: new VerificationQueue(parts, workers), order, state };
}

test("everything pending is verified, a bounded number at a time", async () => {
  const { catalogue, queue, state } = setUp({ alice: 30 }, 3);
  queue.wake();
  await until(() => catalogue.actions.counts().pending === 0, { what: "an empty queue" });
  expect(catalogue.actions.counts().passed).toBe(30);
  expect(state.most).toBe(3);
  await queue.stop();
});

test("a publisher with three actions is not starved by one with forty", async () => {
  const { catalogue, queue, order } = setUp({ flood: 40, quiet: 3 }, 1);
  queue.wake();
  await until(() => catalogue.actions.counts().pending === 0, { what: "an empty queue" });
  expect(order.slice(0, 8).filter((publisher) => publisher === "quiet")).toHaveLength(3);
  await queue.stop();
});

test("stop waits for what runs and starts nothing more", async () => {
  const { catalogue, queue, order } = setUp({ alice: 20 }, 2);
  queue.wake();
  await queue.stop();
  const done = order.length;
  queue.wake();
  expect(catalogue.actions.counts().passed).toBe(done);
  expect(order).toHaveLength(done);
  expect(done).toBeLessThan(20);
});

test("waits double from two seconds to ten minutes", () => {
  expect([1, 2, 3].map(retryAfter)).toEqual([2000, 4000, 8000]);
  expect(retryAfter(1000)).toBe(600_000);
});
