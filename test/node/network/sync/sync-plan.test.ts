import { expect, test } from "vitest";
import { BAN_MS, MAX_SYNC_NEIGHBOURS, MAX_SYNC_READERS } from "../../../../node/src/network/limits.ts";
import { type SessionOutcome, SyncPlan } from "../../../../node/src/network/sync/sync-plan.ts";

const DONE: SessionOutcome = { kind: "done", learned: 0, declined: 0, lacks: false };
const LEARNED: SessionOutcome = { ...DONE, learned: 3 };
const INTERVAL = 30_000;

/** A plan and its clock, which goes from one due moment to the next. */
class World {
  now = 1_000;
  readonly plan: SyncPlan;

  constructor(intervalMs = INTERVAL) {
    this.plan = new SyncPlan({ intervalMs, random: () => 0.5 }, this.now);
  }

  /** One session from beginning to end at the present moment. */
  session(peer: string, outcome: SessionOutcome): void {
    this.plan.began(peer, this.now);
    this.plan.ended(peer, outcome, this.now);
  }

  met(...peers: string[]): void {
    for (const peer of peers) this.plan.met(peer, this.now);
  }

  /** When the next session with this peer is due, in milliseconds from now; undefined beyond `within`. */
  nextPull(peer: string, within: number): number | undefined {
    const from = this.now;
    while (this.now <= from + within) {
      const { pull } = this.plan.due(this.now);
      if (pull.includes(peer)) return this.now - from;
      for (const other of pull) this.session(other, DONE);
      this.now = Math.max(this.now + 1, this.plan.wakeAt(this.now));
    }
    return undefined;
  }
}

test("whoever is met is caught up with at once, a few at a time, in order", () => {
  const world = new World();
  world.met("a", "b", "c");
  expect(world.plan.due(world.now).pull).toEqual(["a", "b"].slice(0, MAX_SYNC_READERS));
  world.plan.began("a", world.now);
  world.plan.began("b", world.now);
  expect(world.plan.due(world.now).pull).toEqual([]);
  expect(world.plan.wakeAt(world.now)).toBeGreaterThan(world.now + INTERVAL / 2);
  world.plan.ended("a", DONE, world.now);
  expect(world.plan.due(world.now).pull).toEqual(["c"]);
});

test("a random member is caught up with again and again, but nobody who left", () => {
  const world = new World();
  world.met("a", "b");
  for (const peer of ["a", "b"]) world.session(peer, DONE);
  world.plan.lost("a");
  expect(world.nextPull("b", 2 * INTERVAL)).toBe(INTERVAL);
  world.session("b", DONE);
  world.plan.lost("b");
  expect(world.nextPull("b", 5 * INTERVAL)).toBeUndefined();
});

test("a hint leads to a session within a second, and never to two at once", () => {
  const world = new World();
  world.met("a");
  world.session("a", DONE);
  world.plan.told("a", world.now);
  world.plan.told("a", world.now);
  expect(world.nextPull("a", 5_000)).toBe(1_000);
  world.plan.began("a", world.now);
  world.plan.told("a", world.now);
  expect(world.plan.due(world.now + 10_000).pull).toEqual([]);
  world.plan.ended("a", LEARNED, world.now);
  expect(world.nextPull("a", 5_000)).toBe(1_000);
});

test("a hint from a stranger, or from who left, is nothing", () => {
  const world = new World();
  world.plan.told("stranger", world.now);
  world.met("a");
  world.plan.lost("a");
  world.plan.told("a", world.now);
  expect(world.plan.due(world.now)).toEqual({ pull: [], tell: [] });
});

test("hints that lead to nothing are followed ever later, up to a bound, until one does", () => {
  const world = new World(60 * 60_000);
  world.met("crier");
  world.session("crier", DONE);
  const waits: (number | undefined)[] = [];
  for (let hint = 0; hint < 8; hint++) {
    world.plan.told("crier", world.now);
    waits.push(world.nextPull("crier", 20_000));
    world.session("crier", DONE);
  }
  expect(waits).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
  world.plan.told("crier", world.now);
  world.nextPull("crier", 20_000);
  world.session("crier", LEARNED);
  world.plan.told("crier", world.now);
  expect(world.nextPull("crier", 20_000)).toBe(1_000);
});

test("what was learned is told to all others, in one message, and soon", () => {
  const world = new World();
  world.met("a", "b", "c", "gone");
  world.plan.lost("gone");
  world.session("a", LEARNED);
  expect(world.plan.due(world.now).tell).toEqual([]);
  world.now += 200;
  world.session("b", { ...LEARNED, kind: "more" });
  world.now += 100;
  expect(world.plan.due(world.now).tell).toEqual(["b", "c"]);
  world.now += 200;
  expect(world.plan.due(world.now).tell).toEqual(["a"]);
  world.session("a", LEARNED);
  world.now += 1_000;
  expect(world.plan.due(world.now).tell).toEqual([]);
  world.now += 1_000;
  expect(world.plan.due(world.now).tell).toEqual(["b", "c"]);
});

test("a neighbour that lacks something is told, even if nothing was learned", () => {
  const world = new World();
  world.met("a", "b");
  world.session("a", { ...DONE, lacks: true });
  world.now += 300;
  expect(world.plan.due(world.now).tell).toEqual(["a"]);
});

test("a session that ended at its bounds goes on at once, if it brought something", () => {
  const world = new World();
  world.met("a");
  world.session("a", { ...LEARNED, kind: "more" });
  expect(world.plan.due(world.now).pull).toEqual(["a"]);
  world.session("a", { ...DONE, kind: "more" });
  expect(world.plan.due(world.now).pull).toEqual([]);
  expect(world.nextPull("a", 10_000)).toBe(2_000);
});

test("a busy neighbour is asked again when it said, but put off for a minute at most", () => {
  const world = new World();
  world.met("a");
  world.session("a", { ...DONE, kind: "busy", retryAfterMs: 5_000 });
  expect(world.nextPull("a", 10_000)).toBe(5_000);
  world.plan.began("a", world.now);
  world.plan.ended("a", { ...DONE, kind: "busy", retryAfterMs: 2 ** 32 - 1 }, world.now);
  // A round may come first: being busy is no reason to avoid anybody.
  expect(world.nextPull("a", 61_000)).toBeLessThanOrEqual(60_000);
});

test("a neighbour that brings only what we do not take, or fails, is left alone ever longer, but not for ever", () => {
  for (const outcome of [
    { ...DONE, declined: 50 },
    { ...DONE, kind: "failed" as const },
  ]) {
    const world = new World();
    world.met("a");
    let last = 0;
    for (let session = 0; session < 15; session++) {
      world.session("a", outcome);
      last = world.nextPull("a", 60 * 60_000) ?? Number.POSITIVE_INFINITY;
    }
    expect(last).toBeGreaterThan(9 * 60_000);
    expect(last).toBeLessThan(12 * 60_000);
    world.session("a", LEARNED);
    world.plan.told("a", world.now);
    expect(world.nextPull("a", 10_000)).toBe(1_000);
  }
});

test("one new record among many in vain earns no neighbour our time", () => {
  for (const kind of ["done", "more"] as const) {
    const world = new World();
    world.met("a");
    let last = 0;
    for (let session = 0; session < 15; session++) {
      world.session("a", { ...DONE, kind, learned: 1, declined: 10_000 });
      last = world.nextPull("a", 60 * 60_000) ?? Number.POSITIVE_INFINITY;
    }
    expect(last).toBeGreaterThan(9 * 60_000);
    expect(last).toBeLessThan(12 * 60_000);
    world.session("a", { ...DONE, kind, learned: 1_000, declined: 10_000 });
    expect(world.plan.due(world.now).pull).toEqual(kind === "more" ? ["a"] : []);
  }
});

test.each([true, false])(
  "whoever has a little that is new in every session keeps nobody whom we dialled waiting for ever; dialled: %s",
  (chosen) => {
    const world = new World();
    world.plan.met("honest", world.now, { chosen: true });
    world.session("honest", { ...DONE, declined: 1 });
    for (const peer of ["one", "two", "three"]) world.plan.met(peer, world.now, { chosen });
    const from = world.now;
    let others = 0;
    while (!world.plan.due(world.now).pull.includes("honest")) {
      expect(world.now - from).toBeLessThan(3 * 60_000);
      for (const peer of world.plan.due(world.now).pull) {
        others++;
        world.plan.began(peer, world.now);
        world.now += 1_000;
        world.plan.ended(peer, { ...LEARNED, kind: "more" }, world.now);
      }
      world.now = world.plan.wakeAt(world.now);
    }
    expect(others).toBeGreaterThan(10);
  },
);

test("news that gossip brought is told to whom gossip does not reach, and only to them", () => {
  const world = new World();
  world.met("hears", "deaf", "gone");
  world.plan.lost("gone");
  world.plan.changed(world.now, new Set(["hears"]));
  expect(world.plan.due(world.now).tell).toEqual([]);
  expect(world.plan.wakeAt(world.now)).toBeLessThanOrEqual(world.now + 300);
  world.now += 300;
  expect(world.plan.due(world.now).tell).toEqual(["deaf"]);
  world.plan.changed(world.now, new Set());
  world.now += 300;
  expect(world.plan.due(world.now).tell).toEqual(["hears"]);
  world.now += 1_700;
  expect(world.plan.due(world.now).tell).toEqual(["deaf"]);
});

test("who breaks the rules or sends refuse is avoided, also after coming back", () => {
  for (const kind of ["invalid", "useless"] as const) {
    const world = new World();
    world.met("a");
    world.plan.began("a", world.now);
    world.plan.told("a", world.now);
    world.plan.ended("a", { ...LEARNED, kind, lacks: true }, world.now);
    expect(world.plan.due(world.now + 5_000)).toEqual({ pull: [], tell: [] });
    world.plan.lost("a");
    world.met("a");
    world.plan.told("a", world.now);
    expect(world.nextPull("a", BAN_MS - 1)).toBeUndefined();
    expect(world.nextPull("a", 2 * INTERVAL)).toBeDefined();
  }
});

test("strangers who come and go are forgotten, members are not", () => {
  const world = new World();
  world.met("faithful");
  for (let n = 0; n < 3 * MAX_SYNC_NEIGHBOURS; n++) {
    world.met(`fleeting ${n}`);
    world.plan.lost(`fleeting ${n}`);
  }
  expect(world.plan.due(world.now).pull).toEqual(["faithful"]);
});
