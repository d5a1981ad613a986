import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const text =
  "Solar panels turn sunlight into power. The price of solar panels fell, and the price of wind power too. " +
  "A solar panel on each roof needs batteries; a battery stores power for the night.";

test("phrases are found as often as they occur, best first", async () => {
  const { keywords } = await action({ text, limit: 200 });
  for (const [index, { score, count }] of keywords.entries()) {
    assert(score > 0 && count >= 1, "counted");
    assert(index === 0 || score <= (keywords[index - 1]?.score ?? 0), "in order");
  }
  assertEquals(keywords.find(({ phrase }) => phrase.toLowerCase() === "solar panels")?.count, 3);
  assertEquals(keywords.find(({ phrase }) => phrase === "batteries")?.count, 2);
});

test("a smaller limit gives the beginning of the list", async () => {
  const all = (await action({ text, limit: 200 })).keywords;
  for (const limit of [1, 3, 10]) assertEquals((await action({ text, limit })).keywords, all.slice(0, limit));
  assertEquals((await action({ text })).keywords.length, 10);
});
