type Costs = (number | null)[][];
type AssignTasksInput = { costs: Costs; maximise?: boolean };
type Assignment = { worker: number; task: number; cost: number };
type AssignTasksOutput = {
  assignments: Assignment[];
  total: number;
  freeWorkers: number[];
  freeTasks: number[];
};

/** Times the largest number: more than two of those in each row of the largest table. */
const FORBIDDEN = 1000;

/** The Hungarian method: workers join one by one, and each time the cheapest chain of exchanges makes room. */
export default function assignTasks({ costs, maximise = false }: AssignTasksInput): AssignTasksOutput {
  const tasks = costs[0]?.length as number;
  const ragged = costs.find((row) => row.length !== tasks);
  if (ragged !== undefined) {
    throw new Error(`Every row of costs needs ${tasks} tasks, as the first has; one has ${ragged.length}`);
  }
  const assignments = match(squared(costs, maximise))
    .map((worker, task) => ({ worker, task, cost: costs[worker]?.[task] }))
    .filter((pair): pair is Assignment => typeof pair.cost === "number")
    .sort((a, b) => a.worker - b.worker);
  const busy = new Set(assignments.map(({ worker }) => worker));
  const taken = new Set(assignments.map(({ task }) => task));
  return {
    assignments,
    total: assignments.reduce((sum, { cost }) => sum + cost, 0),
    freeWorkers: [...costs.keys()].filter((worker) => !busy.has(worker)),
    freeTasks: [...(costs[0] as unknown[]).keys()].filter((task) => !taken.has(task)),
  };
}

/**
 * With rows or columns added for who stays free. A pair that is not there, or not allowed, costs more than all others
 * can save: so as few as possible are used, and dropped later.
 */
function squared(costs: Costs, maximise: boolean): number[][] {
  const size = Math.max(costs.length, costs[0]?.length as number);
  const forbidden = FORBIDDEN * Math.max(1, ...costs.flat().map((cost) => Math.abs(cost ?? 0)));
  const priced = (cost: number | null | undefined) =>
    maximise ? -(cost ?? -forbidden) : (cost ?? forbidden);
  return Array.from({ length: size }, (_, worker) =>
    Array.from({ length: size }, (_, task) => priced(costs[worker]?.[task])),
  );
}

/** The row for each column of a square table. */
function match(costs: number[][]): number[] {
  const columns = costs.length;
  const prices = { row: costs.map(() => 0), column: costs.map(() => 0) };
  const rowOf = costs.map(() => -1);
  for (const start of costs.keys()) {
    const slack = new Array<number>(columns).fill(Number.POSITIVE_INFINITY);
    const before: number[] = [];
    const visited: number[] = [];
    const open = new Set(slack.keys());
    let row = start;
    let last = -1;
    while (row >= 0) {
      const here = costs[row] as number[];
      let nearest: number | undefined;
      for (const column of open) {
        const left =
          (here[column] as number) - (prices.row[row] as number) - (prices.column[column] as number);
        if (left < (slack[column] as number)) {
          slack[column] = left;
          before[column] = last;
        }
        if (nearest === undefined || (slack[column] as number) < (slack[nearest] as number)) nearest = column;
      }
      const column = nearest as number;
      const step = slack[column] as number;
      prices.row[start] = (prices.row[start] as number) + step;
      for (const one of visited) {
        const owner = rowOf[one] as number;
        prices.row[owner] = (prices.row[owner] as number) + step;
        prices.column[one] = (prices.column[one] as number) - step;
      }
      for (const one of open) slack[one] = (slack[one] as number) - step;
      open.delete(column);
      visited.push(column);
      last = column;
      row = rowOf[column] as number;
    }
    // Along the chain, each column goes to the row that reached it.
    for (; last >= 0; last = before[last] as number) {
      const previous = before[last] as number;
      rowOf[last] = previous < 0 ? start : (rowOf[previous] as number);
    }
  }
  return rowOf;
}
