import type { PeerId } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Slices } from "../../../node/src/finding/slices.ts";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import { graphOf } from "../../../node/src/viewing/graph.ts";
import { action, compromised, peer, publishes, trusts, verdict } from "../reputation/made-up-facts.ts";

const SELF = peer(0);

function graph(model: ReputationModel, connected: readonly PeerId[] = [], blocked: readonly string[] = []) {
  return graphOf({
    ...{ self: SELF, connected, slices: new Slices(undefined) },
    overview: (wish) => model.overview(wish),
    isBlocked: (one) => blocked.includes(one),
  });
}

test("shows who vouches for whom and how each judged the other's actions, this peer first", async () => {
  const model = new ReputationModel(SELF);
  for (const n of [1, 2, 3]) model.record(publishes(peer(2), action(n)));
  model.record(publishes(peer(1), action(9)));
  model.record(verdict(peer(1), action(1), "pass"));
  model.record(verdict(peer(1), action(2), "pass"));
  model.record(verdict(peer(1), action(3), "fail"));
  model.record(verdict(peer(3), action(1), "unknown"));
  // What one says of one's own is no edge.
  model.record(verdict(peer(2), action(1), "pass"));
  model.record(verdict(SELF, action(9), "pass"));
  model.record(trusts(peer(1), peer(2), 2));
  model.record(trusts(peer(2), peer(3), -1));
  model.record(trusts(peer(3), peer(1), 0));
  model.statement(peer(1), 1);
  const seen = await graph(model, [peer(2), peer(77)], [peer(3)]);
  expect(seen.nodes[0]).toMatchObject({ peer: SELF, self: true, trust: 1, verdicts: 1, publishes: 0 });
  const node = (one: PeerId) => seen.nodes.find((each) => each.peer === one);
  expect(node(peer(1))).toMatchObject({ self: false, level: 1, verdicts: 3, publishes: 1, connected: false });
  expect(node(peer(1))?.trust).toBeGreaterThan(node(peer(3))?.trust ?? 1);
  expect(node(peer(2))).toMatchObject({ connected: true, publishes: 3, blocked: false });
  expect(node(peer(2))).not.toHaveProperty("level");
  expect(node(peer(3))).toMatchObject({ blocked: true, verdicts: 1 });
  // Connected, and silent so far.
  expect(node(peer(77))).toMatchObject({ connected: true, verdicts: 0, reliability: 0.5 });
  expect(seen.edges).toHaveLength(5);
  expect(seen.edges).toEqual(
    expect.arrayContaining([
      { from: SELF, to: peer(1), kind: "trust", level: 1, passes: 0, failures: 0 },
      { from: peer(1), to: peer(2), kind: "trust", level: 2, passes: 0, failures: 0 },
      { from: peer(2), to: peer(3), kind: "trust", level: -1, passes: 0, failures: 0 },
      { from: peer(1), to: peer(2), kind: "verdicts", passes: 2, failures: 1 },
      { from: SELF, to: peer(1), kind: "verdicts", passes: 1, failures: 0 },
    ]),
  );
  expect(seen.unshown).toEqual({ nodes: 0, edges: 0 });
});

test("what a key says after it was lost is no edge", async () => {
  const model = new ReputationModel(SELF);
  model.record(publishes(peer(2), action(1)));
  model.record(trusts(peer(4), peer(2), 2));
  model.record(verdict(peer(4), action(1), "pass"));
  expect((await graph(model)).edges).toHaveLength(2);
  model.record(compromised(peer(4), 0));
  expect((await graph(model)).edges).toEqual([]);
});

test("a discredited peer stays in the picture and says so", async () => {
  const model = new ReputationModel(SELF);
  model.record(publishes(peer(1), action(1)));
  model.record(verdict(peer(2), action(1), "pass"));
  model.statement(peer(2), -2);
  const { nodes } = await graph(model);
  expect(nodes.find((one) => one.peer === peer(2))).toMatchObject({
    discredited: true,
    level: -2,
    reliability: 0,
  });
});

test("of a crowd it shows 200 peers and 2,000 edges, those first of whom the user speaks, and counts the rest", async () => {
  const model = new ReputationModel(SELF);
  const friends = [500, 501, 502].map(peer);
  for (const friend of friends) model.statement(friend, 2);
  for (let n = 1; n <= 300; n++) {
    model.record(publishes(peer(n), action(n)));
    for (let k = 1; k <= 20; k++) model.record(trusts(peer(n), peer(((n + k * 7) % 300) + 1), 1));
    for (let k = 1; k <= 20; k++) model.record(verdict(peer(n), action(((n + k * 11) % 300) + 1), "pass"));
  }
  const seen = await graph(model, [peer(600), peer(499)]);
  expect(seen.nodes).toHaveLength(200);
  expect(seen.nodes[0]?.self).toBe(true);
  expect(seen.nodes.slice(1, 4).map((one) => one.peer)).toEqual(friends);
  expect(seen.edges).toHaveLength(2_000);
  const shown = new Set(seen.nodes.map((one) => one.peer));
  expect(seen.edges.every(({ from, to }) => shown.has(from) && shown.has(to))).toBe(true);
  expect(seen.edges.filter(({ from }) => from === SELF)).toHaveLength(3);
  // 301 that spoke, the three, and two that are only connected.
  expect(seen.unshown.nodes).toBe(306 - 200);
  expect(seen.unshown.edges).toBe(3 + 300 * 20 + 300 * 20 - 2_000);
});

test("gives others their turn while it reads, and stops when nobody waits for it", async () => {
  const model = new ReputationModel(SELF);
  for (let n = 0; n < 20_000; n++) {
    if (n < 2_000) model.record(publishes(peer((n % 100) + 1), action(n)));
    model.record(verdict(peer((n % 499) + 1), action(n % 2_000), "pass"));
  }
  let steps = 0;
  for (const work = model.overview({ mostPeers: 10, mostEdges: 10, connected: new Set() }); ; steps++)
    if (work.next().done === true) break;
  expect(steps).toBeGreaterThan(20_000 / 1_000);
  const caller = new AbortController();
  caller.abort(new Error("the caller is gone"));
  const asked = graphOf({
    ...{ self: SELF, connected: [], slices: new Slices(caller.signal), isBlocked: () => false },
    overview: (wish) => model.overview(wish),
  });
  await expect(asked).rejects.toThrow("the caller is gone");
});
