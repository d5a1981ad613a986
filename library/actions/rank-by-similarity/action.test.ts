import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const cities = [
  "Amsterdam",
  "Rotterdam",
  "The Hague",
  "Utrecht",
  "Eindhoven",
  "Groningen",
  "Tilburg",
  "Breda",
];

test("every text is its own best match, with the highest score", async () => {
  for (const [index, city] of cities.entries()) {
    const { matches } = await action({ query: ` ${city.toUpperCase()}.`, candidates: cities, limit: 1 });
    assertEquals(matches, [{ candidate: city, index, score: 1 }]);
  }
});

test("five matches come back unless another limit is given, best first", async () => {
  const { matches } = await action({ query: "Roterdam", candidates: cities });
  assertEquals(matches.length, 5);
  assertEquals(matches[0]?.candidate, "Rotterdam");
  assertEquals(matches[1]?.candidate, "Amsterdam");
  const scores = matches.map(({ score }) => score);
  assertEquals(
    scores,
    scores.toSorted((a, b) => b - a),
  );
});

test("single words are as alike in one direction as in the other", async () => {
  for (const other of ["kitten", "sitting", "mitten", "knit", "tinket", "x"]) {
    const there = await action({ query: "kitten", candidates: [other] });
    const back = await action({ query: other, candidates: ["kitten"] });
    assertEquals(there.matches[0]?.score, back.matches[0]?.score, other);
    assert((there.matches[0]?.score ?? -1) >= 0, other);
  }
});

test("the score follows from the number of edits", async () => {
  const candidates = ["kitten", "sitten", "sittin", "sitting", "iktten", "akitten", "aakitten"];
  const { matches } = await action({ query: "kitten", candidates, limit: 10 });
  const byIndex = matches.toSorted((a, b) => a.index - b.index).map(({ score }) => score);
  assertEquals(byIndex, [1, 0.8333, 0.6667, 0.5714, 0.8333, 0.8571, 0.75]);
});

test("the minimum score is inclusive", async () => {
  const query = { query: "abcd", candidates: ["abcx"] };
  assertEquals((await action({ ...query, minimumScore: 0.75 })).matches.length, 1);
  assertEquals((await action({ ...query, minimumScore: 0.76 })).matches.length, 0);
});
