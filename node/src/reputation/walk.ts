import { BRANCH_FLOOR, DISTRUST, FEEDBACK_WEIGHT, HOPS, LOUDNESS, RESTART } from "./constants.ts";
import type { TrustGraph } from "./trust-graph.ts";

/** Column of all branches that are too small to ever reach the cap. */
const REST = 0;

/** Where a walk from me, which may end at every step, ends how often; by the first hop that it took. */
export interface Walk {
  /** Row of a person, or -1 where no walk leads. */
  readonly rows: Int32Array;
  /** Person of each row. */
  readonly reached: readonly number[];
  readonly columns: number;
  /** First hop of each column; -1 for the rest. */
  readonly branches: readonly number[];
  /** Chance to end at a person by a branch: row · columns + column. */
  readonly mass: Float64Array;
  /** The same by person alone. */
  readonly total: Float64Array;
  /** What is left of a person after published distrust, 0 to 1. */
  readonly kept: Float64Array;
}

/** How loud somebody speaks on whom so much mass ends, 0 to 1. */
export function loudness(mass: number): number {
  return Math.min(1, LOUDNESS * mass);
}

/**
 * Random walk with restart, cut off after `HOPS`. Each person hands on what arrives in parts that add up to no more than
 * it got, so behind one edge there is no more than that edge lets through, whoever and however many are there. What
 * is lost on the way (to unreliable persons, to distrust, to those who vouch for nobody) returns to me.
 *
 * @param believed reliability by person, 0 to 1
 */
export function walk(graph: TrustGraph, believed: (person: number) => number): Walk {
  const branches = branchesOf(graph);
  const { rows, reached } = reachedFrom(graph);
  const space: Space = { graph, believed, branches, rows, reached };
  const everything = new Float64Array(reached.length).fill(1);
  // Who distrusts is believed as far as before anybody was distrusted; otherwise two could talk each other away.
  const kept = graph.distrust.length === 0 ? everything : keptAfterDistrust(space, everything);
  const { mass, total } = spread(space, kept);
  return { rows, reached, columns: branches.length, branches, mass, total, kept };
}

interface Space {
  readonly graph: TrustGraph;
  readonly believed: (person: number) => number;
  readonly branches: readonly number[];
  readonly rows: Int32Array;
  readonly reached: readonly number[];
}

/** A branch needs its own column only where all its voices together could pass the floor of the cap. */
function branchesOf({ firstHops }: TrustGraph): number[] {
  const loud = BRANCH_FLOOR / (LOUDNESS * (1 + FEEDBACK_WEIGHT));
  return [-1, ...[...firstHops].filter(([, share]) => share > loud).map(([person]) => person)];
}

function reachedFrom({ size, offsets, targets, firstHops }: TrustGraph) {
  const rows = new Int32Array(size).fill(-1);
  const reached: number[] = [];
  const reach = (person: number) => {
    if (rows[person] === -1) rows[person] = reached.push(person) - 1;
  };
  for (const person of firstHops.keys()) reach(person);
  let from = 0;
  for (let hop = 1; hop < HOPS; hop++) {
    const until = reached.length;
    for (; from < until; from++) {
      const person = reached[from] ?? 0;
      for (let edge = offsets[person] ?? 0; edge < (offsets[person + 1] ?? 0); edge++)
        reach(targets[edge] ?? 0);
    }
  }
  return { rows, reached };
}

function spread({ graph, believed, branches, rows, reached }: Space, kept: Float64Array) {
  const { offsets, targets, parts, firstHops } = graph;
  const columns = branches.length;
  const mass = new Float64Array(reached.length * columns);
  let arrived = new Float64Array(mass.length);
  let next = new Float64Array(mass.length);
  const columnOf = new Map(branches.map((person, column) => [person, column]));
  for (const [person, share] of firstHops)
    arrived[(rows[person] ?? 0) * columns + (columnOf.get(person) ?? REST)] = share;

  for (let hop = 1; hop <= HOPS; hop++) {
    for (let row = 0; row < reached.length; row++) {
      const start = row * columns;
      let any = false;
      for (let at = start; at < start + columns; at++) {
        const here = arrived[at] ?? 0;
        if (here === 0) continue;
        any = true;
        mass[at] = (mass[at] ?? 0) + RESTART * here;
      }
      if (!any || hop === HOPS) continue;
      const person = reached[row] ?? 0;
      const [begin, end] = [offsets[person] ?? 0, offsets[person + 1] ?? 0];
      const passed = (1 - RESTART) * believed(person);
      if (passed === 0) continue;
      for (let edge = begin; edge < end; edge++) {
        const to = rows[targets[edge] ?? 0] ?? -1;
        const part = passed * (parts[edge] ?? 0) * (kept[to] ?? 0);
        if (to < 0 || part === 0) continue;
        for (let column = 0; column < columns; column++) {
          const here = arrived[start + column] ?? 0;
          if (here !== 0) next[to * columns + column] = (next[to * columns + column] ?? 0) + part * here;
        }
      }
    }
    [arrived, next] = [next, arrived];
    next.fill(0);
  }
  const total = new Float64Array(reached.length);
  for (let row = 0; row < reached.length; row++)
    for (let column = 0; column < columns; column++)
      total[row] = (total[row] ?? 0) + (mass[row * columns + column] ?? 0);
  return { mass, total };
}

/** What is left of each when distrust that believed persons publish is held against the trust that they publish. */
function keptAfterDistrust(space: Space, everything: Float64Array): Float64Array {
  const { graph, believed, rows, reached } = space;
  // Branches do not matter here, and without them it is as cheap as one.
  const { total } = spread({ ...space, branches: [-1] }, everything);
  const voice = (person: number) => {
    const row = rows[person] ?? -1;
    return row < 0 ? 0 : believed(person) * loudness(total[row] ?? 0);
  };
  const against = new Float64Array(reached.length);
  let any = false;
  for (const { from, to, weight } of graph.distrust) {
    const row = rows[to] ?? -1;
    const heard = row < 0 ? 0 : weight * voice(from);
    if (heard === 0) continue;
    any = true;
    against[row] = (against[row] ?? 0) + heard;
  }
  if (!any) return everything;
  const support = new Float64Array(reached.length);
  for (const person of reached) {
    const heard = voice(person);
    if (heard === 0) continue;
    for (let edge = graph.offsets[person] ?? 0; edge < (graph.offsets[person + 1] ?? 0); edge++) {
      const row = rows[graph.targets[edge] ?? 0] ?? -1;
      if (row >= 0) support[row] = (support[row] ?? 0) + heard * (graph.weights[edge] ?? 0);
    }
  }
  return against.map((heard, row) => {
    const base = 1 + (support[row] ?? 0);
    return base / (base + DISTRUST * heard);
  });
}
