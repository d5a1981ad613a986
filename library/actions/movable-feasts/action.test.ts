import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const western = `1583-04-10 1598-03-22 1609-04-19 1700-04-11 1761-03-22 1818-03-22 1886-04-25 1900-04-15 1943-04-25
  1954-04-18 1961-04-02 1981-04-19 2000-04-23 2008-03-23 2019-04-21 2025-04-20 2038-04-25 2049-04-18 2076-04-19 2100-03-28
  2285-03-22 2299-04-16 4200-04-20 9999-03-28`;
const orthodox = "1900-04-22 1983-05-08 2000-04-30 2008-04-27 2017-04-16 2021-05-02 2025-04-20 2100-05-02";

test("known dates of Easter in the West", async () => {
  for (const date of western.trim().split(/\s+/))
    assertEquals((await action({ year: Number(date.slice(0, 4)) })).easter, date);
});

test("known dates of Easter in the East", async () => {
  for (const date of orthodox.split(" ")) {
    const { easter } = await action({ year: Number(date.slice(0, 4)), tradition: "orthodox" });
    assertEquals(easter, date);
  }
});
