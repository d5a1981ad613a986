import { join } from "node:path";
import type { ActionId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import type { Wanted } from "../../../node/src/catalogue/types.ts";
import {
  type QueueOptions,
  type QueueParts,
  VerificationQueue,
} from "../../../node/src/verification/queue.ts";
import { proveAgainAfter, retryAfter } from "../../../node/src/verification/retry.ts";
import { bundleOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";

const RUNNER = "runner/2";
const NO_LIMITS = { workers: 1, quietLoad: 1_000, perMinute: 1_000_000 };

/** A catalogue whose actions carry their publisher in their name, and a queue that "verifies" them in one turn. */
function setUp(
  actionsOf: Record<string, number>,
  options: Partial<QueueOptions> = {},
  parts: Partial<QueueParts> = {},
  path = ":memory:",
) {
  const catalogue = new Catalogue(path);
  const { actions } = catalogue;
  const ids = new Map<string, ActionId>();
  for (const [publisher, count] of Object.entries(actionsOf))
    for (let i = 0; i < count; i++) {
      const bundle = bundleOf({ name: `${publisher}${i}` });
      actions.add(bundle, "network", 1);
      actions.publishedBy(bundle.id, publisher);
      ids.set(`${publisher}${i}`, bundle.id);
    }
  const order: string[] = [];
  const state = { running: 0, most: 0 };
  const verify = async (id: ActionId) => {
    state.most = Math.max(state.most, ++state.running);
    order.push(actions.get(id)?.manifest.name ?? "?");
    await new Promise((resolve) => setImmediate(resolve));
    actions.change(id, { standing: "passed", reason: "passed", runner: RUNNER, attempts: 0, due: 0 });
    state.running -= 1;
  };
  const given = {
    actions,
    share: () => 1,
    verify,
    runner: RUNNER,
    clock: Date.now,
    loadPerCore: () => 0,
    log: () => {},
    warn: () => {},
  };
  const queue = new VerificationQueue({ ...given, ...parts }, { ...NO_LIMITS, ...options });
  const idOf = (name: string): ActionId => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`no action ${name}`);
    return id;
  };
  const want = (name: string, wanted: Wanted) => actions.want(idOf(name), wanted);
  const empty = () => until(() => actions.counts().pending === 0, { what: "an empty queue" });
  return { catalogue, actions, queue, order, state, idOf, want, empty };
}

test("everything pending is verified, a bounded number at a time", async () => {
  const { actions, queue, state, empty } = setUp({ alice: 30 }, { workers: 3 });
  queue.wake();
  await empty();
  expect(actions.counts().passed).toBe(30);
  expect(state.most).toBe(3);
  await queue.stop();
});

test("publishers take turns, so that one with hundreds of actions starves nobody", async () => {
  const { queue, order, empty } = setUp({ flood: 300, quiet: 3, other: 2 });
  queue.wake();
  await empty();
  const first = order.slice(0, 9).map((name) => name.replace(/\d+$/, ""));
  expect(first.filter((publisher) => publisher === "quiet")).toHaveLength(3);
  expect(first.filter((publisher) => publisher === "other")).toHaveLength(2);
  await queue.stop();
});

test("what somebody asked for comes first, then what others use, then the rest", async () => {
  const { queue, order, want, empty } = setUp({ alice: 3, bob: 3 });
  want("bob1", "popular");
  want("alice2", "popular");
  want("bob2", "asked");
  want("bob2", "popular");
  queue.wake();
  await empty();
  expect(order.slice(0, 3)).toEqual(["bob2", "alice2", "bob1"]);
  await queue.stop();
});

test("made-up popularity starves nobody either: every fourth turn is the rest's", async () => {
  const { queue, order, want, empty } = setUp({ popular: 40, quiet: 3 });
  for (let i = 0; i < 40; i++) want(`popular${i}`, "popular");
  queue.wake();
  await empty();
  expect(order.slice(0, 12).filter((name) => name.startsWith("quiet"))).toHaveLength(3);
  await queue.stop();
});

test("order survives a restart, because the queue is the catalogue", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  const before = setUp({ alice: 2, bob: 2 }, {}, {}, path);
  before.want("bob1", "asked");
  before.catalogue.close();
  const after = setUp({}, {}, {}, path);
  after.queue.wake();
  await after.empty();
  expect(after.order).toHaveLength(4);
  expect(after.order[0]).toBe("bob1");
  await after.queue.stop();
  after.catalogue.close();
});

test("nothing begins on a busy machine, until it is quiet again", async () => {
  const machine = { load: 9 };
  const { queue, order, empty } = setUp({ alice: 2 }, { quietLoad: 2 }, { loadPerCore: () => machine.load });
  queue.wake();
  expect(order).toEqual([]);
  expect(queue.heldUpBy()).toBe("load");
  machine.load = 0.5;
  expect(queue.heldUpBy()).toBeUndefined();
  queue.wake();
  await empty();
  expect(order).toHaveLength(2);
  await queue.stop();
});

test("no more begin in a minute than the user allows", async () => {
  const time = { now: 1_000_000 };
  const { actions, queue, order, empty } = setUp({ alice: 8 }, { perMinute: 5 }, { clock: () => time.now });
  queue.wake();
  await until(() => actions.counts().passed === 5, { what: "five verifications" });
  queue.wake();
  expect(order).toHaveLength(5);
  expect(queue.heldUpBy()).toBe("rate");
  time.now += 60_000;
  expect(queue.heldUpBy()).toBeUndefined();
  queue.wake();
  await empty();
  expect(order).toHaveLength(8);
  await queue.stop();
});

test("a new runner proves old standings again: after all that is pending, one a second, each once", async () => {
  const time = { now: 1_000_000 };
  const { actions, queue, order, idOf, empty } = setUp(
    { alice: 2, old: 3 },
    { workers: 4 },
    { clock: () => time.now },
  );
  const proved = { reason: "as before", report: { cases: 1 }, attempts: 0, due: 0 };
  actions.change(idOf("old0"), { ...proved, standing: "passed", runner: "runner/1" });
  actions.change(idOf("old1"), { ...proved, standing: "failed", runner: "runner/3" });
  actions.change(idOf("old2"), { ...proved, standing: "passed", runner: RUNNER });
  queue.wake();
  await empty();
  const olds = () => order.filter((name) => name.startsWith("old"));
  // Until its own turn has come to an end, the old standing and its report hold.
  expect(actions.get(idOf("old1"))).toMatchObject({ standing: "failed", reason: "as before" });
  expect(actions.report(idOf("old1"))).toEqual({ cases: 1 });
  await until(() => olds().length === 1, { what: "the first old standing" });
  await until(() => actions.stale(RUNNER, time.now) === idOf("old1"), { what: "its new verdict" });
  queue.wake();
  expect(order.slice(0, 2).sort()).toEqual(["alice0", "alice1"]);
  expect(olds()).toEqual(["old0"]);
  time.now += 1_000;
  queue.wake();
  await until(() => actions.stale(RUNNER, time.now) === undefined, { what: "the other old standing" });
  time.now += 1_000;
  queue.wake();
  expect(olds()).toEqual(["old0", "old1"]);
  expect(actions.get(idOf("old1"))).toMatchObject({ standing: "passed", runner: RUNNER });
  await queue.stop();
});

test("the index answers who is next and what is stale, however long the queue", () => {
  const { catalogue } = setUp({ alice: 1 });
  const plan = (sql: string) =>
    JSON.stringify(
      catalogue.database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => row.detail),
    );
  const stale = "SELECT id FROM actions WHERE standing IN ('passed', 'failed') AND due <= 1 AND runner";
  expect(plan(`${stale} < 'x' UNION ALL ${stale} > 'x' LIMIT 1`)).not.toContain("SCAN");
  const next = "SELECT publisher FROM actions WHERE standing = 'pending' AND wanted = 1 AND publisher > 'x'";
  expect(plan(`${next} ORDER BY publisher LIMIT 1`)).toMatch(/^(?!.*(SCAN|TEMP)).*actions_waiting/);
});

test("stop waits for what runs and starts nothing more", async () => {
  const { actions, queue, order } = setUp({ alice: 20 }, { workers: 2 });
  queue.wake();
  await queue.stop();
  const done = order.length;
  queue.wake();
  expect(actions.counts().passed).toBe(done);
  expect(order).toHaveLength(done);
  expect(done).toBeLessThan(20);
});

test("waits double from two seconds to ten minutes; a proved standing is tried again every few hours", () => {
  expect([1, 2, 3].map(retryAfter)).toEqual([2000, 4000, 8000]);
  expect(retryAfter(1000)).toBe(600_000);
  const hours = 3_600_000;
  expect([1, 2, 1000].map(proveAgainAfter)).toEqual([6 * hours, 12 * hours, 7 * 24 * hours]);
});
