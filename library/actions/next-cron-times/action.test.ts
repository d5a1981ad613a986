import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("asking again after the last time continues the series", async () => {
  for (const cron of ["*/7 */5 * * *", "0 12 1,15 * 3", "15 6 * 2 *", "0 0 1 */3 *"]) {
    const { times } = await action({ cron, after: "2023-12-31T23:59:59Z", count: 24 });
    const head = times.slice(0, 10);
    const tail = await action({ cron, after: `${head[9]}`, count: 14 });
    assertEquals([...head, ...tail.times], times, cron);
    assertEquals(times.toSorted(), times, cron);
  }
});

test("each name stands for its number", async () => {
  const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
  for (const [index, name] of months.entries()) {
    const { times } = await action({ cron: `0 0 1 ${name} *`, after: "2023-12-31T00:00Z", count: 1 });
    assertEquals(times, [`2024-${`${index + 1}`.padStart(2, "0")}-01T00:00Z`]);
  }
  for (const [index, name] of ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"].entries()) {
    const { times } = await action({ cron: `0 0 * * ${name}`, after: "2023-12-31T00:00Z", count: 1 });
    assertEquals(times, [`2024-01-0${index + 1}T00:00Z`]);
  }
});
