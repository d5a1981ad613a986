import { expect, test } from "vitest";
import { tellStory } from "../demo/story.ts";

test("the whole life of an action among real processes: the demo's every step is observed", {
  timeout: 240_000,
}, async () => {
  const told: string[] = [];
  await tellStory((line) => told.push(line));
  expect(told.at(-1)).toContain("the same answer");
});
