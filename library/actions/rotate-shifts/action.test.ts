import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const people = ["A", "B", "C", "D", "E", "F", "G"];

test("a year is shared evenly, within each kind of shift too", async () => {
  const { rota, unfilled, totals } = await action({
    people,
    start: "2024-01-01",
    end: "2024-12-31",
    shifts: ["x", "y"],
  });
  assertEquals([rota.length, unfilled], [732, []]);
  for (const { person, shifts, availableDays } of totals) {
    assertEquals([shifts === 104 || shifts === 105, availableDays], [true, 366], person);
    const ofX = rota.filter((row) => row.person === person && row.shift === "x").length;
    assert(Math.abs(2 * ofX - shifts) <= 3, `${person} has ${ofX} of ${shifts}`);
  }
});

test("absences and rest are kept, and nobody works twice a day", async () => {
  const absences = [
    { person: "B", from: "2024-06-05", to: "2024-06-20" },
    { person: "D", from: "2024-06-18", to: "2024-07-02" },
  ];
  const { rota } = await action({
    people,
    start: "2024-06-01",
    end: "2024-06-30",
    shifts: ["x", "y"],
    absences,
    restDays: 1,
  });
  assertEquals(rota.length, 60);
  for (const { person, date } of rota) {
    assert(
      !absences.some((one) => one.person === person && one.from <= date && date <= one.to),
      `${person} ${date}`,
    );
    const near = rota.filter(
      (row) => row.person === person && Math.abs(Date.parse(row.date) - Date.parse(date)) < 172_800_000,
    );
    assertEquals(near.length, 1, `${person} rests around ${date}`);
  }
});

test("by presence, half the days mean half the shifts", async () => {
  const absences = [{ person: "A", from: "2024-01-01", to: "2024-02-29" }];
  const plan = { people: ["A", "B", "C"], start: "2024-01-01", end: "2024-04-29", absences };
  const shiftsOf = async (share: "equal" | "byPresence") =>
    (await action({ ...plan, share })).totals.map(({ shifts }) => shifts);
  assertEquals(await shiftsOf("equal"), [40, 40, 40]);
  assertEquals(await shiftsOf("byPresence"), [24, 48, 48]);
});
