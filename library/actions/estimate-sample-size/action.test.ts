import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

test("the scores are those of the tables", async () => {
  const table: [number, number][] = [
    [50, 0.674489750196082],
    [68.26894921370859, 1],
    [80, 1.281551565544601],
    [90, 1.644853626951473],
    [99, 2.575829303548901],
    [99.73002039367398, 3],
  ];
  for (const [confidencePercent, z] of table) {
    assertAlmostEquals((await action({ marginOfError: 0.1, confidencePercent })).zScore, z, 1e-9);
  }
});

test("the sample reaches the margin of error and one less does not", async () => {
  for (const expectedProportion of [0.03, 0.25, 0.5, 0.9]) {
    for (const populationSize of [500, 20_000]) {
      const input = { marginOfError: 0.04, expectedProportion, populationSize };
      const { sampleSize, zScore } = await action(input);
      const margin = (n: number) =>
        zScore *
        Math.sqrt(
          ((expectedProportion * (1 - expectedProportion)) / n) *
            ((populationSize - n) / (populationSize - 1)),
        );
      assert(margin(sampleSize) <= 0.04, "enough");
      assert(margin(sampleSize - 1) > 0.04, "not too many");
    }
  }
});

test("no sample is larger than the population, and a huge population changes nothing", async () => {
  assertEquals((await action({ marginOfError: 0.000_001, populationSize: 123 })).sampleSize, 123);
  const huge = await action({ marginOfError: 0.02, populationSize: 1e12 });
  assertEquals(huge, await action({ marginOfError: 0.02 }));
});
