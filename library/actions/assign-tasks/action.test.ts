import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

type Costs = (number | null)[][];
type Found = { pairs: number; total: number };
const table = (workers: number, tasks: number, seed: number): Costs =>
  Array.from({ length: workers }, (_, worker) =>
    Array.from({ length: tasks }, (_, task) => {
      const value = (worker * 31 + task * 17 + seed * 13 + worker * task * 7) % 23;
      return value % 6 === 5 ? null : value - 4.5;
    }),
  );

/** Tries everything: most pairs first, then the least total. */
function best(costs: Costs, worker = 0, used = new Set<number>()): Found {
  const row = costs[worker];
  if (row === undefined) return { pairs: 0, total: 0 };
  let found = best(costs, worker + 1, used);
  for (const [task, cost] of row.entries()) {
    if (cost === null || used.has(task)) continue;
    const rest = best(costs, worker + 1, new Set([...used, task]));
    const [pairs, total] = [rest.pairs + 1, rest.total + cost];
    if (pairs > found.pairs || (pairs === found.pairs && total < found.total)) found = { pairs, total };
  }
  return found;
}

test("no other assignment is better", async () => {
  for (const [workers, tasks] of [
    [5, 5],
    [3, 6],
    [6, 4],
    [6, 6],
    [1, 1],
    [2, 2],
  ] as const) {
    for (const seed of [1, 2, 3]) {
      const costs = table(workers, tasks, seed);
      const expected = best(costs);
      const { assignments, total, freeWorkers, freeTasks } = await action({ costs });
      assertEquals(assignments.length, expected.pairs);
      assertAlmostEquals(total, expected.total, 1e-9);
      assertEquals(freeWorkers.length + assignments.length, workers);
      assertEquals(freeTasks.length + assignments.length, tasks);
      assertEquals(new Set(assignments.map(({ task }) => task)).size, assignments.length);
      for (const { worker, task, cost } of assignments) assertEquals(costs[worker]?.[task], cost);
    }
  }
});

test("the most value is the least of what is turned round", async () => {
  const values = table(7, 7, 5).map((row) => row.map((value) => value ?? 0));
  const most = await action({ costs: values, maximise: true });
  const least = await action({ costs: values.map((row) => row.map((value) => -value)) });
  assertAlmostEquals(most.total, -least.total, 1e-9);
});

test("a large table is no trouble", async () => {
  const costs = Array.from({ length: 60 }, (_, row) =>
    Array.from({ length: 60 }, (_, column) => (row + 1) * (column + 1)),
  );
  const { assignments } = await action({ costs });
  assert(
    assignments.every(({ worker, task }) => worker + task === 59),
    "large meets small",
  );
});
