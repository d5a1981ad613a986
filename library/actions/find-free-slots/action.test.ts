import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const busy = [
  { start: "2024-06-03T09:30", end: "2024-06-03T10:15" },
  { start: "2024-06-03T13:00", end: "2024-06-03T14:00" },
  { start: "2024-06-04T08:00", end: "2024-06-04T18:00" },
  { start: "2024-06-05T16:00", end: "2024-06-06T10:00" },
];
const week = { from: "2024-06-03T00:00", to: "2024-06-08T00:00", busy };

test("busy and free minutes make up the working time", async () => {
  const { slots } = await action({ ...week, minutes: 1 });
  const free = slots.reduce((sum, { minutes }) => sum + minutes, 0);
  assertEquals(free, 5 * 480 - 45 - 60 - 480 - 60 - 60);
  assertEquals((await action({ ...week, minutes: 1, busy: busy.toReversed() })).slots, slots);
});

test("what was found is free, and taking it leaves nothing", async () => {
  const { slots } = await action({ ...week, minutes: 30 });
  for (const { start, end } of slots)
    assert(!busy.some((span) => span.start < end && start < span.end), `${start} is free`);
  const rest = await action({
    ...week,
    minutes: 30,
    busy: [...busy, ...slots.map(({ start, end }) => ({ start, end }))],
  });
  assertEquals(rest, { slots: [], complete: true });
});

test("proposals start at round times and have the wanted length", async () => {
  const { slots } = await action({ ...week, minutes: 50, startEvery: 20 });
  assertEquals(slots.length, 73);
  for (const { start, minutes } of slots) assertEquals([Number(start.slice(14)) % 20, minutes], [0, 50]);
});
