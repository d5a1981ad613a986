import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const offsets = ["Z", "+05:45", "-03:30", "+14:00", "-12:00", "+00:20"];

test("there and back is the same moment", async () => {
  for (const time of ["2024-02-29T23:59:59.999Z", "1582-10-15T00:00:00Z", "2000-01-01T12:00:00Z"])
    for (const to of offsets) {
      const there = await action({ time, to });
      assertEquals(there.utc, time);
      assertEquals(there.epochMilliseconds, Date.parse(time));
      assertEquals(await action({ time: there.time, to }), { ...there, dayShift: 0 });
      assertEquals(there.time.startsWith(`${there.date}T${there.clock}`), true);
    }
});

test("each weekday has its name", async () => {
  const names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  for (const [index, name] of names.entries())
    assertEquals((await action({ time: `2024-01-0${index + 1}T12:00Z`, to: "+01" })).weekday, name);
});
