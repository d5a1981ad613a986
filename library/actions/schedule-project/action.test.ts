import { assert, assertAlmostEquals, assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

/** A plan that looks random: each task waits for up to three earlier ones. */
const tasks = Array.from({ length: 60 }, (_, index) => ({
  id: `t${index}`,
  duration: ((index * 7919) % 17) / 4,
  after: [3, 7, 11]
    .map((step) => index - ((index * step) % 13) - 1)
    .filter((other) => other >= 0)
    .map((other) => `t${other}`),
}));

test("no task starts before those it waits for, and the bounds hold together", async () => {
  const { tasks: timed, duration, order } = await action({ tasks: tasks.toReversed() });
  const blank = {
    earliestStart: -1,
    earliestFinish: -1,
    latestStart: -1,
    latestFinish: -1,
    slack: -1,
    freeSlack: -1,
  };
  const byId = new Map(timed.map((task) => [task.id, task]));
  assertEquals(timed.length, 60);
  for (const { id, after, duration: length } of tasks) {
    const { earliestStart, earliestFinish, latestStart, latestFinish, slack, freeSlack } =
      byId.get(id) ?? blank;
    const finishes = after.map((other) => byId.get(other)?.earliestFinish ?? Number.NaN);
    assertEquals(earliestStart, Math.max(0, ...finishes), id);
    assertAlmostEquals(earliestFinish - earliestStart, length, 1e-9);
    assertAlmostEquals(latestFinish - latestStart, length, 1e-9);
    assertAlmostEquals(latestStart - earliestStart, slack, 1e-9);
    assert(0 <= freeSlack && freeSlack <= slack && latestFinish <= duration, id);
    for (const other of after) assert(order.indexOf(other) < order.indexOf(id), `${other} before ${id}`);
  }
});

test("a longer critical task lengthens the project, a task with slack does not", async () => {
  const plan = await action({ tasks });
  const total = plan.criticalPath.reduce((sum, id) => sum + (tasks[Number(id.slice(1))]?.duration ?? 0), 0);
  assertAlmostEquals(total, plan.duration, 1e-9);
  const longer = (id: string, by: number) =>
    action({
      tasks: tasks.map((task) => (task.id === id ? { ...task, duration: task.duration + by } : task)),
    });
  assertEquals((await longer(`${plan.criticalPath[1]}`, 1)).duration, plan.duration + 1);
  const { id, slack } = plan.tasks.find((task) => task.slack > 0) ?? { id: "none", slack: -1 };
  assertEquals((await longer(id, slack)).duration, plan.duration);
  assertEquals((await longer(id, slack + 1)).duration, plan.duration + 1);
});

test("a long circle is named in part, a shorter one in full", async () => {
  const ring = (length: number) =>
    Array.from({ length }, (_, index) => ({
      id: `r${index}`,
      duration: 1,
      after: [`r${(index + 1) % length}`],
    }));
  await assertRejects(() => action({ tasks: ring(20) }), "r0 → r19 → r18");
  await assertRejects(() => action({ tasks: ring(20) }), "r1 → …: these tasks");
  await assertRejects(() => action({ tasks: ring(19) }), "r1 → r0: these tasks");
});
