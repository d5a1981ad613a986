import type { PeerId, TrustLevel } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  BRANCH_GROUPS,
  BRANCHES,
  HOPS,
  RESTART,
  STATEMENTS_ENOUGH,
} from "../../../node/src/reputation/constants.ts";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import type { TrustGraph } from "../../../node/src/reputation/trust-graph.ts";
import { walk } from "../../../node/src/reputation/walk.ts";
import { peer, trusts } from "./made-up-facts.ts";

/** Persons 0 to size - 1; edges of weight 1. */
function graphOf(
  size: number,
  edges: readonly (readonly [number, number])[],
  firstHops: readonly (readonly [number, number])[],
): TrustGraph {
  const sorted = edges.toSorted(([a], [b]) => a - b);
  const offsets = Int32Array.from({ length: size + 1 }, (_, i) => sorted.filter(([from]) => from < i).length);
  const degree = (from: number) => (offsets[from + 1] ?? 0) - (offsets[from] ?? 0);
  return {
    size,
    offsets,
    targets: Int32Array.from(sorted.map(([, to]) => to)),
    weights: new Float64Array(edges.length).fill(1),
    parts: Float64Array.from(sorted.map(([from]) => 1 / degree(from))),
    distrust: [],
    firstHops: new Map(firstHops),
  };
}

test("along a chain each hop keeps a part and hands on the rest, and the walk ends", () => {
  const chain = Array.from({ length: 8 }, (_, i) => [i, i + 1] as const);
  const { rows, total } = walk(graphOf(9, chain, [[0, 1]]), () => 1);
  for (let hop = 0; hop < HOPS; hop++)
    expect(total[rows[hop] ?? -1]).toBeCloseTo(RESTART * (1 - RESTART) ** hop, 12);
  for (let beyond = HOPS; beyond < 9; beyond++) expect(rows[beyond]).toBe(-1);
});

test("who is not believed hands nothing on", () => {
  const graph = graphOf(
    3,
    [
      [0, 1],
      [1, 2],
    ],
    [[0, 1]],
  );
  const half = walk(graph, (person) => (person === 0 ? 0.5 : 1));
  expect(half.total[half.rows[1] ?? -1]).toBeCloseTo(0.5 * RESTART * (1 - RESTART), 12);
  const none = walk(graph, (person) => (person === 0 ? 0 : 1));
  expect(none.total[none.rows[1] ?? -1]).toBe(0);
});

test("whatever the graph, each branch ends up with no more than its first hop got", () => {
  const person = fc.nat(19);
  const edges = fc.uniqueArray(fc.tuple(person, person), { maxLength: 80, selector: (edge) => edge.join() });
  const hops = fc.uniqueArray(person, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(edges, hops, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (all, first, trust) => {
      const share = 1 / first.length;
      const graph = graphOf(
        20,
        all,
        first.map((one) => [one, share]),
      );
      const { columns, branches, mass, reached } = walk(graph, (one) => trust[one] ?? 1);
      expect(branches.slice(1).toSorted()).toEqual(first.toSorted());
      for (let column = 1; column < columns; column++) {
        const sum = reached.reduce((sum, _, row) => sum + (mass[row * columns + column] ?? 0), 0);
        expect(sum).toBeLessThanOrEqual(share + 1e-12);
        expect(sum).toBeGreaterThanOrEqual(RESTART * share - 1e-12);
      }
    }),
  );
});

test("however many first hops there are, the columns are bounded, and what ends in them is the same", () => {
  const hops = Array.from({ length: 200 }, (_, i) => [i, 1 / 200] as const);
  const next = hops.map(([from]) => [from, 200 + (from % 50)] as const);
  const { columns, mass, total, reached } = walk(graphOf(250, next, hops), () => 1);
  expect(columns).toBeLessThanOrEqual(1 + BRANCHES + BRANCH_GROUPS);
  const sum = (values: Float64Array) => values.reduce((all, value) => all + value, 0);
  expect(reached).toHaveLength(250);
  expect(sum(total)).toBeCloseTo(RESTART + RESTART * (1 - RESTART), 12);
  expect(sum(mass)).toBeCloseTo(sum(total), 12);
});

test("the ways that are shown begin with whom the user trusts and follow who vouches for whom", () => {
  const node = fc.integer({ min: 1, max: 12 });
  const edges = fc.uniqueArray(fc.tuple(node, node), { maxLength: 40, selector: (edge) => edge.join() });
  fc.assert(
    fc.property(edges, fc.uniqueArray(node, { minLength: 1, maxLength: 4 }), (vouching, friends) => {
      const model = new ReputationModel(peer(0));
      for (const friend of friends) model.statement(peer(friend), 2);
      const edge = (from: PeerId | undefined, to: PeerId | undefined) => `${from} ${to}`;
      const said = new Set<string>();
      for (const [from, to] of vouching) {
        if (from === to) continue;
        model.record(trusts(peer(from), peer(to), 2));
        said.add(edge(peer(from), peer(to)));
      }
      for (let i = 1; i <= 12; i++) {
        const { share, paths } = model.trust(peer(i));
        expect(share > 0).toBe(paths.length > 0);
        for (const path of paths) {
          expect(path.length).toBeLessThanOrEqual(HOPS);
          expect(friends.map(peer)).toContain(path[0]);
          expect(path.at(-1)).toBe(peer(i));
          expect(new Set(path).size).toBe(path.length);
          for (let at = 1; at < path.length; at++) expect(said).toContain(edge(path[at - 1], path[at]));
        }
      }
    }),
  );
});

test("one friend alone does not get everything, and level 1 gets less than level 2", () => {
  const shareOf = (levels: readonly TrustLevel[]) => {
    const model = new ReputationModel(peer(0));
    for (const [i, level] of levels.entries()) model.statement(peer(i + 1), level);
    return levels.map((_, i) => model.trust(peer(i + 1)).share);
  };
  const [strong = 0, weak = 0] = shareOf([2, 1]);
  expect(strong).toBeGreaterThan(weak);
  expect(weak).toBeGreaterThan(0);
  expect(STATEMENTS_ENOUGH).toBeGreaterThan(1);
  expect(shareOf([0, -1, -2])).toEqual([0, 0, 0]);
});
