import { expect, test } from "vitest";
import { Publisher, type PublisherParts } from "../../../node/src/publishing/publisher.ts";

const definition = (n: number, uses: string[] = []) => ({
  name: "addition",
  description: `Adds ${n}.`,
  input: { type: "number" },
  output: { type: "number" },
  licence: "MIT",
  language: "javascript",
  code: `export default (input) => input + ${n};`,
  cases: [1, 2, 3].map((input) => ({ input, output: input + n })),
  uses,
});

/** A publisher whose unit tests are counted instead of run. */
function counting(outcome: "pass" | "fail") {
  const seen = { judged: 0, now: 0 };
  const parts = {
    analysis: { secrets: async () => [] },
    refuseFindings: [],
    schemas: { compile: async () => undefined },
    verification: {
      judge: async () => {
        seen.judged++;
        return { outcome, findings: [] };
      },
    },
    clock: () => seen.now,
  } as unknown as PublisherParts;
  return { seen, publisher: new Publisher(parts), signal: new AbortController().signal };
}

test("what passed a moment ago is not tested again, until it is no moment any more", async () => {
  const { seen, publisher, signal } = counting("pass");
  const first = await publisher.examine(definition(1), signal);
  expect((await publisher.examine(definition(1), signal)).report).toBe(first.report);
  expect(seen.judged).toBe(1);
  await publisher.examine(definition(2), signal);
  expect(seen.judged).toBe(2);
  seen.now += 11 * 60_000;
  await publisher.examine(definition(1), signal);
  expect(seen.judged).toBe(3);
});

test("a failed test, and one of an action that uses others, is run each time", async () => {
  const failing = counting("fail");
  for (let i = 0; i < 2; i++) await failing.publisher.examine(definition(1), failing.signal);
  expect(failing.seen.judged).toBe(2);
  const using = counting("pass");
  const uses = [`bafyrei${"a".repeat(52)}`];
  for (let i = 0; i < 2; i++) await using.publisher.examine(definition(1, uses), using.signal);
  expect(using.seen.judged).toBe(2);
});

test("it remembers a few only", async () => {
  const { seen, publisher, signal } = counting("pass");
  for (let n = 0; n < 17; n++) await publisher.examine(definition(n), signal);
  await publisher.examine(definition(16), signal);
  expect(seen.judged).toBe(17);
  await publisher.examine(definition(0), signal);
  expect(seen.judged).toBe(18);
});
