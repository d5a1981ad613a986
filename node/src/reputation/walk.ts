import {
  BRANCH_FLOOR,
  BRANCH_GROUPS,
  BRANCHES,
  DISTRUST,
  FEEDBACK_WEIGHT,
  HOPS,
  LOUDNESS,
  RESTART,
} from "./constants.ts";
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
  /** First hops of the first columns, -1 for the rest; the columns after them are groups. */
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
  const { columns, branches, of } = columnsOf(graph);
  const { rows, reached, within } = reachedFrom(graph);
  const trusted = Float64Array.from(reached, believed);
  const space: Space = { graph, trusted, columns, columnOf: of, rows, reached, within };
  const everything = new Float64Array(reached.length).fill(1);
  // Who distrusts is believed as far as before anybody was distrusted; otherwise two could talk each other away.
  const kept = graph.distrust.length === 0 ? everything : keptAfterDistrust(space, everything);
  const { mass, total } = spread(space, kept);
  return { rows, reached, columns, branches, mass, total, kept };
}

interface Space {
  readonly graph: TrustGraph;
  /** By row: how far each is believed. */
  readonly trusted: Float64Array;
  readonly columns: number;
  readonly columnOf: ReadonlyMap<number, number>;
  readonly rows: Int32Array;
  readonly reached: readonly number[];
  /** How many rows are within so many hops. */
  readonly within: readonly number[];
}

/**
 * Column by first hop. A branch needs one only where all its voices together could pass the floor of the cap; what it says
 * is counted apart then.
 */
function columnsOf({
  firstHops,
}: TrustGraph): Pick<Walk, "columns" | "branches"> & { of: Map<number, number> } {
  const loud = BRANCH_FLOOR / (LOUDNESS * (1 + FEEDBACK_WEIGHT));
  const large = [...firstHops].filter(([, share]) => share > loud).map(([person]) => person);
  const branches = [-1, ...large.slice(0, BRANCHES)];
  const of = new Map(branches.map((person, column) => [person, column]));
  for (const [i, person] of large.slice(BRANCHES).entries())
    of.set(person, branches.length + (i % BRANCH_GROUPS));
  const groups = Math.min(BRANCH_GROUPS, large.length - (branches.length - 1));
  return { columns: branches.length + groups, branches, of };
}

function reachedFrom({ size, offsets, targets, firstHops }: TrustGraph) {
  const rows = new Int32Array(size).fill(-1);
  const reached: number[] = [];
  const reach = (person: number) => {
    if (rows[person] === -1) rows[person] = reached.push(person) - 1;
  };
  for (const person of firstHops.keys()) reach(person);
  const within = [0, reached.length];
  let from = 0;
  for (let hop = 1; hop < HOPS; hop++) {
    const until = reached.length;
    for (; from < until; from++) {
      const person = reached[from] ?? 0;
      for (let edge = offsets[person] ?? 0; edge < (offsets[person + 1] ?? 0); edge++)
        reach(targets[edge] ?? 0);
    }
    within.push(reached.length);
  }
  return { rows, reached, within };
}

function spread({ graph, trusted, columns, columnOf, rows, reached, within }: Space, kept: Float64Array) {
  const { offsets, targets, parts, firstHops } = graph;
  const mass = new Float64Array(reached.length * columns);
  let arrived = new Float64Array(mass.length);
  let next = new Float64Array(mass.length);
  for (const [person, share] of firstHops)
    arrived[(rows[person] ?? 0) * columns + (columnOf.get(person) ?? REST)] = share;

  /** Columns of a row with anything in them: few, near me. */
  const filled = new Int32Array(columns);
  for (let hop = 1; hop <= HOPS; hop++) {
    for (let row = 0; row < (within[hop] ?? 0); row++) {
      const start = row * columns;
      let some = 0;
      for (let column = 0; column < columns; column++) {
        const here = arrived[start + column] ?? 0;
        if (here === 0) continue;
        filled[some] = column;
        some += 1;
        mass[start + column] = (mass[start + column] ?? 0) + RESTART * here;
      }
      if (some === 0 || hop === HOPS) continue;
      const person = reached[row] ?? 0;
      const passed = (1 - RESTART) * (trusted[row] ?? 0);
      if (passed === 0) continue;
      for (let edge = offsets[person] ?? 0; edge < (offsets[person + 1] ?? 0); edge++) {
        const to = rows[targets[edge] ?? 0] ?? -1;
        const part = passed * (parts[edge] ?? 0) * (kept[to] ?? 0);
        if (to < 0 || part === 0) continue;
        for (let i = 0; i < some; i++) {
          const column = filled[i] ?? 0;
          const at = to * columns + column;
          next[at] = (next[at] ?? 0) + part * (arrived[start + column] ?? 0);
        }
      }
    }
    [arrived, next] = [next, arrived];
    next.fill(0, 0, (within[hop] ?? 0) * columns);
  }
  const total = new Float64Array(reached.length);
  for (let row = 0; row < reached.length; row++)
    for (let column = 0; column < columns; column++)
      total[row] = (total[row] ?? 0) + (mass[row * columns + column] ?? 0);
  return { mass, total };
}

/** What is left of each when distrust that believed persons publish is held against the trust that they publish. */
function keptAfterDistrust(space: Space, everything: Float64Array): Float64Array {
  const { graph, trusted, rows, reached } = space;
  // Branches do not matter here, and without them it is as cheap as one.
  const { total } = spread({ ...space, columns: 1, columnOf: new Map() }, everything);
  const voice = (person: number) => {
    const row = rows[person] ?? -1;
    return row < 0 ? 0 : (trusted[row] ?? 0) * loudness(total[row] ?? 0);
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
