import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const tasks = Array.from({ length: 200 }, (_, index) => ({
  name: `t${(index * 77) % 200}`,
  after: [3, 7, 19].flatMap((step) => {
    const number = (index * 77) % 200;
    return number >= step && (number * step) % 5 !== 0 ? [`t${number - step}`] : [];
  }),
}));

test("every task comes once, and after all that it needs", async () => {
  const { order, stages } = await action({ tasks });
  assertEquals(order.toSorted(), tasks.map(({ name }) => name).toSorted());
  assertEquals(stages.flat(), order);
  for (const { name, after } of tasks) {
    for (const needed of after)
      assert(order.indexOf(needed) < order.indexOf(name), `${needed} before ${name}`);
  }
});

test("each task is in the earliest stage possible", async () => {
  const { stages } = await action({ tasks });
  const stageOf = new Map(stages.flatMap((names, index) => names.map((name) => [name, index] as const)));
  for (const { name, after } of tasks) {
    const earliest = Math.max(-1, ...after.map((needed) => stageOf.get(needed) ?? 0)) + 1;
    assertEquals(stageOf.get(name), earliest, name);
  }
});

test("a long chain has one task in each stage", async () => {
  const chain = Array.from({ length: 2000 }, (_, index) => ({ name: `${index}`, after: [`${index + 1}`] }));
  const { order, stages } = await action({ tasks: [...chain, { name: "2000" }] });
  assertEquals([order[0], order.at(-1), stages.length], ["2000", "0", 2001]);
});
